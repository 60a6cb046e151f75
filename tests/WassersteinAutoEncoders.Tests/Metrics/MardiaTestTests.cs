using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Metrics;

public class MardiaTestTests
{
    [Fact]
    public void Statistics_are_those_of_the_definition()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(11);
        var x = randn([60, 2], dtype: float64, generator: generator);
        x = cat([x.slice(1, 0, 1, 1).exp(), x.sum(1, keepdim: true)], 1);
        var values = TensorData.ToArray(x);
        var result = MardiaTest.Evaluate(x);
        var (skewness, kurtosis) = Naive(values, 60);

        Assert.Equal(skewness, result.Skewness, Tolerances.Float64);
        Assert.Equal(kurtosis, result.Kurtosis, Tolerances.Float64);
        Assert.Equal(2, result.Dimension);
        Assert.Equal(60, result.Count);
    }

    [Fact]
    public void Points_of_a_square_have_known_values()
    {
        // The corners (±1, ±1): S = I, ‖z‖² = 2 for all, inner products 2, 0, 0, −2; skewness (8 − 8)/16 = 0, kurtosis 4.
        using var scope = NewDisposeScope();
        var corners = tensor(new double[] { 1, 1, 1, -1, -1, 1, -1, -1 }).reshape(4, 2);
        var result = MardiaTest.Evaluate(corners);
        Assert.Equal(0, result.Skewness, Tolerances.Float64);
        Assert.Equal(4, result.Kurtosis, Tolerances.Float64);
        Assert.Equal(1, result.SkewnessPValue, Tolerances.Float64);
    }

    [Fact]
    public void Statistics_do_not_change_under_affine_maps()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(13);
        var x = randn([200, 3], dtype: float64, generator: generator).exp();
        var map = tensor(new double[] { 2, 0, 0, 1, 30, 0, -1, 0.5, 0.1 }).reshape(3, 3);
        var (before, after) = (MardiaTest.Evaluate(x), MardiaTest.Evaluate(x.mm(map) + 5));
        Assert.Equal(before.Skewness, after.Skewness, Tolerances.Float64 * 100);
        Assert.Equal(before.Kurtosis, after.Kurtosis, Tolerances.Float64 * 100);
    }

    [Fact]
    public void A_dependent_coordinate_is_left_out()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(17);
        var x = randn([100, 2], dtype: float64, generator: generator);
        var wider = cat([x, x.sum(1, keepdim: true), ones([100, 1], dtype: float64)], 1);
        var (expected, actual) = (MardiaTest.Evaluate(x), MardiaTest.Evaluate(wider));
        Assert.Equal(2, actual.Dimension);
        Assert.Equal(expected.Kurtosis, actual.Kurtosis, Tolerances.Float64);
        Assert.Equal(expected.Skewness, actual.Skewness, Tolerances.Float64);
    }

    [Fact]
    public void Normal_samples_are_rejected_at_the_stated_rate()
    {
        using var generator = new Generator(19);
        const int trials = 400;
        int skewed = 0, heavy = 0;
        for (var t = 0; t < trials; t++)
        {
            using var scope = NewDisposeScope();
            var result = MardiaTest.Evaluate(randn([100, 3], dtype: float64, generator: generator));
            skewed += result.SkewnessPValue <= 0.05 ? 1 : 0;
            heavy += result.KurtosisPValue <= 0.05 ? 1 : 0;
        }

        // 5 % with the binomial's spread, and a percentage point for the asymptotics at n = 33·d.
        var bound = Tolerances.FailureSigmas * Math.Sqrt(0.05 * 0.95 / trials) + 0.01;
        Assert.InRange(skewed / (double)trials, 0.05 - bound, 0.05 + bound);
        Assert.InRange(heavy / (double)trials, 0.05 - bound, 0.05 + bound);
    }

    [Fact]
    public void Skewed_heavy_and_light_tails_are_told_apart()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(23);
        var normal = randn([500, 2], dtype: float64, generator: generator);
        Assert.True(MardiaTest.Evaluate(normal.exp()).SkewnessPValue < Tolerances.FailureRate);
        Assert.True(MardiaTest.Evaluate(normal * normal.abs()).KurtosisZScore > Tolerances.FailureSigmas);
        Assert.True(MardiaTest.Evaluate(rand([500, 2], dtype: float64, generator: generator)).KurtosisZScore < -Tolerances.FailureSigmas);
    }

    [Fact]
    public void Too_few_points_are_an_error()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>("x", () => MardiaTest.Evaluate(randn(5, 5)));
        Assert.Throws<ArgumentException>("x", () => MardiaTest.Evaluate(ones(50, 2)));
        Assert.Throws<ArgumentException>("x", () => MardiaTest.Evaluate(full([50, 2], double.PositiveInfinity)));
    }

    private static (double Skewness, double Kurtosis) Naive(double[] x, int n)
    {
        var (m0, m1) = (Enumerable.Range(0, n).Average(i => x[2 * i]), Enumerable.Range(0, n).Average(i => x[2 * i + 1]));
        var points = Enumerable.Range(0, n).Select(i => (A: x[2 * i] - m0, B: x[2 * i + 1] - m1)).ToArray();
        var (aa, ab, bb) = (points.Average(p => p.A * p.A), points.Average(p => p.A * p.B), points.Average(p => p.B * p.B));
        var det = aa * bb - ab * ab;
        double Product((double A, double B) p, (double A, double B) q) => (bb * p.A * q.A - ab * (p.A * q.B + p.B * q.A) + aa * p.B * q.B) / det;
        return (points.Average(p => points.Average(q => Math.Pow(Product(p, q), 3))), points.Average(p => Math.Pow(Product(p, p), 2)));
    }
}
