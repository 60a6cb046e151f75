using System.Text;

namespace WassersteinAutoEncoders.Reporting.Plots;

/// <summary>A text centred at a point, with a halo of the background so that it can be read over dots.</summary>
/// <param name="X">Horizontal value.</param>
/// <param name="Y">Vertical value.</param>
/// <param name="Text">The text.</param>
/// <param name="Size">Font size in user units.</param>
public sealed record TextLayer(double X, double Y, string Text, double Size = 15) : IPlotLayer
{
    /// <inheritdoc/>
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
