using WassersteinAutoEncoders.Reporting;

namespace WassersteinAutoEncoders.Samples.Running;

/// <summary>The terms of the loss over the steps.</summary>
internal static class LossPlot
{
    private static readonly string[] Terms = ["reconstruction", "penalty"];

    /// <summary>Draws, on a logarithmic axis where all values are positive: the terms differ by orders of magnitude.</summary>
    public static Figure Draw(MetricHistory history)
    {
        var curves = Terms.Select(term => (term, (IReadOnlyList<(double, double)>)[.. history.Points("loss/" + term).Select(point => ((double)point.Step, point.Value))])).ToArray();
        return Figure.Curves("Losses over the steps", "step", "loss", curves, logarithmic: curves.SelectMany(curve => curve.Item2).All(point => !(point.Item2 <= 0)));
    }
}
