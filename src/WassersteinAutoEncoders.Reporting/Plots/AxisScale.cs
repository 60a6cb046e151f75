using System.Globalization;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>How values are laid out along an axis.</summary>
internal abstract class AxisScale
{
    /// <summary>Values in proportion.</summary>
    public static AxisScale Linear { get; } = new LinearScale();

    /// <summary>Powers of ten in equal steps, for positive values.</summary>
    public static AxisScale Log { get; } = new LogScale();

    /// <summary>A monotone function; axes are linear in it. NaN where a value has no place.</summary>
    public abstract double Transform(double value);

    /// <summary>Marks at round values.</summary>
    public abstract IReadOnlyList<AxisTick> Ticks(double low, double high, int about);
}

/// <summary>A mark on an axis.</summary>
internal readonly record struct AxisTick(double Value, string Label);

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

/// <summary>Logarithmic in both directions from zero and linear around it, for series that may be negative, as an unbiased divergence may.</summary>
internal sealed class SymmetricLogScale : AxisScale
{
    private readonly double _threshold;

    /// <summary>A scale sign(v)·log₁₀(1 + |v|/c).</summary>
    public SymmetricLogScale(double threshold)
    {
        if (!double.IsFinite(threshold) || threshold <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Expected a finite threshold above 0.");
        }

        _threshold = threshold;
    }

    public override double Transform(double value)
    {
        // The quotient of a huge value and a small threshold overflows, the difference of their logarithms does not.
        var ratio = Math.Abs(value) / _threshold;
        return Math.CopySign(double.IsInfinity(ratio) ? Math.Log10(Math.Abs(value)) - Math.Log10(_threshold) : Math.Log10(1 + ratio), value);
    }

    public override IReadOnlyList<AxisTick> Ticks(double low, double high, int about)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || !(high > low))
        {
            return [];
        }

        var first = (int)Math.Ceiling(Math.Log10(_threshold));
        var last = (int)Math.Floor(Math.Log10(Math.Max(Math.Max(Math.Abs(low), Math.Abs(high)), _threshold)));
        var stride = Math.Max(1, (last - first + 1) / Math.Max(1, about / 2));
        var ticks = new List<AxisTick>();
        for (var power = last; power >= first; power -= stride)
        {
            Add(-Math.Pow(10, power), "−" + LogScale.Label(Math.Pow(10, power), 1, power));
        }

        Add(0, "0");
        for (var power = first + (last - first) % stride; power <= last; power += stride)
        {
            Add(Math.Pow(10, power), LogScale.Label(Math.Pow(10, power), 1, power));
        }

        return ticks;

        void Add(double value, string label)
        {
            if (value >= low && value <= high)
            {
                ticks.Add(new AxisTick(value, label));
            }
        }
    }
}
