using System.Text;

namespace WassersteinAutoEncoders.Reporting.Plots;

/// <summary>A line through points; it is interrupted where a value is not finite or has no place on the scale.</summary>
/// <param name="Xs">Horizontal values.</param>
/// <param name="Ys">Vertical values, as many.</param>
/// <param name="Colour">Its colour.</param>
/// <param name="Width">Its width in user units.</param>
/// <param name="Dashes">An SVG dash pattern; solid when <see langword="null"/>.</param>
/// <param name="Opacity">0 to 1.</param>
/// <param name="Markers">Whether each point gets a dot.</param>
public sealed record LineLayer(IReadOnlyList<double> Xs, IReadOnlyList<double> Ys, PlotColour Colour, double Width = 2, string? Dashes = null, double Opacity = 1, bool Markers = false) : IPlotLayer
{
    /// <inheritdoc/>
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
