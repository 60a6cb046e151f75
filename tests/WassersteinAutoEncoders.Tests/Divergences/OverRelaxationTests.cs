using WassersteinAutoEncoders.Divergences;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>The factor that is learned, against the theory of successive over-relaxation.</summary>
public class OverRelaxationTests
{
    private const int Between = 5;

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    public void The_ratio_of_plain_updates_gives_the_best_factor(double ratio)
    {
        var (relaxation, error) = Started();
        Fall(relaxation, ref error, ratio);
        Assert.Equal(Best(ratio), relaxation.Factor, Tolerances.SpecialFunction);

        // With it the error shrinks by ω − 1, and nothing is to be learned; by less than that, neither.
        foreach (var theta in new[] { relaxation.Factor - 1, (relaxation.Factor - 1) / 2 })
        {
            Fall(relaxation, ref error, theta);
            Assert.Equal(Best(ratio), relaxation.Factor, Tolerances.SpecialFunction);
        }
    }

    [Theory]
    [InlineData(0.5, 0.7)]
    [InlineData(0.5, 0.98)]
    public void A_slower_ratio_seen_through_stretched_updates_is_learned(double first, double ratio)
    {
        var (relaxation, error) = Started();
        Fall(relaxation, ref error, first);

        // The larger root θ of Young's relation (θ + ω − 1)² = r·θ·ω².
        var omega = relaxation.Factor;
        var half = ratio * omega * omega / 2 - (omega - 1);
        Fall(relaxation, ref error, half + Math.Sqrt(half * half - (omega - 1) * (omega - 1)));
        Assert.Equal(Best(ratio), relaxation.Factor, Tolerances.SpecialFunction);
    }

    [Fact]
    public void The_factor_stays_below_two()
    {
        var (relaxation, error) = Started();
        Fall(relaxation, ref error, 1 - 1e-9);
        Assert.Equal(1.95, relaxation.Factor);
    }

    [Fact]
    public void An_error_that_grows_under_plain_updates_teaches_nothing()
    {
        var (relaxation, error) = Started();
        foreach (var factor in new[] { 1.1, 1, 1.2, 1 })
        {
            Fall(relaxation, ref error, factor);
            Assert.Equal(1, relaxation.Factor);
        }

        Fall(relaxation, ref error, 0.8);
        Assert.Equal(Best(0.8), relaxation.Factor, Tolerances.SpecialFunction);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1.3)]
    public void Where_stretched_updates_fail_plain_ones_come_back_each_time_for_twice_as_long(double growth)
    {
        var (relaxation, error) = Started();
        foreach (var plain in new[] { 0, 2, 4, 8 })
        {
            for (var i = 0; i < plain; i++)
            {
                Fall(relaxation, ref error, 0.9);
                Assert.Equal(1, relaxation.Factor);
            }

            Fall(relaxation, ref error, 0.9);
            Assert.Equal(Best(0.9), relaxation.Factor, Tolerances.SpecialFunction);
            Fall(relaxation, ref error, growth);
            Assert.Equal(1, relaxation.Factor);
        }
    }

    private static double Best(double ratio) => 2 / (1 + Math.Sqrt(1 - ratio));

    private static (OverRelaxation Relaxation, double Error) Started()
    {
        var relaxation = new OverRelaxation(Between);
        relaxation.Observe(1);
        Assert.Equal(1, relaxation.Factor);
        return (relaxation, 1);
    }

    /// <summary>Iterations that multiply the error by the factor each, and the observation after them.</summary>
    private static void Fall(OverRelaxation relaxation, ref double error, double factor)
    {
        error *= Math.Pow(factor, Between);
        relaxation.Observe(error);
    }
}
