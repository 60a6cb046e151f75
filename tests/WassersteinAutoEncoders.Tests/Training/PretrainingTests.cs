using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Runs;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

public class PretrainingTests
{
    [Fact]
    public void Codes_come_near_the_mean_and_covariance_of_the_prior()
    {
        using var models = new TestModels(dtype: ScalarType.Float64);
        using var trainer = models.Trainer(new WaeTrainerOptions { LearningRate = new ConstantSchedule(0.05) });
        var decoder = models.Decoder.parameters().Select(p => p.data<double>().ToArray()).ToList();
        var result = Pretrain(trainer, models.Batches(10), new EncoderPretraining { BatchSize = 50 });

        Assert.InRange(result.Loss, 0, 0.1);
        Assert.InRange(result.Steps, 2, 199);
        var evaluation = trainer.Evaluate([models.Data]);
        Assert.All(evaluation.LatentMean, m => Assert.InRange(m, -0.6, 0.6));
        Assert.All(evaluation.LatentStandardDeviation, s => Assert.InRange(s, 0.5, 1.5));
        Assert.Equal(decoder, models.Decoder.parameters().Select(p => p.data<double>().ToArray()));
        Assert.Equal(0, trainer.StepCount);
    }

    [Fact]
    public void The_largest_number_of_steps_is_kept_and_small_data_are_used_as_a_whole()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();

        Assert.Equal(7, Pretrain(trainer, models.Batches(10), new EncoderPretraining { BatchSize = 1000, MaximumSteps = 7, Threshold = 0 }).Steps);
        Assert.Throws<ArgumentException>(() => Pretrain(trainer, []));
    }

    [Fact]
    public void Examples_of_two_shapes_are_refused()
    {
        using var encoder = nn.Sequential(nn.AdaptiveAvgPool1d(4), nn.Flatten(), nn.Linear(4, 2));
        using var decoder = nn.Linear(2, 6);
        using var trainer = new WaeTrainer(encoder, decoder, new WassersteinAutoEncoders.Priors.GaussianPrior(2), new MmdDivergence());
        using Tensor first = rand(5, 1, 6), second = rand(5, 1, 7);
        var error = Assert.Throws<ArgumentException>("batches", () => Pretrain(trainer, [first, second], new EncoderPretraining { BatchSize = 8 }));
        Assert.Contains("[5, 1, 7]", error.Message, StringComparison.Ordinal);
    }

    private static (int Steps, double Loss) Pretrain(WaeTrainer trainer, IEnumerable<Tensor> batches, EncoderPretraining? settings = null)
        => new PretrainingLoop(trainer.State, settings ?? new EncoderPretraining(), null, NullLogger.Instance, CancellationToken.None).Run(BatchSource.Of(batches));

    [Fact]
    public void Fit_pretrains_once()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer(new WaeTrainerOptions { Pretraining = new EncoderPretraining { BatchSize = 20, MaximumSteps = 3 } });
        var enumerations = 0;
        trainer.Fit(Batches(), 1);
        Assert.InRange(enumerations, 2, 3);
        enumerations = 0;
        trainer.Fit(Batches(), 2);
        Assert.Equal(1, enumerations);

        IEnumerable<Tensor> Batches()
        {
            enumerations++;
            foreach (var batch in models.Batches())
            {
                yield return batch;
            }
        }
    }

    [Fact]
    public void The_official_recipe_runs_from_its_preset()
    {
        using var models = new TestModels();
        var prior = new WassersteinAutoEncoders.Priors.GaussianPrior(TestModels.Dimension);
        using var trainer = new WaeTrainer(
            models.Encoder, models.Decoder, prior,
            new MmdDivergence(new ImqKernel(4), MmdEstimator.Unbiased), WaeTrainerOptions.OfficialMnist());
        var batches = new TensorBatcher(models.Data, 10);
        var run = trainer.Fit(batches, 51);

        Assert.Equal(1e-4, trainer.LearningRate, Tolerances.Float64);
        Assert.True(Loss(run.History[^1]) < Loss(run.History[0]));

        static double Loss(IReadOnlyList<Metric> metrics) => metrics.Single(m => m.Name == "loss/total").Value;
    }

    [Fact]
    public void Truncated_noise_has_its_moments_and_stays_within_two_deviations()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var noise = new TruncatedGaussianNoise(0.5).Apply(zeros([100_000, 1], dtype: ScalarType.Float64), generator);

        Assert.True(noise.abs().max().ToDouble() <= 1 + Tolerances.Float64);
        // The variance of a standard normal restricted to ±2 is 1 − 4φ(2)/(2Φ(2) − 1) = 0.7737.
        var deviation = Math.Sqrt(0.7737413) * 0.5;
        Assert.Equal(0, noise.mean().ToDouble(), Tolerances.FailureSigmas * deviation / Math.Sqrt(100_000));
        Assert.Equal(deviation, noise.std().ToDouble(), Tolerances.FailureSigmas * deviation / Math.Sqrt(200_000));
    }
}
