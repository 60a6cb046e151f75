using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Metrics;

public class KolmogorovSmirnovTests
{
    [Fact]
    public void Statistic_is_the_largest_gap_of_the_distribution_functions()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        foreach (var (n, m) in new[] { (1, 1), (7, 13), (50, 20) })
        {
            // Rounded, so that there are ties within and across the samples.
            var x = randn([n], dtype: float64, generator: generator).mul(4).round();
            var y = randn([m], dtype: float64, generator: generator).mul(3).round();
            Assert.Equal(Naive(TensorData.ToArray(x), TensorData.ToArray(y)), KolmogorovSmirnov.TwoSample(x, y).Statistic, Tolerances.Float64);
        }
    }

    [Fact]
    public void Equal_samples_give_zero_and_separate_ones_one()
    {
        using var scope = NewDisposeScope();
        var x = arange(20, dtype: float64);
        Assert.Equal((0, 1), KolmogorovSmirnov.TwoSample(x, x.flip(0)));
        Assert.Equal(1, KolmogorovSmirnov.TwoSample(x, x + 100).Statistic);
    }

    [Theory]
    [InlineData(20, 0.0075)]
    [InlineData(100, 0.0025)]
    [InlineData(500, 0.0005)]
    public void P_value_is_near_the_exact_one(int n, double tolerance)
    {
        for (var h = n; h >= 1 && Exact(n, h) <= 0.5; h--)
        {
            Assert.Equal(Exact(n, h), KolmogorovSmirnov.PValue((double)h / n, n, n), tolerance);
        }
    }

    [Fact]
    public void P_value_of_the_printed_critical_value_is_its_level()
    {
        // Large-sample critical values c(α)·√((n+m)/(nm)), as printed in tables of the two-sample test.
        Assert.Equal(0.05, KolmogorovSmirnov.PValue(1.35810 * Math.Sqrt(700.0 / (300 * 400)), 300, 400), 2 * Tolerances.TableValue);
        Assert.Equal(0.01, KolmogorovSmirnov.PValue(1.62762 * Math.Sqrt(700.0 / (300 * 400)), 300, 400), 2 * Tolerances.TableValue);
    }

    [Fact]
    public void Each_dimension_is_tested_on_its_own()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var x = randn([400, 3], generator: generator);
        var y = randn([300, 3], generator: generator);
        y.select(1, 1).add_(0.8);
        var results = KolmogorovSmirnov.PerDimension(x, y);

        Assert.Equal(3, results.Count);
        Assert.Equal(KolmogorovSmirnov.TwoSample(x.select(1, 2), y.select(1, 2)), results[2]);
        Assert.True(results[1].PValue < Tolerances.FailureRate);
        Assert.True(results[0].PValue > Tolerances.FailureRate);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>("x", () => KolmogorovSmirnov.TwoSample(zeros(2, 2), zeros(2)));
        Assert.Throws<ArgumentException>("y", () => KolmogorovSmirnov.TwoSample(zeros(2), zeros(0)));
        Assert.Throws<ArgumentException>("x", () => KolmogorovSmirnov.TwoSample(tensor([1f, float.NaN]), zeros(2)));
        Assert.Throws<ArgumentException>("y", () => KolmogorovSmirnov.PerDimension(zeros(2, 2), zeros(2, 3)));
    }

    private static double Naive(double[] x, double[] y)
        => x.Concat(y).Max(v => Math.Abs(x.Count(a => a <= v) / (double)x.Length - y.Count(b => b <= v) / (double)y.Length));

    /// <summary>P(D ≥ h/n) of two samples of n, by counting lattice paths (Gnedenko and Korolyuk 1951).</summary>
    private static double Exact(int n, int h)
    {
        double sum = 0;
        for (var j = 1; j * h <= n; j++)
        {
            sum += (j % 2 == 1 ? 2 : -2) * Math.Exp(2 * SpecialFunctions.LogGamma(n + 1) - SpecialFunctions.LogGamma(n - j * h + 1) - SpecialFunctions.LogGamma(n + j * h + 1));
        }

        return Math.Min(1, sum);
    }
}
