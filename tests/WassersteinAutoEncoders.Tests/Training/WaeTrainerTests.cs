using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

public class WaeTrainerTests
{
    [Fact]
    public void Steps_lower_the_loss()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();
        var first = trainer.Step(models.Data).Total;
        for (var i = 0; i < 100; i++)
        {
            trainer.Step(models.Data);
        }

        Assert.True(trainer.Step(models.Data).Total < first);
        Assert.Equal(102, trainer.StepCount);
    }

    [Fact]
    public void The_same_seed_gives_the_same_losses_to_the_bit()
    {
        Assert.Equal(Losses(), Losses());

        static double[] Losses()
        {
            using var models = new TestModels();
            using var trainer = models.Trainer(new WaeTrainerOptions { Seed = 7 });
            var batches = new TensorBatcher(models.Data, 8, seed: 3);
            return [.. Enumerable.Range(0, 3).SelectMany(_ => batches.Select(b => trainer.Step(b).Total).ToList())];
        }
    }

    [Fact]
    public void Fit_trains_to_the_epoch_asked_for_and_calls_before_count()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();

        var run = trainer.Fit(models.Batches(), 3);
        Assert.Equal((3, 15L, RunOutcome.Completed, 3), (run.Epochs, run.Steps, run.Outcome, run.History.Count));
        Assert.Equal(2, trainer.Fit(models.Batches(), 5).History.Count);
        Assert.Empty(trainer.Fit(models.Batches(), 5).History);
    }

    [Fact]
    public void Evaluation_and_inference_have_the_right_shapes_and_leave_modes_alone()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();
        models.Decoder.eval();
        using var scope = NewDisposeScope();

        var evaluation = trainer.Evaluate(models.Batches(25));
        Assert.Equal(50, evaluation.Count);
        Assert.Equal(TestModels.Dimension, evaluation.LatentMean.Count);
        Assert.Equal([50, TestModels.Dimension], trainer.Model.Encode(models.Data).shape);
        Assert.Equal([50, TestModels.Width], trainer.Model.Reconstruct(models.Data).shape);
        Assert.Equal([5, TestModels.Width], trainer.Model.Sample(5).shape);
        Assert.True(models.Encoder.training);
        Assert.False(models.Decoder.training);
    }

    [Fact]
    public void Evaluation_tells_the_moments_of_each_latent_dimension()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();
        var evaluation = trainer.Evaluate(models.Batches(25));

        using var scope = NewDisposeScope();
        var codes = trainer.Model.Encode(models.Data).data<float>().ToArray();
        for (var d = 0; d < TestModels.Dimension; d++)
        {
            var column = codes.Where((_, i) => i % TestModels.Dimension == d).Select(value => (double)value).ToArray();
            var mean = column.Average();
            Assert.Equal(mean, evaluation.LatentMean[d], Tolerances.Float32);
            Assert.Equal(Math.Sqrt(column.Average(value => (value - mean) * (value - mean))), evaluation.LatentStandardDeviation[d], Tolerances.Float32);
        }
    }
}
