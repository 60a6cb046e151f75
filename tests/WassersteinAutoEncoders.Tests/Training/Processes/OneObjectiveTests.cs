using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static WassersteinAutoEncoders.Tests.Training.Processes.ProcessRuns;

namespace WassersteinAutoEncoders.Tests.Training.Processes;

/// <summary>Several processes minimize what one minimizes on the whole batch.</summary>
public class OneObjectiveTests
{
    private const int Dimension = TestModels.Dimension;

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var name in Named.Keys)
            {
                cases.Add(name, 3);
                if (name is "MMD" or "adversarial" or "Cramér–Wold" or "sum" or "sliced" or "sliced Epps–Pulley" or "Bures" or "log")
                {
                    cases.Add(name, 2);
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
        var alone = Trained(null, Named[name]());
        var together = Together(size, group => Trained(group, Named[name]()));

        Assert.All(together, run => Close(alone, run));
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

    [Theory]
    [InlineData("MMD")]
    [InlineData("sliced")]
    [InlineData("sliced Epps–Pulley")]
    [InlineData("Bures")]
    [InlineData("log")]
    public void The_same_number_of_processes_gives_the_same_bits(string name)
    {
        var runs = Enumerable.Range(0, 2).Select(_ => Together(3, group => Trained(group, Named[name]())));

        Assert.Single(runs.SelectMany(r => r).Select(r => string.Join(' ', r)).Distinct());
    }

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
}
