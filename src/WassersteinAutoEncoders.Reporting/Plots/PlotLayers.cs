using System.Text;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Something drawn into a plot.</summary>
internal interface IPlotLayer
{
    /// <summary>Appends SVG elements: well-formed, numbers in invariant culture, text encoded.</summary>
    void Write(StringBuilder svg, PlotFrame frame);
}

/// <summary>A line of a plot's legend.</summary>
internal sealed record LegendEntry(string Text, PlotColour Colour, string? Dashes = null, double Width = 2.5, bool Filled = false);

/// <summary>A line through points; it is interrupted where a value is not finite or has no place on the scale.</summary>
internal sealed record LineLayer(IReadOnlyList<double> Xs, IReadOnlyList<double> Ys, PlotColour Colour, double Width = 2, string? Dashes = null, double Opacity = 1, bool Markers = false) : IPlotLayer
{
    public void Write(StringBuilder svg, PlotFrame frame)
    {
        var (path, dots) = (new StringBuilder(), new StringBuilder());
        var penDown = false;
        for (var i = 0; i < Math.Min(Xs.Count, Ys.Count); i++)
        {
            var (x, y) = (frame.MapX(Xs[i]), frame.MapY(Ys[i]));
            if (!double.IsFinite(x) || !double.IsFinite(y))
            {
                penDown = false;
                continue;
            }
            var alone = !penDown && !(i + 1 < Ys.Count && double.IsFinite(frame.MapY(Ys[i + 1])));
            path.Append(penDown ? 'L' : 'M').Append(Markup.Pixel(x)).Append(' ').Append(Markup.Pixel(y));
            if (Markers || alone)
            {
                dots.Append('M').Append(Markup.Pixel(x)).Append(' ').Append(Markup.Pixel(y)).Append("h0");
            }

            penDown = true;
        }
        var dashes = Dashes is null ? "" : $";stroke-dasharray:{Markup.Encode(Dashes)}";
        var common = $"fill:none;stroke:{Colour};stroke-linejoin:round;stroke-linecap:round;opacity:{Markup.Pixel(Opacity)}";
        if (path.Length > 0)
        {
            svg.Append($"<path style=\"{common};stroke-width:{Markup.Pixel(Width)}{dashes}\" d=\"{path}\"/>");
        }

        if (dots.Length > 0)
        {
            svg.Append($"<path style=\"{common};stroke-width:{Markup.Pixel(Math.Max(5, 2.5 * Width))}\" d=\"{dots}\"/>");
        }
    }
}

/// <summary>Dots of one colour, in one path, so that thousands of them stay light. Dots beyond the frame are drawn at its edge.</summary>
internal sealed record PointLayer(IReadOnlyList<double> Xs, IReadOnlyList<double> Ys, PlotColour Colour, double Diameter = 5, double Opacity = 0.75) : IPlotLayer
{
    public void Write(StringBuilder svg, PlotFrame frame)
    {
        svg.Append($"<path class=\"points\" style=\"fill:none;stroke:{Colour};stroke-linecap:round;stroke-width:{Markup.Pixel(Diameter)};opacity:{Markup.Pixel(Opacity)}\" d=\"");
        for (var i = 0; i < Math.Min(Xs.Count, Ys.Count); i++)
        {
            var (x, y) = (frame.MapX(Xs[i]), frame.MapY(Ys[i]));
            if (double.IsNaN(x) || double.IsNaN(y))
            {
                continue;
            }

            svg.Append('M').Append(Markup.Pixel(Math.Clamp(x, frame.Left, frame.Right)))
               .Append(' ').Append(Markup.Pixel(Math.Clamp(y, frame.Top, frame.Bottom))).Append("h0");
        }
        svg.Append("\"/>");
    }
}

/// <summary>A histogram: bars of equal width from zero upwards.</summary>
internal sealed record BarLayer(double Low, double High, IReadOnlyList<double> Heights, PlotColour Colour, double Opacity = 0.55) : IPlotLayer
{
    public void Write(StringBuilder svg, PlotFrame frame)
    {
        svg.Append($"<path class=\"bars\" style=\"fill:{Colour};opacity:{Markup.Pixel(Opacity)}\" d=\"");
        var step = (High - Low) / Math.Max(1, Heights.Count);
        // A scale without a place for zero has bars stand on the lower edge.
        var zero = Markup.Pixel(double.IsFinite(frame.MapY(0)) ? frame.MapY(0) : frame.Bottom);
        for (var i = 0; i < Heights.Count; i++)
        {
            var y = frame.MapY(Heights[i]);
            if (!(Heights[i] > 0) || !double.IsFinite(y))
            {
                continue;
            }

            svg.Append('M').Append(Markup.Pixel(frame.MapX(Low + i * step))).Append(' ').Append(zero)
               .Append('V').Append(Markup.Pixel(y)).Append('H').Append(Markup.Pixel(frame.MapX(Low + (i + 1) * step))).Append('V').Append(zero).Append('Z');
        }
        svg.Append("\"/>");
    }
}

/// <summary>A filled region of closed outlines, such as the part of the plane that holds 90 % of a prior.</summary>
internal sealed record RegionLayer(IReadOnlyList<IReadOnlyList<double>> Outlines, PlotColour Colour, double FillOpacity = 0.12, double LineOpacity = 0.45) : IPlotLayer
{
    public void Write(StringBuilder svg, PlotFrame frame)
    {
        svg.Append($"<path class=\"region\" style=\"fill:{Colour};fill-opacity:{Markup.Pixel(FillOpacity)};fill-rule:evenodd;stroke:{Colour};stroke-opacity:{Markup.Pixel(LineOpacity)};stroke-width:1\" d=\"");
        foreach (var outline in Outlines)
        {
            for (var i = 0; i + 1 < outline.Count; i += 2)
            {
                svg.Append(i == 0 ? 'M' : 'L').Append(Markup.Pixel(frame.MapX(outline[i]))).Append(' ').Append(Markup.Pixel(frame.MapY(outline[i + 1])));
            }

            svg.Append('Z');
        }
        svg.Append("\"/>");
    }
}

/// <summary>A text centred at a point, with a halo of the background so that it can be read over dots.</summary>
internal sealed record TextLayer(double X, double Y, string Text, double Size = 15) : IPlotLayer
{
    public void Write(StringBuilder svg, PlotFrame frame)
    {
        var (x, y) = (frame.MapX(X), frame.MapY(Y));
        if (!double.IsFinite(x) || !double.IsFinite(y))
        {
            return;
        }

        svg.Append($"<text class=\"mark\" x=\"{Markup.Pixel(Math.Clamp(x, frame.Left, frame.Right))}\" y=\"{Markup.Pixel(Math.Clamp(y, frame.Top, frame.Bottom))}\" ")
           .Append($"style=\"font-size:{Markup.Pixel(Size)}px;font-weight:700;text-anchor:middle;dominant-baseline:central;fill:var(--ink,#1d2430);stroke:var(--card,#fff);stroke-width:4;paint-order:stroke;stroke-linejoin:round\">")
           .Append(Markup.Encode(Text)).Append("</text>");
    }
}
