using TorchSharp;
using WassersteinAutoEncoders.Costs;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Costs;

/// <summary>The published code bases' numbers on two examples of two pixels, worked out by hand.</summary>
public class ReconstructionCostsTests
{
    private static readonly double[] Input = [1, 0, 0.5, 1];
    private static readonly double[] Reconstruction = [0.5, 0.25, 0.5, 0.25];

    public static TheoryData<string, IReconstructionCost, double> Cases() => new()
    {
        // Squares: 0.25 + 0.0625 and 0 + 0.5625, mean 0.4375.
        { "official l2sq", ReconstructionCosts.OfficialSquared, 0.05 * 0.4375 },
        { "pythae", ReconstructionCosts.Pythae, 0.4375 },
        { "cwae", ReconstructionCosts.Cwae, 0.4375 },

        // Roots: √(0.3125 + 1e-8) and √(0.5625 + 1e-8).
        { "official l2", ReconstructionCosts.OfficialEuclidean, 0.2 * (0.5590170032935 + 0.7500000066667) / 2 },

        // Absolute values: 0.75 and 0.75.
        { "official l1", ReconstructionCosts.OfficialAbsolute, 0.02 * 0.75 },

        // −ln ½ − ln ¾ = 0.6931471806 + 0.2876820724 and −½ln ½ − ½ln ½ − ln ¼ = 0.6931471806 + 1.3862943611.
        { "review", ReconstructionCosts.Review, (0.9808292530 + 2.0794415417) / 2 },
    };

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Presets_give_the_published_numbers(string name, IReconstructionCost cost, double expected)
    {
        using var scope = NewDisposeScope();
        var value = cost.Evaluate(tensor(Input, [2, 2]), tensor(Reconstruction, [2, 2])).ToDouble();
        Assert.True(Math.Abs(value - expected) <= Tolerances.HandComputed, $"{name}: {value} instead of {expected}");
    }

    [Fact]
    public void Costs_say_what_they_are_counted_in()
    {
        Assert.Equal("0.05·Σ(x−x̂)² per example", CostUnits.Of(ReconstructionCosts.OfficialSquared));
        Assert.Equal("0.2·√Σ(x−x̂)² per example", CostUnits.Of(ReconstructionCosts.OfficialEuclidean));
        Assert.Equal("0.02·Σ|x−x̂| per example", CostUnits.Of(ReconstructionCosts.OfficialAbsolute));
        Assert.Equal("nats per example", CostUnits.Of(ReconstructionCosts.Review));
        Assert.Equal("(x−x̂)², mean per element", CostUnits.Of(new SquaredErrorCost(CostReduction.Mean)));
        Assert.Equal("√(mean of (x−x̂)²) per example", CostUnits.Of(new EuclideanCost(CostReduction.Mean)));
        Assert.Equal("2·nats per element", CostUnits.Of(new BinaryCrossEntropyCost(reduction: CostReduction.Mean, factor: 2)));
        Assert.Equal("4·Σ(x−x̂)² per example", CostUnits.Of(new SquaredErrorCost().Times(4)));
        Assert.Equal("3·(nats per example + 2·LambdaCost)", CostUnits.Of(new WeightedCost(new SumCost(ReconstructionCosts.Review, new WeightedCost(new LambdaCost((x, _) => x), 2)), 3)));
    }

    [Fact]
    public void Sums_and_weights_of_nothing_are_refused()
    {
        Assert.Throws<ArgumentNullException>("cost", () => ((IReconstructionCost)null!).Plus(new SquaredErrorCost()));
        Assert.Throws<ArgumentNullException>("others", () => new SquaredErrorCost().Plus(null!));
    }
}
