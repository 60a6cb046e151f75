using System.Text;

namespace WassersteinAutoEncoders.Reporting.Plots;

/// <summary>A histogram: bars of equal width from zero upwards.</summary>
/// <param name="Low">Left edge of the first bar.</param>
/// <param name="High">Right edge of the last.</param>
/// <param name="Heights">One value a bar, ≥ 0.</param>
/// <param name="Colour">Their colour.</param>
/// <param name="Opacity">0 to 1.</param>
public sealed record BarLayer(double Low, double High, IReadOnlyList<double> Heights, PlotColour Colour, double Opacity = 0.55) : IPlotLayer
{
    /// <inheritdoc/>
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
