using Microsoft.Extensions.Logging;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>A last batch that the divergence cannot take stops neither training nor evaluation.</summary>
public class RemainderTests
{
    [Fact]
    public void Training_passes_over_a_last_batch_of_one_and_says_so_once()
    {
        using var models = new TestModels();
        var log = new WarningLog();
        var fit = new FitOptions { Validation = new TensorBatcher(models.Data, 7) };
        using var trainer = Trainer(models, new WaeTrainerOptions(), log);
        var run = trainer.Fit(new TensorBatcher(models.Data, 7), 3, fit);

        Assert.Equal(RunOutcome.Completed, run.Outcome);
        Assert.Equal(3 * 7, trainer.StepCount);
        Assert.Equal(1, log.Warnings.Count(w => w.Contains("training passes over it", StringComparison.Ordinal)));
        Assert.Equal(1, log.Warnings.Count(w => w.Contains("penalty's mean", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_evaluation_counts_a_last_batch_of_one_in_all_but_the_penalty()
    {
        using var models = new TestModels();
        using var trainer = Trainer(models, new WaeTrainerOptions());
        using var scope = NewDisposeScope();
        var (large, one) = (models.Data.narrow(0, 0, 49), models.Data.narrow(0, 49, 1));
        var both = trainer.Evaluate([large, one]);
        var alone = trainer.Evaluate([large]);

        Assert.Equal(50, both.Count);
        Assert.Equal(alone.Penalty, both.Penalty, Tolerances.Float64);
        using var difference = trainer.Model.Reconstruct(models.Data) - models.Data;
        Assert.Equal(0.05 * difference.square().sum().ToDouble() / 50, both.Reconstruction, Tolerances.Float32);
    }

    [Fact]
    public void Batches_that_are_all_too_small_are_an_error()
    {
        using var models = new TestModels();
        using var trainer = Trainer(models, new WaeTrainerOptions());

        Assert.Throws<ArgumentException>(() => trainer.Fit(new TensorBatcher(models.Data, 1), 1));
        Assert.Throws<ArgumentException>(() => trainer.Evaluate(new TensorBatcher(models.Data, 1)));
        Assert.Throws<ArgumentException>(() => trainer.Step(models.Data.narrow(0, 0, 1)));
    }

    [Theory]
    [InlineData(MmdEstimator.Unbiased, 2)]
    [InlineData(MmdEstimator.Biased, 1)]
    [InlineData(MmdEstimator.UnbiasedPaired, 2)]
    [InlineData(MmdEstimator.LinearTime, 2)]
    public void The_minimum_is_the_smallest_sample_that_is_evaluated(MmdEstimator estimator, long minimum)
    {
        using var scope = NewDisposeScope();
        var divergence = new MmdDivergence(ImqKernel.ForPrior(new GaussianPrior(2)), estimator);
        Assert.Equal(minimum, divergence.MinimumSampleSize);
        divergence.Evaluate(zeros(minimum, 2), ones(minimum, 2));
        if (minimum > 1)
        {
            Assert.Throws<ArgumentException>(() => divergence.Evaluate(zeros(minimum - 1, 2), ones(minimum - 1, 2)));
        }
    }

    [Fact]
    public void The_minimum_of_a_sum_is_that_of_its_parts()
    {
        using var models = new TestModels();
        var mmd = new MmdDivergence(ImqKernel.ForPrior(new GaussianPrior(2)));
        using var trainer = models.Trainer(divergence: new SumDivergence(new TestModels.MomentDivergence(), new WeightedDivergence(mmd, 2)));

        Assert.Equal(7, trainer.Fit(new TensorBatcher(models.Data, 7), 1).Steps);
    }

    private static WaeTrainer Trainer(TestModels models, WaeTrainerOptions options, ILogger? logger = null)
    {
        var prior = new GaussianPrior(TestModels.Dimension);
        return new WaeTrainer(models.Encoder, models.Decoder, prior, new MmdDivergence(ImqKernel.ForPrior(prior)), options, logger);
    }
}
