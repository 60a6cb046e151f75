using System.Text;

namespace WassersteinAutoEncoders.Reporting.Plots;

/// <summary>Dots of one colour, in one path, so that thousands of them stay light. Dots beyond the frame are drawn at its edge.</summary>
/// <param name="Xs">Horizontal values.</param>
/// <param name="Ys">Vertical values, as many.</param>
/// <param name="Colour">Their colour.</param>
/// <param name="Diameter">In user units.</param>
/// <param name="Opacity">0 to 1.</param>
public sealed record PointLayer(IReadOnlyList<double> Xs, IReadOnlyList<double> Ys, PlotColour Colour, double Diameter = 5, double Opacity = 0.75) : IPlotLayer
{
    /// <inheritdoc/>
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
