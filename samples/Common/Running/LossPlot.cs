using WassersteinAutoEncoders.Reporting.Plots;

namespace WassersteinAutoEncoders.Samples.Running;

/// <summary>The terms of the loss over the steps.</summary>
internal static class LossPlot
{
    private static readonly string[] Terms = ["reconstruction", "penalty"];

    /// <summary>Draws, on a logarithmic axis where all values are positive: the terms differ by orders of magnitude.</summary>
    public static SvgPlot Draw(MetricHistory history)
    {
        var curves = Terms.Select(term => history.Points("loss/" + term)).ToArray();
        var points = curves.SelectMany(curve => curve).ToArray();
        var scale = points.All(point => !(point.Value <= 0)) ? AxisScale.Log : AxisScale.Linear;
        var plot = new SvgPlot(
            "Losses over the steps", PlotAxis.Around("step", points.Select(point => point.Step)), PlotAxis.Around("loss", points.Select(point => point.Value), scale), 720, 420);
        for (var i = 0; i < Terms.Length; i++)
        {
            plot.Add(new LineLayer([.. curves[i].Select(point => point.Step)], [.. curves[i].Select(point => point.Value)], Palette.Series(i)));
            plot.AddLegend(new LegendEntry(Terms[i], Palette.Series(i)));
        }

        return plot;
    }
}
