using System.Text;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>The page of <see cref="RunComparison"/>.</summary>
internal static class ComparisonPage
{
    private static readonly string?[] Dashes = [null, "7 4", "2 4", "10 3 2 3"];

    public static string Render(string title, IReadOnlyList<ComparedRun> runs)
    {
        var charts = Charts(runs);
        var body = new StringBuilder();
        body.Append($"<header class=\"top\"><div><h1>{Markup.Encode(title)}</h1><p class=\"sub\">{runs.Count} runs</p></div>{HeadSection.ThemeButton}</header><main class=\"grid\">");
        WriteRuns(body, runs);
        WriteCharts(body, runs, charts);
        WriteTable(body, "diagnosis", "Diagnosis", "Whether the codes of validation inputs follow the prior, in each run's last epoch; expected is what a figure is where they do. It depends on the number of codes, and so may differ between runs.",
            runs, run => run.Diagnosis.Select(row => (row[0], row[2].Length > 0 ? $"{row[1]} (expected {row[2]})" : row[1])), _ => true);
        WriteTable(body, "settings", "Settings that differ", "What the runs do not share; — where a run does not say.", runs, Settings, values => values.Distinct().Count() > 1);
        WriteTable(body, "shared", "Settings that all share", "", runs.Take(1), Settings, values => true, name => runs.All(run => Settings(run).Contains((name, Settings(runs[0]).First(s => s.Name == name).Value))));
        body.Append("</main><footer><p>Written by WassersteinAutoEncoders.Reporting from the runs' own reports.</p></footer>\n</div>\n");
        return HtmlReport.Page(title, body.ToString(), PageData.Of("epoch", charts.Select(chart => (chart.Chart with { Name = chart.Chart.Title }, (IReadOnlyList<int>?)chart.Runs))));
    }

    private static IEnumerable<(string Name, string Value)> Settings(ComparedRun run) => run.Settings.Select(row => (row[0], row[1])).DistinctBy(setting => setting.Item1);

    /// <summary>A line's colour and dashes: as many as there are runs, told apart without colour too.</summary>
    private static (PlotColour Colour, string? Dashes) Style(int run) => (Palette.Series(run), Dashes[run % Dashes.Length]);

    private static string Swatch(int run)
    {
        var (colour, dashes) = Style(run);
        return $"<svg class=\"swatch\" viewBox=\"0 0 34 12\" aria-hidden=\"true\"><path style=\"stroke:{colour};stroke-width:3;stroke-linecap:round;fill:none{(dashes is null ? "" : $";stroke-dasharray:{dashes}")}\" d=\"M2 6h30\"/></svg>";
    }

    private static void WriteRuns(StringBuilder body, IReadOnlyList<ComparedRun> runs)
    {
        string[] figures = [.. runs.SelectMany(run => run.Figures.Select(row => row[0])).Distinct()];
        body.Append("<section class=\"card s12\" aria-labelledby=\"h-runs\"><h2 id=\"h-runs\">Final figures</h2>");
        if (runs.Select(run => run.CostUnit).Distinct().Count() > 1)
        {
            body.Append($"<p class=\"note\">{HeadSection.Mark(Health.Caution)} The runs count their reconstruction cost in different units: reconstruction and total cannot be compared between them.</p>");
        }

        var titled = runs.Select(run => run.Title).Distinct().Count() > 1;
        body.Append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"h-runs\"><table class=\"runs\"><thead><tr><th scope=\"col\">Run</th><th scope=\"col\">State</th>");
        foreach (var figure in figures)
        {
            body.Append($"<th scope=\"col\">{Markup.Encode(figure)}</th>");
        }

        body.Append("</tr></thead><tbody>");
        foreach (var (n, run) in runs.Index())
        {
            body.Append($"<tr><th scope=\"row\">{Swatch(n)} {Markup.Encode(run.Name)}")
                .Append(titled && run.Title.Length > 0 ? $"<small>{Markup.Encode(run.Title)}</small>" : "").Append($"</th><td>{Markup.Encode(run.State)}</td>");
            foreach (var figure in figures)
            {
                body.Append(run.Figures.FirstOrDefault(row => row[0] == figure) is { } row ? $"<td><strong>{Markup.Encode(row[1])}</strong><small>{Markup.Encode(row[2])}</small></td>" : "<td>—</td>");
            }

            body.Append("</tr>");
        }

        body.Append("</tbody></table></div></section>");
    }

    /// <summary>For each metric its validation values and its means over epochs; those over intervals where no run has either.</summary>
    private static List<(LossChart Chart, int[] Runs)> Charts(IReadOnlyList<ComparedRun> runs)
    {
        // A run whose first epoch is not over has steps for an axis.
        var shared = runs.Any(run => run.Axis == "epoch") ? "epoch" : "step";
        var curves = runs.SelectMany((run, n) => run.Axis == shared ? run.Curves.Select(c => (Run: n, c.Metric, c.Curve)) : []).ToArray();
        var charts = new List<(LossChart, int[])>();
        foreach (var metric in curves.Select(c => c.Metric).Distinct().OrderBy(LossChart.Place))
        {
            var own = curves.Where(c => c.Metric == metric).ToArray();
            MetricSource[] sources = own.All(c => c.Curve.Source == MetricSource.Interval) ? [MetricSource.Interval] : [MetricSource.Validation, MetricSource.Epoch];
            foreach (var source in sources)
            {
                var drawn = own.Where(c => c.Curve.Source == source).ToArray();
                if (drawn.Length > 0)
                {
                    var unit = drawn.Select(c => runs[c.Run].CostUnit).Distinct().Count() == 1 ? LossChart.UnitOf(metric, runs[drawn[0].Run].CostUnit) : "";
                    charts.Add((new LossChart(metric, $"{LossChart.TitleOf(metric)}, {LossChart.Label(source)}", unit, [.. drawn.Select(c => c.Curve with { Label = runs[c.Run].Name })]), [.. drawn.Select(c => c.Run)]));
                }
            }
        }

        return charts;
    }

    private static void WriteCharts(StringBuilder body, IReadOnlyList<ComparedRun> runs, List<(LossChart Chart, int[] Runs)> charts)
    {
        if (charts.Count == 0)
        {
            return;
        }

        var axis = runs.Any(run => run.Axis == "epoch") ? "epoch" : "step";
        body.Append("<section class=\"card s12\" aria-labelledby=\"h-curves\"><div class=\"bar\"><h2 id=\"h-curves\">Curves</h2>")
            .Append(LossSection.ScaleButtons)
            .Append("</div><p class=\"note\">Validation values, where a run has them, beside means over the epochs of training: two figures of one run, which are compared with the same figure of another. A button takes a run's lines out.</p><div class=\"keys sticky\" role=\"group\" aria-label=\"Runs shown\">");
        foreach (var (n, run) in runs.Index())
        {
            body.Append($"<button type=\"button\" data-run=\"{n}\" aria-pressed=\"true\">{Swatch(n)}{Markup.Encode(run.Name)}</button>");
        }

        body.Append("</div><div class=\"charts\">");
        foreach (var (n, (chart, drawn)) in charts.Index())
        {
            body.Append($"<figure data-chart=\"{n}\"><figcaption>{Markup.Encode(chart.Title)} <code>{Markup.Encode(chart.Name)}</code></figcaption>")
                .Append("<div data-view=\"linear\">").Append(Plot(chart, drawn, axis, AxisScale.Linear)).Append("</div>")
                .Append("<div data-view=\"log\" hidden>").Append(Plot(chart, drawn, axis, LossSection.LogFor(chart))).Append("</div></figure>");
        }

        body.Append("</div></section>");
    }

    private static string Plot(LossChart chart, int[] runs, string axis, AxisScale scale)
    {
        var x = PlotAxis.Around(axis, chart.Series.SelectMany(series => series.Xs));
        var plot = new SvgPlot($"{chart.Title} of {runs.Length} runs", x, PlotAxis.Around(chart.Unit, chart.Series.SelectMany(series => series.Ys), scale), 460, 270);
        foreach (var (series, run) in chart.Series.Zip(runs))
        {
            var (colour, dashes) = Style(run);
            plot.Add(new RunLayer(run, new LineLayer(series.Xs, series.Ys, colour, 2.2, dashes)));
        }

        return plot.ToSvg();
    }

    /// <summary>A row a name, a column a run.</summary>
    private static void WriteTable(StringBuilder body, string key, string title, string note, IEnumerable<ComparedRun> runs, Func<ComparedRun, IEnumerable<(string Name, string Value)>> rows, Func<string[], bool> shown, Func<string, bool>? named = null)
    {
        var columns = runs.Select(run => (run.Name, Values: rows(run).DistinctBy(row => row.Name).ToDictionary(row => row.Name, row => row.Value))).ToArray();
        var lines = columns.SelectMany(column => column.Values.Keys).Distinct()
            .Where(name => named?.Invoke(name) ?? true)
            .Select(name => (Name: name, Values: columns.Select(column => column.Values.GetValueOrDefault(name, "—")).ToArray()))
            .Where(line => shown(line.Values)).ToArray();
        if (lines.Length == 0)
        {
            return;
        }

        body.Append($"<section class=\"card s12\" aria-labelledby=\"h-{key}\"><h2 id=\"h-{key}\">{title}</h2>").Append(note.Length > 0 ? $"<p class=\"note\">{note}</p>" : "")
            .Append($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"h-{key}\"><table{(columns.Length > 1 ? " class=\"compared\"" : "")}>");
        if (columns.Length > 1)
        {
            body.Append("<thead><tr><td></td>");
            foreach (var (n, column) in columns.Index())
            {
                body.Append($"<th scope=\"col\">{Swatch(n)} {Markup.Encode(column.Name)}</th>");
            }

            body.Append("</tr></thead>");
        }

        body.Append("<tbody>");
        foreach (var (name, values) in lines)
        {
            body.Append($"<tr><th scope=\"row\">{Markup.Encode(name)}</th>");
            foreach (var value in values)
            {
                body.Append($"<td>{Markup.Encode(value)}</td>");
            }

            body.Append("</tr>");
        }

        body.Append("</tbody></table></div></section>");
    }

    /// <summary>A run's part of a plot, which the page can take out.</summary>
    private sealed record RunLayer(int Run, IPlotLayer Layer) : IPlotLayer
    {
        public void Write(StringBuilder svg, PlotFrame frame)
        {
            svg.Append($"<g data-of=\"{Run}\">");
            Layer.Write(svg, frame);
            svg.Append("</g>");
        }
    }
}
