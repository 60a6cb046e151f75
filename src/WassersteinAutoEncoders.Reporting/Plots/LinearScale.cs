using System.Globalization;

namespace WassersteinAutoEncoders.Reporting.Plots;

/// <summary>Values in proportion.</summary>
internal sealed class LinearScale : AxisScale
{
    public override double Transform(double value) => value;

    public override IReadOnlyList<AxisTick> Ticks(double low, double high, int about)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high))
        {
            return [];
        }

        var step = Step(high / Math.Max(1, about) - low / Math.Max(1, about));
        var ticks = new List<AxisTick>();
        if (!double.IsFinite(step) || step <= 0)
        {
            return ticks;
        }

        for (var n = Math.Ceiling(low / step - 1e-9); n * step <= high + step * 1e-9 && double.IsFinite(n * step) && ticks.Count < 100; n++)
        {
            ticks.Add(new AxisTick(n * step, Label(n * step, step)));
        }

        return ticks;
    }

    /// <summary>The nearest of 1, 2, 5 times a power of ten that is not smaller.</summary>
    private static double Step(double wanted)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(wanted)));
        var ratio = wanted / power;
        return power * (ratio <= 1.0001 ? 1 : ratio <= 2.0001 ? 2 : ratio <= 5.0001 ? 5 : 10);
    }

    private static string Label(double value, double step)
    {
        if (Math.Abs(value) < step / 2)
        {
            return "0";
        }

        if (Math.Abs(value) >= 1e6 || step < 1e-4)
        {
            return Markup.Number(value, Math.Clamp((int)(Math.Floor(Math.Log10(Math.Abs(value))) - Math.Floor(Math.Log10(step) + 1e-9)) + 1, 1, 15));
        }

        var decimals = Math.Max(0, (int)-Math.Floor(Math.Log10(step) + 1e-9));
        return Math.Round(value, decimals).ToString((Math.Abs(value) >= 10_000 ? "#,0" : "0") + (decimals > 0 ? "." + new string('0', decimals) : ""), CultureInfo.InvariantCulture).Replace('-', '−');
    }
}
