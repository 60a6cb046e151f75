using System.Text;

namespace WassersteinAutoEncoders.Reporting.Plots;

/// <summary>A filled region of closed outlines, such as the part of the plane that holds 90 % of a prior.</summary>
/// <param name="Outlines">Closed polygons of alternating x and y values; where they nest, insides alternate (even–odd rule).</param>
/// <param name="Colour">Fill and outline.</param>
/// <param name="FillOpacity">0 to 1.</param>
/// <param name="LineOpacity">0 to 1.</param>
public sealed record RegionLayer(IReadOnlyList<IReadOnlyList<double>> Outlines, PlotColour Colour, double FillOpacity = 0.12, double LineOpacity = 0.45) : IPlotLayer
{
    /// <inheritdoc/>
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
