using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>What becomes of a WAE-GAN under the default settings.</summary>
public class AdversarialTrainingTests
{
    /// <summary>Ten patterns of 64 pixels with noise, an encoder to eight dimensions, and a critic that outruns it unless something holds it back: without a penalty 0.27 is left.</summary>
    [Fact]
    public void By_default_the_codes_do_not_become_constant()
    {
        var spread = SpreadAfterTraining(new AdversarialOptions());
        Assert.True(spread > 0.6, $"{spread}");
    }

    /// <summary>The standard deviation of the codes, of which those on the unit sphere would have 1 in all.</summary>
    private static double SpreadAfterTraining(AdversarialOptions adversarial)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var encoder = Sequential(("a", Linear(64, 64)), ("b", ReLU()), ("c", Linear(64, 64)), ("d", ReLU()), ("e", Linear(64, 8)));
        var decoder = Sequential(("a", Linear(8, 64)), ("b", ReLU()), ("c", Linear(64, 64)), ("d", ReLU()), ("e", Linear(64, 64)), ("f", Sigmoid()));
        foreach (var module in new[] { encoder, decoder })
        {
            using var noGradient = no_grad();
            foreach (var parameter in module.parameters())
            {
                var bound = 1 / Math.Sqrt(parameter.shape[^1]);
                parameter.copy_((rand(parameter.shape, generator: generator) * 2 - 1) * bound);
            }
        }

        var patterns = rand([10, 64], generator: generator).round();
        var data = (patterns.index_select(0, randint(0, 10, [1280], generator: generator)) + randn([1280, 64], generator: generator) * 0.5).clamp(0, 1);
        var critic = Critics.Mlp(8, 128, 4, generator: generator);
        var options = new WaeTrainerOptions { Cost = new SquaredErrorCost(factor: 0.05), Lambda = new ConstantSchedule(10) };
        using var trainer = new WaeTrainer(encoder, decoder, new SpherePrior(8), new AdversarialDivergence(critic, adversarial), options);
        for (var step = 0; step < 300; step++)
        {
            trainer.Step(data.narrow(0, step % 10 * 128, 128));
        }

        using var withoutGradient = no_grad();
        return encoder.call(data).var(0, false).sum().sqrt().to(float64).ToDouble();
    }
}
