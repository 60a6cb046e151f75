using System.Text.Json.Nodes;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Optimizers;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>A run that was stopped and resumed in another trainer equals one that was not, to the bit.</summary>
public class CheckpointResumeTests
{
    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var name in Options.Keys)
            {
                foreach (var stop in (int[])[3, 7, 11])
                {
                    cases.Add(name, stop);
                }
            }

            return cases;
        }
    }

    private static readonly Dictionary<string, Func<WaeTrainerOptions>> Options = new()
    {
        ["defaults"] = () => new WaeTrainerOptions(),
        ["everything"] = () => new WaeTrainerOptions
        {
            Seed = 5,
            Lambda = new RatioLambda(1, interval: 2),
            LearningRate = new PlateauSchedule(1e-2, patience: 0, threshold: 0.5),
            Critic = new CriticOptions { LearningRate = new CosineSchedule(1e-2, 20, 3), Optimizer = OptimizerFactory.Of(p => optim.SGD(p, 1, momentum: 0.9)) },
            MaximumGradientNorm = 0.5,
            AccumulationSteps = 2,
            EmaDecay = 0.9,
            NonFinite = NonFinitePolicy.Skip(4),
            EncoderNoise = new TruncatedGaussianNoise(0.1),
            Pretraining = new EncoderPretraining { BatchSize = 20, MaximumSteps = 4, Threshold = 0 },
        },
        ["bfloat16"] = () => new WaeTrainerOptions
        {
            Precision = ComputePrecision.BFloat16,
            AccumulationSteps = 2,
            EmaDecay = 0.9,
            EncoderNoise = new TruncatedGaussianNoise(0.1),
            Pretraining = new EncoderPretraining { BatchSize = 20, MaximumSteps = 4, Threshold = 0 },
        },
        ["adaptive"] = () => new WaeTrainerOptions { Lambda = new OfficialAdaptiveLambda(1, 4), Optimizer = OptimizerFactory.AdamW(), AccumulationSteps = 3 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_resumed_run_ends_with_the_same_weights(string name, int stopAfter)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.safetensors");

        Assert.Equal(Uninterrupted(name), Resumed(name, stopAfter, path));
    }

    [Fact]
    public void A_checkpoint_within_an_accumulation_holds_its_gradients()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.safetensors");
        var options = new WaeTrainerOptions { AccumulationSteps = 3 };
        using var a = new TestModels();
        using var b = new TestModels(seed: 2);
        using var first = a.Trainer(options);
        using var second = b.Trainer(options);

        first.Step(a.Data);
        first.Step(a.Data);
        first.SaveCheckpoint(path);
        second.LoadCheckpoint(path);
        first.Step(a.Data);
        second.Step(a.Data);

        Assert.Equal(1, second.StepCount);
        Assert.Equal(a.Weights(), b.Weights());
    }

    [Fact]
    public void A_checkpoint_of_other_modules_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.safetensors");
        using var models = new TestModels();
        using var trainer = models.Trainer(new WaeTrainerOptions { EmaDecay = 0.9 });
        trainer.SaveCheckpoint(path);
        using var others = new TestModels(seed: 3);
        using var other = others.Trainer();
        var before = others.Weights();

        var error = Assert.Throws<InvalidDataException>(() => other.LoadCheckpoint(path));
        Assert.Contains("average/", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, others.Weights());
    }

    [Fact]
    public void Observers_may_differ_and_schedules_may_not()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.safetensors");
        using var models = new TestModels();
        var first = new Counter();
        using var trainer = models.Trainer(new WaeTrainerOptions { Lambda = new RatioLambda(5) });
        trainer.Fit(models.Batches(), 1, new FitOptions { Observers = [first] });
        trainer.SaveCheckpoint(path);
        var lambda = trainer.Lambda;

        using var without = models.Trainer(new WaeTrainerOptions { Lambda = new RatioLambda(1) });
        without.LoadCheckpoint(path);
        Assert.Equal(lambda, without.Lambda);
        without.SaveCheckpoint(path);
        var (counter, second) = (new Counter(), new Counter());
        using var with = models.Trainer(new WaeTrainerOptions { Lambda = new RatioLambda(1) });
        with.LoadCheckpoint(path);
        with.Fit(models.Batches(), 1, new FitOptions { Observers = [counter, second] });
        // Two events of its own: a run that begins and one that is complete.
        Assert.Equal((first.Seen + 2, 2), (counter.Seen, second.Seen));
        using var constant = models.Trainer();
        Assert.Contains("RatioLambda", Assert.Throws<InvalidDataException>(() => constant.LoadCheckpoint(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_alone_are_no_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("encoder.safetensors");
        using var models = new TestModels();
        using var trainer = models.Trainer();
        ModuleWeights.Save(models.Encoder, path);

        Assert.Throws<InvalidDataException>(() => trainer.LoadCheckpoint(path));
    }

    [Fact]
    public void The_encoder_alone_can_be_read_from_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.safetensors");
        using var models = new TestModels();
        using var trainer = models.Trainer();
        trainer.Step(models.Data);
        trainer.SaveCheckpoint(path);
        using var others = new TestModels(seed: 3);
        ModuleWeights.Load(others.Encoder, path, "encoder/");
        ModuleWeights.Load(others.Decoder, path, "decoder/");

        Assert.Equal(models.Weights(), others.Weights());
    }

    private static float[] Uninterrupted(string name)
    {
        using var models = new TestModels();
        using var divergence = new ToyCriticDivergence();
        using var trainer = models.Trainer(Options[name](), divergence);
        trainer.Fit(Data(models), 4);
        return [.. models.Weights(), .. divergence.Weights()];
    }

    private static float[] Resumed(string name, int stopAfter, string path)
    {
        using (var models = new TestModels())
        using (var divergence = new ToyCriticDivergence())
        {
            var observer = new StopAfter(stopAfter, path);
            using var trainer = models.Trainer(Options[name](), divergence);
            trainer.Fit(Data(models), 4, new FitOptions { Observers = [observer], LoggingInterval = 3 });
        }

        using (var models = new TestModels(seed: 9))
        using (var divergence = new ToyCriticDivergence(seed: 9))
        {
            using var trainer = models.Trainer(Options[name](), divergence);
            trainer.LoadCheckpoint(path);
            using var data = new TestModels();
            trainer.Fit(Data(data), 4);
            return [.. models.Weights(), .. divergence.Weights()];
        }
    }

    private static IEpochBatches<Tensor> Data(TestModels models)
        => Prefetch.Of(new TensorBatcher(models.Data, 8, seed: 4, transform: (x, g) => x + randn(x.shape, generator: g) * 0.01));

    private sealed class Counter : ITrainingObserver, IResumable
    {
        public int Seen { get; set; }

        public void Observe(TrainingEvent trainingEvent) => Seen++;

        public JsonObject SaveState() => new() { ["seen"] = Seen };

        public void LoadState(JsonObject state) => Seen = (int)state["seen"]!;
    }

    /// <summary>Saves after so many steps and stops.</summary>
    private sealed class StopAfter(int steps, string path) : ITrainingObserver
    {
        public void Observe(TrainingEvent trainingEvent)
        {
            if (trainingEvent is not StepCompleted step || step.Step != steps)
            {
                return;
            }

            step.Trainer.SaveCheckpoint(path);
            step.Trainer.RequestStop("enough");
        }
    }
}
