namespace WassersteinAutoEncoders.Reporting.Plots;

/// <summary>Logarithmic in both directions from zero and linear around it, for series that may be negative, as an unbiased divergence may.</summary>
public sealed class SymmetricLogScale : AxisScale
{
    private readonly double _threshold;

    /// <summary>A scale sign(v)·log₁₀(1 + |v|/c).</summary>
    /// <param name="threshold">c &gt; 0: up to about here the scale is linear.</param>
    public SymmetricLogScale(double threshold)
    {
        if (!double.IsFinite(threshold) || threshold <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Expected a finite threshold above 0.");
        }

        _threshold = threshold;
    }

    /// <inheritdoc/>
    public override double Transform(double value)
    {
        // The quotient of a huge value and a small threshold overflows, the difference of their logarithms does not.
        var ratio = Math.Abs(value) / _threshold;
        return Math.CopySign(double.IsInfinity(ratio) ? Math.Log10(Math.Abs(value)) - Math.Log10(_threshold) : Math.Log10(1 + ratio), value);
    }

    /// <inheritdoc/>
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
