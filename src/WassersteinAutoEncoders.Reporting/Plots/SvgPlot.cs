using System.Globalization;
using System.Text;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>A plot with axes, grid and legend as SVG: to be written to a file, or into a page.</summary>
/// <remarks>
/// Colours are CSS custom properties with fallbacks (<c>--ink</c>, <c>--ink-2</c>, <c>--grid</c>, <c>--card</c>,
/// <c>--c0</c> …), so that a page may give them a dark form; a file by itself is light. An instance is not for several
/// threads at once.
/// </remarks>
internal sealed class SvgPlot
{
    private const double FontSize = 12.5;
    private readonly List<IPlotLayer> _layers = [];
    private readonly List<LegendEntry> _legend = [];

    /// <summary>A plot of given axes.</summary>
    public SvgPlot(string title, PlotAxis x, PlotAxis y, double width = 460, double height = 300)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        x.Check(nameof(x));
        y.Check(nameof(y));
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 80);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 60);
        (Title, X, Y, Width, Height) = (title, x, y, width, height);
    }

    /// <summary>Read to those who cannot see the picture.</summary>
    public string Title { get; }

    /// <summary>The horizontal axis.</summary>
    public PlotAxis X { get; }

    /// <summary>The vertical axis.</summary>
    public PlotAxis Y { get; }

    /// <summary>Width in user units.</summary>
    public double Width { get; }

    /// <summary>Height in user units.</summary>
    public double Height { get; }

    /// <summary>Draws a layer over those before it.</summary>
    public SvgPlot Add(IPlotLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        _layers.Add(layer);
        return this;
    }

    /// <summary>Adds a line to the legend above the plot.</summary>
    public SvgPlot AddLegend(LegendEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _legend.Add(entry);
        return this;
    }

    /// <summary>The rectangle inside the axes.</summary>
    public PlotFrame Frame
    {
        get
        {
            var labels = YTicks(Height).Select(tick => tick.Label.Length).DefaultIfEmpty(1).Max();
            var left = 12 + 7.2 * labels + (Y.Label.Length > 0 ? 18 : 0);
            var top = 10 + LegendRows().Count * 20;
            var bottom = X.Label.Length > 0 ? 42 : 24;
            return new PlotFrame(X, Y, left, top, Math.Max(20, Width - left - 14), Math.Max(20, Height - top - bottom));
        }
    }

    /// <summary>The plot as one <c>svg</c> element.</summary>
    public string ToSvg()
    {
        var frame = Frame;
        var svg = new StringBuilder();
        // The frame and the ends of the axes as data attributes: a script that shows values under the pointer needs no more.
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Markup.Encode(Title)}\"")
           .Append(CultureInfo.InvariantCulture, $" data-frame=\"{Markup.Pixel(frame.Left)} {Markup.Pixel(frame.Top)} {Markup.Pixel(frame.Width)} {Markup.Pixel(frame.Height)}\" data-x=\"{X.Low:R} {X.High:R}\" data-y=\"{Y.Low:R} {Y.High:R}\"")
           .Append($" style=\"font:{Markup.Pixel(FontSize)}px system-ui,sans-serif;font-variant-numeric:tabular-nums\">");
        WriteAxes(svg, frame);
        svg.Append($"<svg x=\"{Markup.Pixel(frame.Left - 4)}\" y=\"{Markup.Pixel(frame.Top - 4)}\" width=\"{Markup.Pixel(frame.Width + 8)}\" height=\"{Markup.Pixel(frame.Height + 8)}\" ")
           .Append($"viewBox=\"{Markup.Pixel(frame.Left - 4)} {Markup.Pixel(frame.Top - 4)} {Markup.Pixel(frame.Width + 8)} {Markup.Pixel(frame.Height + 8)}\">");
        foreach (var layer in _layers)
        {
            layer.Write(svg, frame);
        }

        svg.Append("</svg>");
        WriteLegend(svg, frame);
        return svg.Append("</svg>").ToString();
    }

    private IReadOnlyList<AxisTick> YTicks(double height) => (Y.Scale ?? AxisScale.Linear).Ticks(Y.Low, Y.High, Math.Max(2, (int)(height / 55)));

    private void WriteAxes(StringBuilder svg, PlotFrame frame)
    {
        const string grid = "stroke:var(--grid,#e3e6ea);stroke-width:1";
        const string ink = "fill:var(--ink-2,#586172)";
        foreach (var tick in YTicks(Height))
        {
            var y = Markup.Pixel(frame.MapY(tick.Value));
            svg.Append($"<path style=\"{grid}\" d=\"M{Markup.Pixel(frame.Left)} {y}H{Markup.Pixel(frame.Right)}\"/>")
               .Append($"<text x=\"{Markup.Pixel(frame.Left - 7)}\" y=\"{y}\" style=\"{ink};text-anchor:end;dominant-baseline:central\">{Markup.Encode(tick.Label)}</text>");
        }
        foreach (var tick in (X.Scale ?? AxisScale.Linear).Ticks(X.Low, X.High, Math.Max(2, (int)(frame.Width / 50))))
        {
            var x = Markup.Pixel(frame.MapX(tick.Value));
            svg.Append($"<path style=\"{grid}\" d=\"M{x} {Markup.Pixel(frame.Bottom)}v5\"/>")
               .Append($"<text x=\"{x}\" y=\"{Markup.Pixel(frame.Bottom + 18)}\" style=\"{ink};text-anchor:middle\">{Markup.Encode(tick.Label)}</text>");
        }
        svg.Append($"<path style=\"stroke:var(--axis,#9aa3b0);stroke-width:1\" d=\"M{Markup.Pixel(frame.Left)} {Markup.Pixel(frame.Bottom)}H{Markup.Pixel(frame.Right)}\"/>");
        if (X.Label.Length > 0)
        {
            svg.Append($"<text class=\"x-label\" x=\"{Markup.Pixel(frame.Left + frame.Width / 2)}\" y=\"{Markup.Pixel(frame.Bottom + 37)}\" style=\"{ink};text-anchor:middle\">{Markup.Encode(X.Label)}</text>");
        }

        if (Y.Label.Length > 0)
        {
            svg.Append($"<text class=\"y-label\" transform=\"translate(13 {Markup.Pixel(frame.Top + frame.Height / 2)}) rotate(-90)\" style=\"{ink};text-anchor:middle\">{Markup.Encode(Y.Label)}</text>");
        }
    }

    /// <summary>Entries in rows that fit, by an estimate of the text's width.</summary>
    private List<List<(LegendEntry Entry, double X)>> LegendRows()
    {
        var rows = new List<List<(LegendEntry, double)>>();
        var x = 0.0;
        foreach (var entry in _legend)
        {
            var width = 26 + 16 + 6.6 * entry.Text.Length;
            if (rows.Count == 0 || x + width > Width - 10)
            {
                rows.Add([]);
                x = 12;
            }
            rows[^1].Add((entry, x));
            x += width;
        }
        return rows;
    }

    private void WriteLegend(StringBuilder svg, PlotFrame frame)
    {
        var y = frame.Top - 4 - LegendRows().Count * 20 + 8;
        foreach (var row in LegendRows())
        {
            foreach (var (entry, x) in row)
            {
                var mark = entry.Filled
                    ? $"<path style=\"fill:{entry.Colour};opacity:.6\" d=\"M{Markup.Pixel(x + 4)} {Markup.Pixel(y - 6)}h12v12h-12z\"/>"
                    : $"<path style=\"stroke:{entry.Colour};stroke-width:{Markup.Pixel(entry.Width)};stroke-linecap:round{(entry.Dashes is null ? "" : ";stroke-dasharray:" + Markup.Encode(entry.Dashes))}\" d=\"M{Markup.Pixel(x)} {Markup.Pixel(y)}h19\"/>";
                svg.Append(mark).Append($"<text x=\"{Markup.Pixel(x + 26)}\" y=\"{Markup.Pixel(y)}\" style=\"fill:var(--ink,#1d2430);dominant-baseline:central\">{Markup.Encode(entry.Text)}</text>");
            }
            y += 20;
        }
    }
}
