using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>Weights, a reach and a cost of one's own.</summary>
public class SinkhornOptionsTests
{
    private static readonly SinkhornOptions Exact = new() { Epsilon = 0.5, Tolerance = 1e-12 };

    public static TheoryData<string> Variants => ["weights", "reach", "weights and reach", "cost", "cost, weights and reach"];

    /// <summary>A point of weight 2 is the point twice.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(1.5)]
    public void A_weight_is_a_repetition(double? reach)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(4, 2, 1), Points.Normal(3, 2, 2) + 0.5);
        var divergence = new SinkhornDivergence(Exact with { Reach = reach });
        var a = tensor(new[] { 2, 1, 1, 1.0 }) / 5;
        var weighted = divergence.Evaluate(x, a, y, null).ToDouble();
        Assert.Equal(divergence.Evaluate(cat([x, x[0].unsqueeze(0)], 0), y).ToDouble(), weighted, Tolerances.Float64);

        // And what has no weight is not there.
        var more = divergence.Evaluate(cat([x, x[0].unsqueeze(0) + 9], 0), cat([a, zeros([1], float64)], 0), y, full([3], 1 / 3.0, float64)).ToDouble();
        Assert.Equal(weighted, more, Tolerances.Float64);
    }

    [Fact]
    public void Without_a_reach_only_ratios_of_weights_count()
    {
        using var scope = NewDisposeScope();
        var (x, y, a) = (Points.Normal(4, 2, 1), Points.Normal(3, 2, 2), Points.Uniform([4], 3, 0.1, 1));
        var divergence = new SinkhornDivergence(Exact);
        Assert.Equal(divergence.Evaluate(x, a, y, null).ToDouble(), divergence.Evaluate(x, a * 7, y, null).ToDouble(), Tolerances.Float64);
    }

    /// <summary>A second implementation: scaling with the exponent ρ/(ρ + ε) in plain loops, and the primal value of its plan, whose gap to the dual one is 0.</summary>
    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(1.2, 1)]
    [InlineData(3, 0.4)]
    public void With_a_reach_it_is_the_primal_value_of_the_scaled_plans(double reach, double mass)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(5, 2, 1), Points.Normal(4, 2, 2) + 1);
        double[] a = [.. Enumerable.Repeat(mass / 5, 5)], b = [0.4, 0.3, 0.2, 0.1];
        var (epsilon, rho) = (Exact.Epsilon!.Value, reach * reach);
        var expected = Primal(Costs(x, y), a, b, epsilon, rho) - (Primal(Costs(x, x), a, a, epsilon, rho) + Primal(Costs(y, y), b, b, epsilon, rho)) / 2 + epsilon / 2 * (mass - 1) * (mass - 1);
        var divergence = new SinkhornDivergence(Exact with { Reach = reach });
        Assert.Equal(expected, divergence.Evaluate(x, tensor(a), y, tensor(b)).ToDouble(), 1e-8);
        Assert.True(divergence.LastReport!.Converged);
    }

    [Fact]
    public void With_a_wide_reach_it_is_the_balanced_one_and_with_any_0_for_identical_samples()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(6, 3, 1), Points.Normal(5, 3, 2) + 0.5);
        Assert.Equal(new SinkhornDivergence(Exact).Evaluate(x, y).ToDouble(), new SinkhornDivergence(Exact with { Reach = 3e3 }).Evaluate(x, y).ToDouble(), 1e-5);
        Assert.Equal(0, new SinkhornDivergence(Exact with { Reach = 0.7 }).Evaluate(x, x.clone()).ToDouble(), Tolerances.Float64);
    }

    /// <summary>A code 30 away is pulled with its whole share where everything is carried, and not at all with a reach of 1.</summary>
    [Fact]
    public void An_outlier_beyond_the_reach_is_let_go()
    {
        using var scope = NewDisposeScope();
        var x = cat([Points.Normal(9, 2, 1), full([1, 2], 30.0, float64)], 0);
        var y = Points.Normal(10, 2, 2);
        Assert.InRange(Slope(null), 1, 10);
        Assert.InRange(Slope(1), 0, 1e-6);

        double Slope(double? reach)
        {
            using var leaf = x.clone().requires_grad_(true);
            new SinkhornDivergence(Exact with { Tolerance = 1e-8, Reach = reach }).Evaluate(leaf, y).backward();
            return leaf.grad![9].norm().ToDouble();
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Gradients_are_those_of_finite_differences_on_both_sides(string variant)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(5, 2, 1), Points.Normal(4, 2, 2) + 0.5);
        var weighted = variant.Contains("weights", StringComparison.Ordinal);
        var (a, b) = weighted ? (Points.Uniform([5], 3, 0.1, 0.3), Points.Uniform([4], 4, 0.1, 0.4)) : ((Tensor?)null, (Tensor?)null);
        var divergence = new SinkhornDivergence(Exact with
        {
            Reach = variant.Contains("reach", StringComparison.Ordinal) ? 1.2 : null,
            Cost = variant.Contains("cost", StringComparison.Ordinal) ? Smooth : null,
        });
        FiniteDifferences.Check(codes => divergence.Evaluate(codes, a, y, b), x);
        FiniteDifferences.Check(samples => divergence.Evaluate(x, a, samples, b), y);
    }

    [Fact]
    public void The_usual_cost_written_out_is_the_usual_divergence()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(6, 3, 1), Points.Normal(5, 3, 2) + 0.5);
        var own = new SinkhornDivergence(Exact with { Cost = (u, v) => (u.unsqueeze(1) - v.unsqueeze(0)).square().sum(2) * 0.5 });
        Assert.Equal(new SinkhornDivergence(Exact).Evaluate(x, y).ToDouble(), own.Evaluate(x, y).ToDouble(), Tolerances.Float64);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        var (x, divergence) = (zeros([3, 2]), new SinkhornDivergence());
        Assert.Throws<ArgumentException>("encodedWeights", () => divergence.Evaluate(x, ones(4), x, null));
        Assert.Throws<ArgumentException>("priorWeights", () => divergence.Evaluate(x, null, x, -ones(3)));
        Assert.Throws<ArgumentException>("priorWeights", () => divergence.Evaluate(x, null, x, zeros(3)));
        Assert.Throws<ArgumentException>("encodedWeights", () => divergence.Evaluate(x, ones([3], float64), x, null));
        Assert.Throws<ArgumentOutOfRangeException>("Reach", () => new SinkhornDivergence(new SinkhornOptions { Reach = 0 }));
        Assert.Throws<ArgumentException>("Epsilon", () => new SinkhornDivergence(new SinkhornOptions { Cost = Smooth }));
        Assert.Throws<ArgumentException>("Cost", () => new SinkhornDivergence(new SinkhornOptions { Epsilon = 1, Cost = (u, v) => u.mm(v.t()).sum(1) }).Evaluate(x, x));
    }

    /// <summary>1 − exp(−‖x − y‖²/4): 0 where points coincide, and flat far away.</summary>
    private static Tensor Smooth(Tensor x, Tensor y) => 1 - ((x.unsqueeze(1) - y.unsqueeze(0)).square().sum(2) * -0.25).exp();

    private static double[][] Costs(Tensor x, Tensor y) => [.. ((x.unsqueeze(1) - y.unsqueeze(0)).square().sum(2) * 0.5).data<double>().ToArray().Chunk((int)y.shape[0])];

    private static double Primal(double[][] c, double[] a, double[] b, double epsilon, double rho)
    {
        var exponent = rho / (rho + epsilon);
        double[] u = [.. a.Select(_ => 1.0)], v = [.. b.Select(_ => 1.0)];
        for (var iteration = 0; iteration < 3000; iteration++)
        {
            for (var i = 0; i < u.Length; i++)
            {
                u[i] = Math.Pow(1 / v.Select((w, j) => b[j] * w * Math.Exp(-c[i][j] / epsilon)).Sum(), exponent);
            }

            for (var j = 0; j < v.Length; j++)
            {
                v[j] = Math.Pow(1 / u.Select((w, i) => a[i] * w * Math.Exp(-c[i][j] / epsilon)).Sum(), exponent);
            }
        }

        var plan = c.Select((row, i) => row.Select((cost, j) => a[i] * b[j] * u[i] * v[j] * Math.Exp(-cost / epsilon)).ToArray()).ToArray();
        var value = plan.Select((row, i) => row.Select((p, j) => p * c[i][j] + epsilon * Entropy(p, a[i] * b[j])).Sum()).Sum();
        return value + rho * (plan.Select((row, i) => Entropy(row.Sum(), a[i])).Sum() + b.Select((w, j) => Entropy(plan.Sum(row => row[j]), w)).Sum());

        static double Entropy(double p, double q) => p * Math.Log(p / q) - p + q;
    }
}
