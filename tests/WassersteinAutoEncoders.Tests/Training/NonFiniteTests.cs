using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

public class NonFiniteTests
{
    [Fact]
    public void A_batch_with_NaN_stops_before_anything_changes()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();
        trainer.Step(models.Data);
        var before = models.Weights();
        using var bad = models.Data.clone();
        bad[3, 1] = float.NaN;

        var error = Assert.Throws<NonFiniteException>(() => trainer.Step(bad));
        Assert.Equal(1, error.Step);
        Assert.Contains("batch", error.Message, StringComparison.Ordinal);
        Assert.Null(error.LastCheckpoint);
        Assert.Equal(before, models.Weights());
    }

    [Fact]
    public void A_loss_that_is_not_finite_names_its_terms_and_the_last_checkpoint()
    {
        using var folder = new TemporaryFolder();
        using var models = new TestModels();
        var divergence = new Breaking(loss: true, at: 2);
        using var trainer = models.Trainer(divergence: divergence);
        trainer.Step(models.Data);
        trainer.SaveCheckpoint(folder.File("good.safetensors"));

        var error = Assert.Throws<NonFiniteException>(() => trainer.Step(models.Data));
        Assert.Equal((1L, 10.0), (error.Step, error.Lambda));
        Assert.True(double.IsFinite(error.Reconstruction) && double.IsNaN(error.Penalty));
        Assert.Equal(folder.File("good.safetensors"), error.LastCheckpoint);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_stops_before_the_update()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer(divergence: new Breaking(loss: false, at: 2));
        trainer.Step(models.Data);
        var before = models.Weights();

        Assert.Contains("encoder/", Assert.Throws<NonFiniteException>(() => trainer.Step(models.Data)).Message, StringComparison.Ordinal);
        Assert.Equal(before, models.Weights());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Skipping_leaves_a_step_out_and_ends_after_the_allowed_number(bool loss)
    {
        using var models = new TestModels();
        using var trainer = models.Trainer(new WaeTrainerOptions { NonFinite = NonFinitePolicy.Skip(2) }, new Breaking(loss, at: 2, times: 3));
        trainer.Step(models.Data);
        var before = models.Weights();
        trainer.Step(models.Data);
        trainer.Step(models.Data);

        Assert.Equal((1L, 2), (trainer.StepCount, trainer.SkippedSteps));
        Assert.Equal(before, models.Weights());
        Assert.Throws<NonFiniteException>(() => trainer.Step(models.Data));
        trainer.Step(models.Data);
        Assert.Equal(2, trainer.StepCount);
    }

    [Fact]
    public void Large_but_finite_data_pass()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer(new WaeTrainerOptions { Cost = new LambdaCost((x, y) => ((x - y) * 1e-36).abs().mean()) }, new TestModels.NoDivergence());
        // The sum of the batch overflows, no element does.
        using var large = full(200, TestModels.Width, 1e36f);
        Assert.True(double.IsFinite(trainer.Step(large).Total));
    }

    /// <summary>A divergence that turns NaN, or whose gradient does, in some of its calls.</summary>
    private sealed class Breaking(bool loss, int at, int times = 1) : ILatentDivergence
    {
        private int _calls;

        public Tensor Evaluate(Tensor encoded, PriorSamples prior)
        {
            _calls++;
            if (_calls < at || _calls >= at + times)
            {
                return encoded.mean();
            }
            // √0 is 0, but its derivative is infinite.
            return loss ? encoded.mean() * double.NaN : (encoded * 0).sum().sqrt();
        }
    }
}
