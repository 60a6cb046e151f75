using System.Text;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>A chart for each term of the loss, and for every other metric.</summary>
internal static class LossSection
{
    /// <summary>What all charts of a page can be told.</summary>
    public const string ScaleButtons = "<div class=\"seg\" role=\"group\" aria-label=\"Vertical scale\"><button type=\"button\" data-scale=\"linear\" aria-pressed=\"true\">linear</button><button type=\"button\" data-scale=\"log\" aria-pressed=\"false\">logarithmic</button></div><button type=\"button\" data-save=\"losses\">Save as CSV</button>";

    public static void Write(StringBuilder html, ReportView view)
    {
        var charts = Charts(view);
        if (charts.Count == 0)
        {
            return;
        }

        html.Append("<section class=\"card s12\" aria-labelledby=\"h-loss\"><div class=\"bar\"><h2 id=\"h-loss\">Losses and other metrics</h2>")
            .Append(ScaleButtons).Append("</div>")
            .Append("<p class=\"note\">Each term against the epochs. Thin: means over logging intervals. Thick: means over epochs. Dashed: validation data at the end of each epoch, with averaged weights where there are any, which is why it may lie below the training curve. The dotted line marks the epoch that the pictures show.</p><div class=\"charts\">");
        for (var n = 0; n < charts.Count; n++)
        {
            var chart = charts[n];
            html.Append($"<figure data-chart=\"{n}\"><figcaption>{Markup.Encode(chart.Title)} <code>{Markup.Encode(chart.Name)}</code></figcaption>")
                .Append("<div data-view=\"linear\">").Append(Plot(chart, view, AxisScale.Linear)).Append("</div>")
                .Append("<div data-view=\"log\" hidden>").Append(Plot(chart, view, LogFor(chart))).Append("</div></figure>");
        }
        html.Append("</div>");
        WriteConstants(html, view);
        html.Append("</section>");
    }

    /// <summary>What never changed, in one line.</summary>
    private static void WriteConstants(StringBuilder html, ReportView view)
    {
        var constants = view.Report.Series.Where(IsConstant).DistinctBy(series => series.Name)
            .Select(series => $"<code>{Markup.Encode(series.Name)}</code> {Markup.Number(series.Points[0].Value, 6)}");
        if (constants.Any())
        {
            html.Append("<p class=\"note\">Constant: ").AppendJoin(", ", constants).Append("</p>");
        }
    }

    /// <summary>A setting that does not change, such as a fixed λ, and no measurement.</summary>
    private static bool IsConstant(MetricSeries series)
        => series.Points.Count > 0 && LossChart.Place(series.Name) > 2 && series.Points.All(point => point.Value.Equals(series.Points[0].Value));

    /// <summary>The series of each chart, in the order of the page.</summary>
    public static IReadOnlyList<LossChart> Charts(ReportView view)
        => [.. view.Report.Series
            .Where(series => series.Points.Count > 0 && !IsConstant(series))
            .GroupBy(series => series.Name)
            .OrderBy(group => LossChart.Place(group.Key))
            .Select(group => LossChart.From(group.Key, [.. group.OrderBy(series => series.Source)], view))];

    /// <summary>A logarithmic scale, or one that passes through zero where values need it.</summary>
    public static AxisScale LogFor(LossChart chart)
    {
        var finite = chart.Series.SelectMany(series => series.Ys).Where(double.IsFinite).ToArray();
        if (finite.Length == 0 || finite.All(value => value > 0))
        {
            return AxisScale.Log;
        }
        // Values at or below zero, as unbiased divergences have them, need a scale that passes through zero.
        var magnitudes = finite.Select(Math.Abs).Where(value => value > 0).Order().ToArray();
        return new SymmetricLogScale(magnitudes.Length == 0 ? 1 : magnitudes[magnitudes.Length / 10]);
    }

    private static string Plot(LossChart chart, ReportView view, AxisScale scale)
    {
        var label = chart.Unit + (scale is SymmetricLogScale ? (chart.Unit.Length > 0 ? ", " : "") + "symmetric log" : "");
        var x = PlotAxis.Around(view.Epochs.Label, chart.Series.SelectMany(series => series.Xs));
        var plot = new SvgPlot($"{chart.Title} over the {view.Epochs.Label}s", x, YAxis(chart, label, scale), 460, 270);
        foreach (var series in chart.Series)
        {
            var (colour, width, dashes, opacity) = Style(series.Source);
            plot.Add(new LineLayer(series.Xs, series.Ys, colour, width, dashes, opacity, Markers: series.Source != MetricSource.Interval && series.Xs.Count <= 30));
            plot.AddLegend(new LegendEntry(series.Label, colour, dashes, width));
        }
        return plot.ToSvg();
    }

    private static PlotAxis YAxis(LossChart chart, string label, AxisScale scale)
    {
        var interval = chart.Series.FirstOrDefault(series => series.Source == MetricSource.Interval);
        var others = chart.Series.Where(series => series.Source != MetricSource.Interval).SelectMany(series => series.Ys).Where(double.IsFinite).ToArray();
        if (scale != AxisScale.Linear || interval is null || others.Length < 2)
        {
            return PlotAxis.Around(label, chart.Series.SelectMany(series => series.Ys), scale);
        }
        // The first steps of a run would press all that follows flat: on the linear scale the top is the highest epoch
        // or the highest of 98 % of the intervals, and what is higher leaves the picture (the logarithmic scale has it).
        var sorted = interval.Ys.Where(double.IsFinite).Order().ToArray();
        var cut = sorted.Length / 50;
        return PlotAxis.Around(label, sorted.Skip(cut).SkipLast(cut).Concat(others), scale);
    }

    private static (PlotColour Colour, double Width, string? Dashes, double Opacity) Style(MetricSource source) => source switch
    {
        MetricSource.Interval => (Palette.Series(0), 1, null, 0.55),
        MetricSource.Epoch => (Palette.Series(0), 2.5, null, 1),
        _ => (Palette.Series(6), 2.5, "6 4", 1),
    };
}

/// <summary>One chart: a metric, from every source it has.</summary>
internal sealed record LossChart(string Name, string Title, string Unit, IReadOnlyList<LossChart.Curve> Series)
{
    /// <summary>A series over the epochs.</summary>
    internal sealed record Curve(string Label, MetricSource Source, IReadOnlyList<double> Xs, IReadOnlyList<double> Ys);

    private static readonly string[] First = [MetricNames.Reconstruction, MetricNames.Penalty, MetricNames.Total];

    public static LossChart From(string name, IReadOnlyList<MetricSeries> series, ReportView view) => new(
        name,
        TitleOf(name),
        UnitOf(name, view.Report.CostUnit),
        [.. series.Select(s => new Curve(Label(s.Source), s.Source, [.. s.Points.Select(p => view.Epochs.Map(p.Step))], [.. s.Points.Select(p => p.Value)]))]);

    /// <summary>A metric's place among the charts: the terms of the loss come first.</summary>
    public static int Place(string name) => Array.IndexOf(First, name) is >= 0 and var place ? place : First.Length;

    public static string TitleOf(string name) => name switch
    {
        MetricNames.Reconstruction => "Reconstruction",
        MetricNames.Penalty => "Latent penalty",
        MetricNames.Total => "Total",
        "lambda" => "λ",
        "learning_rate" => "Learning rate",
        "gradient/norm" => "Gradient norm",
        _ => name.Replace('_', ' ').Replace("/", ": ", StringComparison.Ordinal),
    };

    public static string UnitOf(string name, string costUnit) => name is MetricNames.Reconstruction or MetricNames.Total ? costUnit : "";

    public static string Label(MetricSource source) => source switch
    {
        MetricSource.Interval => "training, intervals",
        MetricSource.Epoch => "training, epochs",
        _ => "validation",
    };
}

/// <summary>Steps as epochs, so that curves over steps and pictures over epochs share an axis; steps themselves until an epoch is over.</summary>
internal sealed class EpochAxis(IReadOnlyList<EpochEnd> ends)
{
    public string Label => ends.Count > 1 ? "epoch" : "step";

    public double Map(long step)
    {
        if (ends.Count < 2)
        {
            return step;
        }

        var i = 1;
        while (i < ends.Count - 1 && ends[i].Step < step)
        {
            i++;
        }

        var (from, to) = (ends[i - 1], ends[i]);
        return from.Epoch + (to.Epoch - from.Epoch) * (step - from.Step) / (double)Math.Max(1, to.Step - from.Step);
    }
}
