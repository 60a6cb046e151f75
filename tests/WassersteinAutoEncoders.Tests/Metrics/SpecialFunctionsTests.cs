using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Tests.Metrics;

public class SpecialFunctionsTests
{
    [Theory]
    [InlineData(0.5, 0.57236494292470008707)]
    [InlineData(1, 0)]
    [InlineData(10, 12.801827480081469611)]
    [InlineData(100.5, 361.43554046777757)]
    public void Log_gamma_has_its_known_values(double x, double expected)
        => AssertRelative(expected, SpecialFunctions.LogGamma(x));

    [Fact]
    public void Log_gamma_obeys_its_recurrence()
        => Assert.All([0.1, 0.7, 3.3, 11.9, 12.1, 5000.25], x =>
            AssertRelative(SpecialFunctions.LogGamma(x) + Math.Log(x), SpecialFunctions.LogGamma(x + 1)));

    [Theory]
    [InlineData(3.841458820694124, 1, 0.05)]
    [InlineData(6.634896601021214, 1, 0.01)]
    [InlineData(18.307038053275146, 10, 0.05)]
    [InlineData(124.34211340400407, 100, 0.05)]
    public void Chi_square_table_values_come_out(double x, double degrees, double expected)
        => Assert.Equal(expected, SpecialFunctions.ChiSquareSurvival(x, degrees), Tolerances.SpecialFunction);

    [Theory]
    [InlineData(2)]
    [InlineData(40)]
    [InlineData(5_000)]
    public void Chi_square_with_even_degrees_is_a_sum_of_poisson_probabilities(int degrees)
    {
        foreach (var factor in (double[])[0.5, 0.98, 1, 1.02, 2])
        {
            var half = degrees * factor / 2;
            double sum = 0, logFactorial = 0;
            for (var i = 0; i < degrees / 2; i++)
            {
                logFactorial += i > 0 ? Math.Log(i) : 0;
                sum += Math.Exp(i * Math.Log(half) - half - logFactorial);
            }

            Assert.Equal(sum, SpecialFunctions.ChiSquareSurvival(degrees * factor, degrees), Tolerances.Float64);
        }
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1.959963984540054, 0.975)]
    [InlineData(-1, 0.15865525393145705141)]
    [InlineData(-10, 7.6198530241605260660e-24)]
    [InlineData(-30, 4.9067139276113046e-198)]
    public void Normal_distribution_has_its_known_values(double z, double expected)
    {
        AssertRelative(expected, SpecialFunctions.NormalCdf(z));
        Assert.Equal(1 - expected, SpecialFunctions.NormalCdf(-z), Tolerances.SpecialFunction);
        AssertRelative(2 * Math.Min(expected, 1 - expected), SpecialFunctions.NormalTwoSided(z));
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(1e-100, -21.273453560965)]
    public void Normal_quantiles_have_their_known_values(double p, double expected)
        => Assert.Equal(expected, SpecialFunctions.NormalQuantile(p), Tolerances.Float64);

    [Fact]
    public void Normal_quantile_inverts_the_distribution_function()
    {
        for (var z = -8.0; z <= 8; z += 0.37)
        {
            // Near p = 1 a rounding of p is a large step of z; the lower tail keeps its digits.
            var lower = SpecialFunctions.NormalQuantile(SpecialFunctions.NormalCdf(-Math.Abs(z)));
            Assert.Equal(-Math.Abs(z), lower, Tolerances.Float64);
        }

        Assert.Equal(double.NegativeInfinity, SpecialFunctions.NormalQuantile(0));
        Assert.Equal(double.PositiveInfinity, SpecialFunctions.NormalQuantile(1));
    }

    [Theory]
    [InlineData(1.07275, 0.20)]
    [InlineData(1.22385, 0.10)]
    [InlineData(1.35810, 0.05)]
    [InlineData(1.48021, 0.025)]
    [InlineData(1.62762, 0.01)]
    [InlineData(1.94947, 0.001)]
    [InlineData(0.82757, 0.50)]
    public void Kolmogorov_table_values_come_out(double lambda, double expected)
        => Assert.Equal(expected, SpecialFunctions.KolmogorovSurvival(lambda), 2 * Tolerances.TableValue);

    [Fact]
    public void Kolmogorov_series_meet_where_they_change()
    {
        Assert.Equal(SpecialFunctions.KolmogorovSurvival(1), SpecialFunctions.KolmogorovSurvival(Math.BitDecrement(1)), Tolerances.SpecialFunction);
        Assert.Equal(1, SpecialFunctions.KolmogorovSurvival(0.05), Tolerances.SpecialFunction);
        Assert.Equal(1, SpecialFunctions.KolmogorovSurvival(0));
    }

    private static void AssertRelative(double expected, double actual)
        => Assert.True(Math.Abs(expected - actual) <= Tolerances.SpecialFunction * Math.Max(Math.Abs(expected), double.Epsilon) || Math.Abs(expected - actual) < 1e-15,
            $"expected {expected:R}, got {actual:R}");
}
