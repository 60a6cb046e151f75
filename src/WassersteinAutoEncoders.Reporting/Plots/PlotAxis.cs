namespace WassersteinAutoEncoders.Reporting;

/// <summary>One axis of a plot.</summary>
internal sealed record PlotAxis(string Label, double Low, double High, AxisScale? Scale = null)
{
    /// <summary>An axis that holds all finite values, with a margin of 4 % of the length at either end.</summary>
    public static PlotAxis Around(string label, IEnumerable<double> values, AxisScale? scale = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        scale ??= AxisScale.Linear;
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (!double.IsFinite(value) || !double.IsFinite(scale.Transform(value)))
            {
                continue;
            }

            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }
        if (low > high)
        {
            return new PlotAxis(label, scale == AxisScale.Log ? 0.1 : 0, 1, scale);
        }

        if (scale == AxisScale.Log)
        {
            var factor = Math.Max(Math.Exp(0.04 * (Math.Log(high) - Math.Log(low))), 1.01);
            return new PlotAxis(label, Math.Max(low / factor, double.Epsilon), Math.Min(high * factor, double.MaxValue), scale);
        }
        var margin = high > low ? 0.04 * high - 0.04 * low : Math.Max(Math.Abs(low) * 0.04, 1e-6);
        return new PlotAxis(label, Math.Max(low - margin, double.MinValue), Math.Min(high + margin, double.MaxValue), scale);
    }

    internal double Fraction(double value)
    {
        var scale = Scale ?? AxisScale.Linear;
        var (low, high) = (scale.Transform(Low), scale.Transform(High));
        var length = high - low;

        // In halves where the length exceeds the largest number.
        return double.IsFinite(length) ? (scale.Transform(value) - low) / length : (scale.Transform(value) / 2 - low / 2) / (high / 2 - low / 2);
    }

    internal void Check(string name)
    {
        if (!double.IsFinite(Low) || !double.IsFinite(High) || !(High > Low) || !double.IsFinite(Fraction(Low)) || !double.IsFinite(Fraction(High)))
        {
            throw new ArgumentException($"Expected an axis with finite Low < High that its scale can show; got [{Low}, {High}] for '{Label}'.", name);
        }
    }
}

/// <summary>Where values lie in the picture: the rectangle inside the axes, in user units of the SVG.</summary>
internal sealed record PlotFrame(PlotAxis X, PlotAxis Y, double Left, double Top, double Width, double Height)
{
    /// <summary>The horizontal place of a value; NaN where its scale has none.</summary>
    public double MapX(double value) => Left + Width * X.Fraction(value);

    /// <summary>The vertical place of a value, downwards; NaN where its scale has none.</summary>
    public double MapY(double value) => Top + Height * (1 - Y.Fraction(value));

    /// <summary>The lower edge.</summary>
    public double Bottom => Top + Height;

    /// <summary>The right edge.</summary>
    public double Right => Left + Width;
}
