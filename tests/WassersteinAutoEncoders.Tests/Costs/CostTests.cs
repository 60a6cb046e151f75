using TorchSharp;
using WassersteinAutoEncoders.Costs;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Costs;

public class CostTests
{
    public static TheoryData<Func<CostReduction, double, IReconstructionCost>> Kinds => new()
    {
        (reduction, factor) => new SquaredErrorCost(reduction, factor),
        (reduction, factor) => new AbsoluteErrorCost(reduction, factor),
        (reduction, factor) => new BinaryCrossEntropyCost(CrossEntropyInput.Probabilities, reduction, factor),
        (reduction, factor) => new BinaryCrossEntropyCost(CrossEntropyInput.Logits, reduction, factor),
    };

    [Theory]
    [MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public void The_mean_over_pixels_is_their_sum_over_their_number_and_the_factor_a_factor(Func<CostReduction, double, IReconstructionCost> kind)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Uniform([5, 1, 4, 3], 1), Points.Uniform([5, 1, 4, 3], 2));
        var sum = kind(CostReduction.Sum, 1).Evaluate(x, y).ToDouble();
        Assert.Equal(sum / 12, kind(CostReduction.Mean, 1).Evaluate(x, y).ToDouble(), Tolerances.Float64);
        Assert.Equal(sum * 2.5, kind(CostReduction.Sum, 2.5).Evaluate(x, y).ToDouble(), Tolerances.Float64);
    }

    [Fact]
    public void The_Euclidean_mean_is_taken_under_the_root()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (tensor(new double[] { 0, 0, 0, 0 }, [1, 4]), tensor(new double[] { 3, 4, 0, 0 }, [1, 4]));
        Assert.Equal(5, new EuclideanCost(epsilon: 1e-12).Evaluate(x, y).ToDouble(), Tolerances.HandComputed);
        Assert.Equal(2.5, new EuclideanCost(CostReduction.Mean, epsilon: 1e-12).Evaluate(x, y).ToDouble(), Tolerances.HandComputed);
    }

    [Fact]
    public void Logits_and_their_probabilities_cost_the_same()
    {
        using var scope = NewDisposeScope();
        var (x, logits) = (Points.Uniform([5, 4], 1), Points.Normal(5, 4, 2) * 3);
        Assert.Equal(
            new BinaryCrossEntropyCost().Evaluate(x, logits.sigmoid()).ToDouble(),
            new BinaryCrossEntropyCost(CrossEntropyInput.Logits).Evaluate(x, logits).ToDouble(),
            Tolerances.Float64);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Where_a_probability_saturates_the_logarithm_is_minus_a_hundred(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (tensor(new double[] { 1, 0, 0.5 }, [1, 3]).to(dtype), tensor(new double[] { 0, 1, 0 }, [1, 3]).to(dtype));
        Assert.Equal(250, new BinaryCrossEntropyCost().Evaluate(x, y).to(float64).ToDouble(), Tolerances.Float32);
    }

    [Theory]
    [InlineData(1e3)]
    [InlineData(-1e3)]
    public void Logits_that_saturate_are_exact(double logit)
    {
        using var scope = NewDisposeScope();
        var y = tensor(new[] { logit }, [1, 1]).requires_grad_(true);
        var value = new BinaryCrossEntropyCost(CrossEntropyInput.Logits).Evaluate(full([1, 1], 0.25, dtype: float64), y);
        value.backward();
        Assert.Equal(logit > 0 ? 750 : 250, value.ToDouble(), Tolerances.Float64);
        Assert.Equal(logit > 0 ? 0.75 : -0.25, y.grad!.ToDouble(), Tolerances.Float64);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void What_is_no_probability_gives_NaN(double value)
    {
        using var scope = NewDisposeScope();
        Assert.True(double.IsNaN(new BinaryCrossEntropyCost().Evaluate(full([1, 2], 0.5), full([1, 2], value)).ToDouble()));
    }

    [Fact]
    public void Sums_and_multiples_add_and_multiply()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (tensor(new double[] { 1, 2 }, [1, 2]), tensor(new double[] { 0, 4 }, [1, 2]));
        var cost = new SumCost(new SquaredErrorCost(), new WeightedCost(new AbsoluteErrorCost(), 0.1));
        Assert.Equal(5.3, cost.Evaluate(x, y).ToDouble(), Tolerances.Float64);
    }

    [Fact]
    public void A_function_that_does_not_give_a_scalar_is_told_so()
    {
        using var scope = NewDisposeScope();
        var cost = new LambdaCost((x, y) => (x - y).square().sum(1));
        Assert.Contains("[4]", Assert.Throws<ArgumentException>(() => cost.Evaluate(zeros([4, 2]), zeros([4, 2]))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LambdaCost((_, _) => null!).Evaluate(zeros([4, 2]), zeros([4, 2])));
    }
}
