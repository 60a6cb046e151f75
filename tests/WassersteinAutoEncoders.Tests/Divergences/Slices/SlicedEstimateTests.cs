using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences.Slices;

public class SlicedEstimateTests
{
    private const int Draws = 400;

    private static readonly Dictionary<string, Func<SliceDirections, ISlicedDivergence>> Divergences = new()
    {
        ["sliced Wasserstein"] = directions => new SlicedWassersteinDivergence(directions),
        ["sliced Wasserstein, prior integrated out"] = directions => new IntegratedSlicedWassersteinDivergence(directions),
        ["sliced energy"] = directions => new SlicedEnergyDivergence(directions),
        ["sliced Epps–Pulley"] = directions => new SlicedEppsPulleyDivergence(directions),
        ["spherical sliced Wasserstein"] = directions => new SphericalSlicedWassersteinDivergence(directions),
    };

    public static TheoryData<string> Names => [.. Divergences.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_value_is_that_of_an_evaluation_of_the_same_directions(string name)
    {
        using var scope = NewDisposeScope();
        var (codes, prior) = Samples(name);
        using var evaluated = new Generator(5);
        using var estimated = new Generator(5);
        var expected = Divergences[name](SliceDirections.Random(40, evaluated)).Evaluate(codes, prior).ToDouble();
        var divergence = Divergences[name](SliceDirections.Random(40, estimated));
        Assert.Equal(expected, divergence.Estimate(codes, prior).Value, Tolerances.Float64);
        Assert.Same(estimated, divergence.Generator);
    }

    /// <summary>The spread of estimates from many draws of directions is what each of them says of itself.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_standard_error_is_the_spread_over_many_draws(string name)
    {
        using var scope = NewDisposeScope();
        var (codes, prior) = Samples(name);
        var divergence = Divergences[name](SliceDirections.Random(40, 5));
        var estimates = Enumerable.Range(0, Draws).Select(_ => divergence.Estimate(codes, prior)).ToArray();
        var mean = estimates.Average(estimate => estimate.Value);
        var spread = Math.Sqrt(estimates.Sum(estimate => Math.Pow(estimate.Value - mean, 2)) / (Draws - 1));

        // A spread of normal values is known to 1/√(2·draws) of itself; those of means of 40 positive values, a little skewed, to somewhat less.
        Assert.Equal(spread, estimates.Average(estimate => estimate.StandardError), Tolerances.FailureSigmas * spread / Math.Sqrt(Draws));
    }

    private static (Tensor Codes, PriorSamples Prior) Samples(string name)
    {
        var codes = Points.Normal(50, 4, 1) + arange(4, dtype: float64) * 0.3;
        if (name.StartsWith("spherical", StringComparison.Ordinal))
        {
            return (codes / codes.square().sum(1, keepdim: true).sqrt(), new PriorSamples(Points.Normal(50, 4, 2), new SpherePrior(4)));
        }

        return (codes, new PriorSamples(Points.Normal(60, 4, 2), new GaussianPrior(4)));
    }
}
