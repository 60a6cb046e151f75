using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Sampling;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Metrics;

[Collection(LiveTensors.Name)]
public class LiveTensorsTests
{
    [Fact]
    public void Measurements_and_samplers_leave_nothing_behind_but_their_results()
    {
        using var module = nn.Linear(4, 3);
        using var generator = new Generator(1);
        var codes = randn([40, 4], generator: generator);
        var images = rand([3, 3, 8, 8], generator: generator);
        using var first = randn(4, generator: generator);
        using var second = randn(4, generator: generator);
        var prior = new GaussianPrior(4);
        var options = new LatentDiagnosisOptions { Permutations = 19, PriorSamples = 100 };
        bool[] labels = [.. Enumerable.Range(0, 40).Select(i => i < 20)];

        Check(() => LatentDiagnosis.Run(codes, prior, options));
        Check(() => PermutationTest.Run(codes, codes, [ImqKernel.ForPrior(prior)], 19));
        Check(() => MardiaTest.Evaluate(codes));
        Check(() => KolmogorovSmirnov.PerDimension(codes, codes));
        Check(() => EffectiveRank.OfPoints(codes));
        Check(() => FrechetDistance.Evaluate(codes, codes));
        Check(() => KernelDistance.Evaluate(codes, codes, 10));
        Check(() => Memorization.Evaluate(codes, codes, codes));
        Check(() => Sharpness.Mean(images));
        Check(() => Sharpness.PerImage(images).Dispose());
        Check(() => FeatureStatistics.FromModule(module, [codes, codes]).Dispose());
        Check(() => GaussianMixtureFit.Run(codes, 2).Prior.Sample(5).Dispose());
        Check(() => GaussianMixtureFit.Run(codes, 2).Prior.LogDensity(codes).Dispose());
        Check(() => Interpolation.Spherical(first, second, 3).Dispose());
        Check(() => LatentGrid.OfPrior(new SpherePrior(2), 2, 2).Dispose());
        Check(() => LatentTraversal.AllDimensions(first, [1]).Dispose());
        Check(() => AttributeDirection.FromDiscriminant(codes, labels).Move(codes, 1).Dispose());
        Check(() => DecodedSamples.Draw(module, prior, 5, batchSize: 2).Dispose());
        codes.Dispose();
        images.Dispose();
    }

    /// <summary>Runs once to warm up, then counts.</summary>
    private static void Check(Action action)
    {
        action();
        var before = LiveTensors.Count();
        action();
        Assert.Equal(before, Tensor.TotalCount);
    }
}
