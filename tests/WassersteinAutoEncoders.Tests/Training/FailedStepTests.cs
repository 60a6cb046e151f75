using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Optimizers;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>A step that failed is as if it had not been tried.</summary>
[Collection(LiveTensors.Name)]
public class FailedStepTests
{
    /// <summary>The gradients that both batches leave, with and without a failed attempt between them.</summary>
    [Theory]
    [InlineData(false, ComputePrecision.OfWeights)]
    [InlineData(true, ComputePrecision.OfWeights)]
    [InlineData(true, ComputePrecision.BFloat16)]
    public void A_failed_backward_leaves_the_accumulation_as_it_was(bool critic, ComputePrecision precision)
    {
        using var quiet = new TestModels();
        using var troubled = new TestModels();
        Assert.Equal(Weights(quiet, critic, precision, fails: false), Weights(troubled, critic, precision, fails: true));
    }

    [Fact]
    public void A_failed_backward_leaves_no_tensor_to_the_finaliser()
    {
        using var models = new TestModels();
        using var decoder = new StepMistakeTests.Wrapped(models.Decoder, StepMistakeTests.Fails);
        using var trainer = new WaeTrainer(models.Encoder, decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence(), new WaeTrainerOptions { AccumulationSteps = 2 });
        Fail();
        var before = LiveTensors.Count();
        for (var i = 0; i < 5; i++)
        {
            Fail();
        }

        Assert.Equal(before, Tensor.TotalCount);

        void Fail()
        {
            using var scope = NewDisposeScope();
            Assert.Throws<InvalidOperationException>(() => trainer.Step(models.Data));
        }
    }

    [Fact]
    public void A_look_with_averaged_weights_leaves_no_tensor_to_the_finaliser()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer(new WaeTrainerOptions { EmaDecay = 0.9, AccumulationSteps = 2 });
        trainer.Step(models.Data);
        Look();
        var before = LiveTensors.Count();
        for (var i = 0; i < 5; i++)
        {
            Look();
        }

        Assert.Equal(before, Tensor.TotalCount);

        void Look()
        {
            trainer.Model.Encode(models.Data).Dispose();
            trainer.Step(models.Data);
            trainer.CompleteEpoch();
        }
    }

    private static float[] Weights(TestModels models, bool critic, ComputePrecision precision, bool fails)
    {
        var failing = false;
        // Behind the encoder, so that the decoder has its gradients by the time the pass fails.
        using var encoder = new StepMistakeTests.Wrapped(models.Encoder, z => failing ? StepMistakeTests.Fails(z) : z);
        using var adversary = new ToyCriticDivergence();
        ILatentDivergence divergence = critic ? adversary : new TestModels.NoDivergence();
        using var trainer = new WaeTrainer(encoder, models.Decoder, new FixedPrior(), divergence, new WaeTrainerOptions { AccumulationSteps = 2, Precision = precision, Optimizer = OptimizerFactory.Of(p => optim.SGD(p, 1)) });
        using var scope = NewDisposeScope();
        for (var i = 0; i < 3; i++)
        {
            trainer.Step(models.Data.narrow(0, 0, 20));
            if (fails)
            {
                var (blur, steps) = (adversary.Generator.get_state(), trainer.StepCount);
                failing = true;
                Assert.Throws<InvalidOperationException>(() => trainer.Step(models.Data));
                failing = false;
                adversary.Generator.set_state(blur);
                Assert.Equal(steps, trainer.StepCount);
            }

            trainer.Step(models.Data.narrow(0, 20, 30));
        }

        Assert.Equal(3, trainer.StepCount);
        return [.. models.Weights(), .. adversary.Weights()];
    }

    /// <summary>The same samples at each call: a failed attempt draws too.</summary>
    private sealed class FixedPrior : IPrior
    {
        public long Dimension => TestModels.Dimension;

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        {
            using var own = new Generator(5);
            return randn(count, Dimension, generator: own);
        }
    }
}
