
namespace WassersteinAutoEncoders.Reporting.Tests.Plots;

public class AxisScaleTests
{
    public static TheoryData<string> Scales => ["linear", "log", "symmetric"];

    [Theory]
    [MemberData(nameof(Scales))]
    public void Ticks_lie_inside_in_order_and_are_neither_few_nor_many(string name)
    {
        var scale = Scale(name);
        for (var power = -12; power <= 12; power++)
        {
            foreach (var ratio in (double[])[1.01, 1.3, 2, 7, 40, 1e4, 1e9])
            {
                var low = 1.37 * Math.Pow(10, power);
                var ticks = scale.Ticks(low, low * ratio, 6);
                Assert.All(ticks, tick => Assert.InRange(tick.Value, low * (1 - 1e-6), low * ratio * (1 + 1e-6)));
                Assert.Equal(ticks.OrderBy(tick => tick.Value), ticks);
                Assert.InRange(ticks.Count, name == "symmetric" ? 0 : 1, 16);
                Assert.Equal(ticks.Count, ticks.Select(tick => tick.Label).Distinct().Count());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Scales))]
    public void Transform_is_monotone(string name)
    {
        var scale = Scale(name);
        var values = Enumerable.Range(1, 200).Select(n => Math.Pow(1.2, n - 100)).ToArray();
        for (var i = 1; i < values.Length; i++)
        {
            Assert.True(scale.Transform(values[i]) > scale.Transform(values[i - 1]));
        }
    }

    [Fact]
    public void Symmetric_log_passes_through_zero()
    {
        var scale = new SymmetricLogScale(0.01);
        Assert.Equal(0, scale.Transform(0));
        Assert.Equal(-scale.Transform(3), scale.Transform(-3), Tolerances.Float64);
        Assert.Contains(scale.Ticks(-1, 10, 8), tick => tick is { Value: 0, Label: "0" });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SymmetricLogScale(0));
    }

    [Fact]
    public void Log_has_no_place_for_what_is_not_positive()
    {
        Assert.True(double.IsNaN(AxisScale.Log.Transform(0)));
        Assert.Empty(AxisScale.Log.Ticks(-1, 1, 5));
    }

    [Theory]
    [MemberData(nameof(Scales))]
    public async Task Whatever_the_ends_ticks_are_few_and_come_at_once(string name)
    {
        double[] ends = [0, 1, -1, 1e-3, 5e-324, -5e-324, double.MaxValue, double.MinValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        AxisScale[] scales = name == "symmetric" ? [Scale(name), new SymmetricLogScale(5e-324), new SymmetricLogScale(double.MaxValue)] : [Scale(name)];
        await Task.Run(() => Assert.All(scales, scale => Assert.All(ends, low => Assert.All(ends, high =>
        {
            var ticks = scale.Ticks(low, high, 6);
            Assert.InRange(ticks.Count, 0, 100);
            Assert.All(ticks, tick => Assert.True(double.IsFinite(tick.Value)));
        })))).WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Theory]
    [MemberData(nameof(Scales))]
    public void What_is_not_finite_has_no_place_and_is_no_error(string name)
    {
        var scale = Scale(name);
        Assert.True(double.IsNaN(scale.Transform(double.NaN)));
        Assert.False(double.IsFinite(scale.Transform(double.PositiveInfinity)));
        Assert.True(double.IsFinite(scale.Transform(double.MaxValue)));
        Assert.True(double.IsFinite(new SymmetricLogScale(5e-324).Transform(double.MinValue)));
        foreach (double[] values in (double[][])[[double.MinValue, double.MaxValue], [double.MaxValue], [double.Epsilon, double.MaxValue], [double.NaN, double.PositiveInfinity]])
        {
            var axis = PlotAxis.Around("", values, scale);
            axis.Check("axis");
            Assert.All(values.Where(value => double.IsFinite(value) && double.IsFinite(scale.Transform(value))), value => Assert.InRange(axis.Fraction(value), 0, 1));
        }
    }

    private static AxisScale Scale(string name) => name switch { "linear" => AxisScale.Linear, "log" => AxisScale.Log, _ => new SymmetricLogScale(1e-3) };
}
