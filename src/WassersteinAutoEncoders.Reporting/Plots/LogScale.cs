namespace WassersteinAutoEncoders.Reporting.Plots;

/// <summary>Powers of ten in equal steps.</summary>
internal sealed class LogScale : AxisScale
{
    private static readonly double[][] Subdivisions = [[1], [1, 3], [1, 2, 5]];

    public override double Transform(double value) => value > 0 ? Math.Log10(value) : double.NaN;

    public override IReadOnlyList<AxisTick> Ticks(double low, double high, int about)
    {
        if (!(low > 0) || !(high > low) || !double.IsFinite(high))
        {
            return [];
        }
        // Whole decades where there are enough of them, finer divisions where there are not, and round numbers within a decade.
        foreach (var parts in Subdivisions)
        {
            var ticks = Decades(low, high, parts);
            if (ticks.Count >= Math.Min(3, about))
            {
                return Thin(ticks, about);
            }
        }
        return Linear.Ticks(low, high, about);
    }

    private static List<AxisTick> Decades(double low, double high, double[] parts)
    {
        var ticks = new List<AxisTick>();
        for (var power = (int)Math.Floor(Math.Log10(low)); power <= Math.Log10(high); power++)
        {
            foreach (var part in parts)
            {
                var value = part * Math.Pow(10, power);
                if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
                {
                    ticks.Add(new AxisTick(value, Label(value, part, power)));
                }
            }
        }
        return ticks;
    }

    private static List<AxisTick> Thin(List<AxisTick> ticks, int about)
    {
        var stride = (ticks.Count + 2 * about - 1) / Math.Max(1, 2 * about);
        return stride <= 1 ? ticks : [.. ticks.Where((_, n) => n % stride == 0)];
    }

    internal static string Label(double value, double part, int power)
    {
        if (power is >= -3 and <= 4)
        {
            return Markup.Number(value, 2);
        }

        return (part == 1 ? "" : Markup.Number(part, 1) + "·") + "10" + Markup.Superscript(power.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
