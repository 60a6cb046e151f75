using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>Several processes minimize what one minimizes on the whole batch.</summary>
public class SeveralProcessesTests
{
    private const int Dimension = TestModels.Dimension;

    private static readonly Dictionary<string, Func<ILatentDivergence>> Divergences = new()
    {
        ["MMD"] = () => new MmdDivergence(),
        ["MMD, biased, RBF"] = () => new MmdDivergence(new RbfKernel(1), MmdEstimator.Biased),
        ["MMD, paired"] = () => new MmdDivergence(MmdEstimator.UnbiasedPaired),
        ["MMD, linear time"] = () => new MmdDivergence(MmdEstimator.LinearTime),
        ["MMD, prior integrated out"] = () => new IntegratedMmdDivergence(new RbfKernel(1)),
        ["adversarial"] = () => new AdversarialDivergence(Critic()),
        ["sliced"] = () => new SlicedWassersteinDivergence(SliceDirections.Random(10, 3)),
        ["sliced, prior integrated out"] = () => new IntegratedSlicedWassersteinDivergence(),
        ["sliced Epps–Pulley"] = () => new SlicedEppsPulleyDivergence(),
        ["Sinkhorn"] = () => new SinkhornDivergence(),
        ["Cramér–Wold"] = () => new CramerWoldDivergence(),
        ["Cramér–Wold, two samples"] = () => new TwoSampleCramerWoldDivergence(),
        ["Bures"] = () => new BuresDivergence(),
        ["log"] = () => new MmdDivergence(MmdEstimator.Biased).Log(),
        ["sum"] = () => new SumDivergence(new WeightedDivergence(new MmdDivergence(), 2), new AdversarialDivergence(Critic())),
    };

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var name in Divergences.Keys)
            {
                cases.Add(name, 2);
                if (name is "MMD" or "adversarial" or "Cramér–Wold" or "sum")
                {
                    cases.Add(name, 3);
                    cases.Add(name, 4);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Losses_and_weights_are_those_of_one_process(string name, int size)
    {
        var alone = Trained(null, Divergences[name]());
        var together = Together(size, group => Trained(group, Divergences[name]()));

        Assert.All(together, run => Close(alone, run));
    }

    [Theory]
    [MemberData(nameof(RowCases))]
    public void The_parts_of_a_divergence_add_up_to_it(string name, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var divergence = (IRowDivergence)Divergences[name]();
        var codes = randn(70, Dimension, dtype: dtype, generator: generator).requires_grad_();
        var samples = new PriorSamples(randn(70, Dimension, dtype: dtype, generator: generator), new GaussianPrior(Dimension));
        var whole = divergence.Evaluate(codes, samples);
        whole.backward();
        var gradient = codes.grad!.clone();
        var sum = 0.0;
        codes.grad = null;
        foreach (var (start, count) in ((long, long)[])[(0, 40), (40, 0), (40, 29), (69, 1)])
        {
            var part = divergence.EvaluateRows(codes, start, count, samples)!;
            sum += part.ToDouble();
            if (count > 0)
            {
                part.backward();
            }
        }

        var tolerance = dtype == ScalarType.Float64 ? Tolerances.Float64 : Tolerances.Float32;
        Assert.Equal(whole.ToDouble(), sum, tolerance);
        Assert.True((codes.grad! - gradient).abs().max().ToDouble() <= tolerance * gradient.abs().max().ToDouble());
    }

    public static TheoryData<string, ScalarType> RowCases
    {
        get
        {
            var cases = new TheoryData<string, ScalarType>();
            foreach (var name in (string[])["MMD", "MMD, biased, RBF", "MMD, prior integrated out", "Cramér–Wold", "Cramér–Wold, two samples"])
            {
                cases.Add(name, ScalarType.Float64);
                cases.Add(name, ScalarType.Float32);
            }

            return cases;
        }
    }

    [Fact]
    public void Every_option_means_what_it_means_for_one_process()
    {
        static WaeTrainerOptions Options() => new()
        {
            Lambda = new RatioLambda(1, interval: 2),
            LearningRate = new PlateauSchedule(1e-2, patience: 0, threshold: 0.5),
            MaximumGradientNorm = 0.3,
            AccumulationSteps = 2,
            EmaDecay = 0.9,
            Pretraining = new EncoderPretraining { BatchSize = 20, MaximumSteps = 4, Threshold = 0 },
        };
        var alone = Trained(null, new MmdDivergence(), Options());

        Assert.All(Together(3, group => Trained(group, new MmdDivergence(), Options())), run => Close(alone, run));
    }

    [Fact]
    public void The_same_number_of_processes_gives_the_same_bits()
    {
        var runs = Enumerable.Range(0, 2).Select(_ => Together(3, group => Trained(group, new MmdDivergence())));

        Assert.Single(runs.SelectMany(r => r).Select(r => string.Join(' ', r)).Distinct());
    }

    [Fact]
    public void A_group_of_one_changes_no_bit()
        => Assert.Equal(Trained(null, new MmdDivergence()), Together(1, group => Trained(group, new MmdDivergence()))[0]);

    [Fact]
    public void Noise_is_drawn_by_each_process_for_itself_and_resumed_to_the_bit()
    {
        using var folder = new TemporaryFolder();
        static WaeTrainerOptions Options() => new() { EncoderNoise = new TruncatedGaussianNoise(0.1) };
        var whole = Together(2, group => Trained(group, new MmdDivergence(), Options(), epochs: 4));
        Together(2, group => Trained(group, new MmdDivergence(), Options(), epochs: 2, save: folder.Path));
        var resumed = Together(2, group => Trained(group, new MmdDivergence(), Options(), epochs: 4, load: folder.Path));

        Assert.Equal(Weights(whole[0]), Weights(resumed[0]));
        Assert.Equal(Weights(whole[0]), Weights(resumed[1]));
        Assert.NotEqual(Weights(whole[0]), Weights(Trained(null, new MmdDivergence(), Options(), epochs: 4)));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    [InlineData(2, 3)]
    public void A_run_goes_on_with_another_number_of_processes(int before, int after)
    {
        using var folder = new TemporaryFolder();
        var whole = Trained(null, new AdversarialDivergence(Critic()), epochs: 4);
        Together(before, group => Trained(group, new AdversarialDivergence(Critic()), epochs: 2, save: folder.Path));
        var resumed = Together(after, group => Trained(group, new AdversarialDivergence(Critic()), epochs: 4, load: folder.Path));

        Assert.All(resumed, run => Close(Weights(whole), Weights(run)));
    }

    [Fact]
    public void A_last_batch_smaller_than_the_number_of_processes_counts()
    {
        var alone = Trained(null, new MmdDivergence(MmdEstimator.Biased), rows: 42);

        Assert.All(Together(4, group => Trained(group, new MmdDivergence(MmdEstimator.Biased), rows: 42)), run => Close(alone, run));
        Assert.All(Together(4, group => Trained(group, new AdversarialDivergence(Critic()), rows: 41)), run => Close(Trained(null, new AdversarialDivergence(Critic()), rows: 41), run));
    }

    [Fact]
    public void Processes_with_fewer_batches_wait_for_the_others()
    {
        var results = TurnGroup.Run(2, group =>
        {
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group });
            return trainer.Fit(models.Batches().Take(3 - group.Rank).ToList(), 2).Steps;
        });

        Assert.All(results, r => Assert.Equal(6, r.Result));
    }

    [Fact]
    public void Labels_of_all_processes_reach_the_divergence()
    {
        static double[] Run(TurnGroup? group)
        {
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var labels = arange(50, dtype: ScalarType.Int64).remainder(3);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group }, new PerClassDivergence(new MmdDivergence(MmdEstimator.Biased)));
            trainer.Fit(new TensorBatcher(models.Data, 20, processes: group).WithLabels(labels), 3);
            return Numbers(models);
        }

        var alone = Run(null);
        Assert.All(Together(3, Run), run => Close(alone, run));
    }

    [Fact]
    public void Weights_and_running_statistics_are_alike_in_all_processes()
    {
        var runs = Together(2, group =>
        {
            using var norm = BatchNorm1d(8, dtype: ScalarType.Float64);
            using var models = new TestModels(seed: 1 + group.Rank, dtype: ScalarType.Float64);
            using var encoder = Sequential(("hidden", Linear(TestModels.Width, 8, dtype: ScalarType.Float64)), ("norm", norm), ("code", Linear(8, Dimension, dtype: ScalarType.Float64)));
            using var trainer = new WaeTrainer(encoder, models.Decoder, new GaussianPrior(Dimension), new MmdDivergence(), new WaeTrainerOptions { Processes = group, EmaDecay = 0.5 });
            trainer.Fit(new TensorBatcher(models.Data, 20, processes: group), 2);
            return (double[])[.. encoder.state_dict().Values.SelectMany(v => v.to(ScalarType.Float64).data<double>().ToArray()), .. models.Decoder.parameters().SelectMany(p => p.data<double>().ToArray())];
        });

        Assert.Equal(runs[0], runs[1]);
        Assert.DoesNotContain(runs[0], v => !double.IsFinite(v));
    }

    [Theory]
    [InlineData("encoder")]
    [InlineData("data")]
    [InlineData("divergence")]
    [InlineData("observer")]
    [InlineData("last event")]
    public void What_one_process_throws_ends_all(string where)
    {
        var results = TurnGroup.Run(3, group =>
        {
            var guilty = group.Rank == 1;
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var encoder = new Failing(models.Encoder, guilty && where == "encoder");
            ILatentDivergence divergence = new Refusing(guilty && where == "divergence");
            using var trainer = new WaeTrainer(encoder, models.Decoder, new TestModels.NormalPrior(), divergence, new WaeTrainerOptions { Processes = group });
            var batches = models.Batches().Select((b, i) => guilty && where == "data" && i == 2 ? throw new IOException("the disk is gone") : b);
            ITrainingObserver[] observers = guilty && where is "observer" or "last event" && group.Rank == 1 ? [new Objecting(where == "last event")] : [];
            return trainer.Fit(batches, 2, new FitOptions { Observers = observers, ObserverErrors = ErrorPolicy.Stop });
        });

        Assert.DoesNotContain("Process 1", results[1].Error!.Message, StringComparison.Ordinal);
        Assert.All([results[0], results[2]], r => Assert.StartsWith("Process 1 of 3", Assert.IsType<InvalidOperationException>(r.Error).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, RunOutcome.Cancelled)]
    [InlineData(false, RunOutcome.StoppedEarly)]
    public void A_stop_in_one_process_stops_all_after_the_same_step(bool cancel, RunOutcome outcome)
    {
        var results = TurnGroup.Run(3, group =>
        {
            using var source = new CancellationTokenSource();
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group });
            ITrainingObserver[] observers = group.Rank == 2 ? [new Stopping(7, e => { if (cancel) { source.Cancel(); } else { e.Trainer.RequestStop("enough"); } })] : [];
            return trainer.Fit(models.Batches(), 10, new FitOptions { Observers = observers }, source.Token);
        });

        Assert.All(results, r => Assert.Equal((7, outcome), (r.Result!.Steps, r.Result.Outcome)));
    }

    [Fact]
    public void A_batch_that_is_not_finite_in_one_process_is_skipped_by_all()
    {
        var results = Together(2, group =>
        {
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group, NonFinite = NonFinitePolicy.Skip(1) });
            trainer.Fit(models.Batches().Select((b, i) => group.Rank == 1 && i == 1 ? b * double.NaN : b), 1);
            return (trainer.SkippedSteps, trainer.StepCount, string.Join(' ', Numbers(models)));
        });

        Assert.Equal((1, 4), (results[0].SkippedSteps, results[0].StepCount));
        Assert.Equal(results[0], results[1]);
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_all()
    {
        var results = TurnGroup.Run(2, group =>
        {
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group });
            return trainer.Fit(models.Batches().Select((b, i) => group.Rank == 1 && i == 1 ? b * double.NaN : b), 1);
        });

        Assert.All(results, r => Assert.IsType<NonFiniteException>(r.Error));
    }

    [Fact]
    public void A_checkpoint_that_only_one_process_saves_is_an_error_in_all()
    {
        using var folder = new TemporaryFolder();
        var results = TurnGroup.Run(2, group =>
        {
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group });
            ITrainingObserver[] observers = group.Rank == 0 ? [new CheckpointObserver(folder.Path)] : [];
            return trainer.Fit(models.Batches(), 2, new FitOptions { Observers = observers, ObserverErrors = ErrorPolicy.Stop });
        });

        Assert.Contains("checkpoint observers to all", results[0].Error!.Message, StringComparison.Ordinal);
        Assert.Contains("checkpoint observers to all", results[1].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Processes_at_different_steps_are_an_error_in_all()
    {
        var results = TurnGroup.Run(2, group =>
        {
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group, Lambda = new ConstantSchedule(1 + group.Rank) });
            return trainer.Fit(models.Batches(), 1);
        });

        Assert.All(results, r => Assert.Contains("the same λ", Assert.IsType<InvalidOperationException>(r.Error).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_is_known_to_all()
    {
        using var folder = new TemporaryFolder();
        var results = TurnGroup.Run(2, group =>
        {
            using var models = new TestModels(dtype: ScalarType.Float64);
            using var trainer = models.Trainer(new WaeTrainerOptions { Processes = group });
            trainer.SaveCheckpoint(folder.Path);
            return 0;
        });

        Assert.All(results, r => Assert.IsAssignableFrom<IOException>(r.Error));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void The_parts_of_the_batches_are_the_batches(int size)
    {
        using var data = arange(0, 45, dtype: ScalarType.Float64).reshape(45, 1);
        var whole = Rows(null).ToList();
        var parts = Together(size, group => Rows(group).ToList());

        Assert.Equal([20, 20, 5], whole.Select(b => b.Length));
        for (var i = 0; i < whole.Count; i++)
        {
            Assert.Equal(whole[i], parts.SelectMany(p => p[i]));
            Assert.True(parts.Max(p => p[i].Length) - parts.Min(p => p[i].Length) <= 1);
        }

        IEnumerable<double[]> Rows(TurnGroup? group)
        {
            foreach (var batch in new TensorBatcher(data, 20, seed: 4, processes: group, transform: (b, _) => b.alias()).Epoch(3))
            {
                using (batch)
                {
                    yield return batch.numel() == 0 ? [] : batch.data<double>().ToArray();
                }
            }
        }
    }

    private static T[] Together<T>(int size, Func<TurnGroup, T> body)
        => [.. TurnGroup.Run(size, body).Select(r => r.Error is null ? r.Result! : throw new InvalidOperationException(r.Error.ToString()))];

    /// <summary>The losses of each step, then the weights after the last.</summary>
    private static double[] Trained(TurnGroup? group, ILatentDivergence divergence, WaeTrainerOptions? options = null, int epochs = 17, int rows = 50, string? save = null, string? load = null)
    {
        using var models = new TestModels(dtype: ScalarType.Float64);
        using var trainer = new WaeTrainer(models.Encoder, models.Decoder, new GaussianPrior(Dimension), divergence, (options ?? new WaeTrainerOptions()) with { Processes = group });
        var losses = new Losses();
        List<ITrainingObserver> observers = [losses];
        if (save is not null)
        {
            observers.Add(new CheckpointObserver(save));
        }

        if (load is not null)
        {
            Assert.NotNull(CheckpointFolder.Resume(trainer, load));
        }

        using var data = models.Data.narrow(0, 0, rows);
        trainer.Fit(new TensorBatcher(data, 20, seed: 2, processes: group), epochs, new FitOptions { Observers = observers });
        return [.. losses.Values, .. Numbers(models), .. trainer.Model.Encode(models.Data).data<double>().ToArray()];
    }

    private static double[] Weights(double[] run) => run[^(50 * Dimension + 152)..];

    private static double[] Numbers(TestModels models)
        => [.. models.Encoder.parameters().Concat(models.Decoder.parameters()).SelectMany(p => p.data<double>().ToArray())];

    private static void Close(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= Tolerances.SeveralProcesses * Math.Max(1, Math.Abs(pair.First)), $"{pair.First:R} and {pair.Second:R}"));
    }

    private static Module<Tensor, Tensor> Critic()
    {
        using var generator = new Generator(7);
        var critic = Critics.Mlp(Dimension, units: 6, hiddenLayers: 2, dtype: ScalarType.Float64);
        TestModels.Initialise(critic, generator);
        return critic;
    }

    private sealed class Losses : ITrainingObserver
    {
        public List<double> Values { get; } = [];

        public void Observe(TrainingEvent trainingEvent)
        {
            if (trainingEvent is StepCompleted { Result: var result })
            {
                Values.AddRange([result.Total, result.Reconstruction, result.Penalty]);
            }
        }
    }

    private sealed class Stopping(long step, Action<TrainingEvent> stop) : ITrainingObserver
    {
        public void Observe(TrainingEvent trainingEvent)
        {
            if (trainingEvent is StepCompleted e && e.Step == step)
            {
                stop(e);
            }
        }
    }

    private sealed class Objecting(bool atTheEnd) : ITrainingObserver
    {
        public void Observe(TrainingEvent trainingEvent)
        {
            if (atTheEnd ? trainingEvent is RunCompleted : trainingEvent is StepCompleted { Step: 3 })
            {
                throw new InvalidOperationException("an observer's own error");
            }
        }
    }

    private sealed class Refusing(bool refuses) : ILatentDivergence
    {
        private int _calls;

        public Tensor Evaluate(Tensor encoded, PriorSamples prior)
            => refuses && ++_calls > 2 ? throw new ArgumentException("refused") : new TestModels.MomentDivergence().Evaluate(encoded, prior);
    }

    private sealed class Failing : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _inner;
        private readonly bool _fails;
        private int _calls;

        public Failing(Module<Tensor, Tensor> inner, bool fails)
            : base("failing")
        {
            (_inner, _fails) = (inner, fails);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _fails && ++_calls > 2 ? throw new ArgumentException("the encoder fails") : _inner.call(input);
    }
}
