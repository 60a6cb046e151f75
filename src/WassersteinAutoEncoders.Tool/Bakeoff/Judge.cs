using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Tool.Running;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Bakeoff;

/// <summary>Measures every contestant with the same pictures, prior samples and classifier.</summary>
internal sealed class Judge(Tensor test, DigitClassifier classifier, long seed)
{
    private const long Codes = 1000;
    private const long TestSize = 500;
    private const long Decoded = 4000;

    /// <summary>What the test pictures themselves have: the sharpness to aim at, and the Fréchet distance of two halves of them.</summary>
    public (double Sharpness, double Frechet) Reference()
    {
        using var scope = NewDisposeScope();
        var half = test.shape[0] / 2;
        return (
            Sharpness.Mean(test.narrow(0, 0, Math.Min(Decoded, test.shape[0]))),
            FrechetDistance.Evaluate(classifier.Features(test.narrow(0, 0, half)), classifier.Features(test.narrow(0, half, half))));
    }

    /// <summary>The figures of a trained auto-encoder but for those of its training, and a PNG of decoded prior samples.</summary>
    public (Measurement Figures, byte[] Picture) Measure(WaeTrainer trainer)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed + 11, CPU);
        var figures = TestFigures.Measure(trainer, test, seed);
        var codes = TestFigures.Encode(trainer, test.index_select(0, randperm(test.shape[0], dtype: ScalarType.Int64, generator: generator).narrow(0, 0, Math.Min(Codes, test.shape[0])))).detach();
        var prior = trainer.Model.Prior.Sample(codes.shape[0], generator);
        var decoded = trainer.Model.Sample(Decoded, generator);
        var size = Math.Min(TestSize, codes.shape[0]);
        var permutation = PermutationTest.Run(codes.narrow(0, 0, size), prior.narrow(0, 0, size), PermutationTest.DefaultKernels(codes, prior, ImqKernel.ForPrior(trainer.Model.Prior)), generator: generator);
        var measured = new Measurement(
            figures.Reconstruction,
            Divergences(trainer.Model.Prior, codes, prior),
            EffectiveRank.OfPoints(codes),
            permutation.PValue,
            Sharpness.Mean(decoded),
            FrechetDistance.Evaluate(classifier.Features(decoded), classifier.Features(test)),
            0, 0, 0);
        return (measured, ImageGrid.ToPng(decoded.narrow(0, 0, 64), PixelRange.Unit, 16));
    }

    private Dictionary<string, double> Divergences(IPrior prior, Tensor codes, Tensor samples)
    {
        (string, ILatentDivergence)[] divergences =
        [
            ("MMD² IMQ", new MmdDivergence(ImqKernel.ForPrior(prior))),
            ("MMD² RBF", new MmdDivergence(RbfKernel.ForPrior(prior))),
            ("sliced W₂²", new SlicedWassersteinDivergence(SliceDirections.Random(500, (ulong)seed))),
            ("Cramér–Wold", new TwoSampleCramerWoldDivergence()),
            ("Sinkhorn", new SinkhornDivergence()),
        ];
        var values = new Dictionary<string, double>();
        foreach (var (name, divergence) in divergences)
        {
            using var noGrad = no_grad();
            using var value = divergence.Evaluate(codes, samples);
            values.Add(name, Scalars.Read(value));
        }

        values.Add("JS (critic)", CriticTest.JensenShannon(codes, samples, seed));
        return values;
    }
}

/// <summary>
/// The Jensen–Shannon divergence as a fresh critic sees it: trained on one half of codes and prior samples, stopped where it is best
/// on a quarter, and asked on the last quarter, so that it cannot learn the samples by heart. A lower bound in nats, at most log 2; it
/// may come out a little below 0.
/// </summary>
internal static class CriticTest
{
    private const int Steps = 300;
    private const int StepsBetweenLooks = 10;
    private const int BatchSize = 256;

    /// <summary>Trains the critic and evaluates it.</summary>
    public static double JensenShannon(Tensor codes, Tensor prior, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        using var critic = Critics.Mlp(codes.shape[1], units: 64, hiddenLayers: 2, generator: generator);
        var divergence = new AdversarialDivergence(critic, new AdversarialOptions { GradientPenalty = 0 });
        using var optimizer = optim.Adam(critic.parameters(), 1e-3);
        var quarter = Math.Min(codes.shape[0], prior.shape[0]) / 4;
        var size = Math.Min(BatchSize, 2 * quarter);

        // A critic that has not begun says ½ everywhere: its bound is 0.
        var (least, bound) = (2 * Math.Log(2), 0.0);
        for (var step = 1; step <= Steps; step++)
        {
            using var inner = NewDisposeScope();
            critic.zero_grad();
            var rows = randperm(2 * quarter, generator: generator).narrow(0, 0, size);
            divergence.EvaluateCritic(codes.index_select(0, rows), prior.index_select(0, rows)).Loss.backward();
            optimizer.step();
            if (step % StepsBetweenLooks == 0 && Loss(2) is var chosen && chosen < least)
            {
                (least, bound) = (chosen, Math.Log(2) - (0.5 * Loss(3)));
            }
        }

        return bound;

        double Loss(long part)
        {
            using var noGrad = no_grad();
            return Scalars.Read(divergence.EvaluateCritic(codes.narrow(0, part * quarter, quarter), prior.narrow(0, part * quarter, quarter)).Loss);
        }
    }
}
