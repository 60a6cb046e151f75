using System.Globalization;
using System.Net;
using System.Text;
using WassersteinAutoEncoders.Tool.Composition;

namespace WassersteinAutoEncoders.Tool.Bakeoff;

/// <summary>The results as rows of text, with the best of each column known.</summary>
internal sealed class ResultTable
{
    /// <summary>Makes the table.</summary>
    public ResultTable(IReadOnlyList<Entry> entries, (double Sharpness, double Frechet) reference)
    {
        // Best: smallest by this order, or none.
        var columns = new List<(string Head, Func<Measurement, double> Figure, string Format, Func<double, double> Order)> { ("reconstruction", run => run.Reconstruction, "0.000", value => value) };
        columns.AddRange(entries[0].Runs[0].Divergences.Keys.Select(name => (name, (Func<Measurement, double>)(run => run.Divergences.GetValueOrDefault(name, double.NaN)), "0.0000", (Func<double, double>)(value => value))));
        columns.AddRange(
        [
            ("rank", run => run.EffectiveRank, "0.0", value => -value),
            ("p-value", run => run.PValue, "0.000", value => -value),
            ("sharpness", run => run.Sharpness, "0.0000", value => Math.Abs(value - reference.Sharpness)),
            ("Fréchet", run => run.Frechet, "0.00", value => value),
            ("steps", run => run.Steps, "0", _ => double.NaN),
            ("ms/step", run => run.MillisecondsPerStep, "0.0", value => value),
            ("MiB", run => run.Mebibytes, "0", value => value),
        ]);
        var published = entries.Any(entry => entry.Contestant.Published.Length > 0);
        Heads = ["divergence", "prior", "d", "λ", .. columns.Select(column => column.Head), .. published ? ["published FID"] : Array.Empty<string>()];
        Rows = [.. entries.Select(entry => (IReadOnlyList<string>)
        [
            entry.Contestant.Name + (entry.Contestant.LogPenalty ? ", log" : ""), entry.Prior, Text(entry.Latent, "0"), Text(entry.Contestant.Lambda, "0.##"),
            .. columns.Select(column => Spread([.. entry.Runs.Select(column.Figure)], column.Format)), .. published ? [entry.Contestant.Published] : Array.Empty<string>(),
        ])];
        var alone = entries.Select(entry => entry.Latent).Distinct().Count() == 1;
        var values = entries.Select(entry => (double[])
        [
            double.NaN, double.NaN, double.NaN, double.NaN,
            .. columns.Select(column => alone ? column.Order(entry.Runs.Average(column.Figure)) : double.NaN), .. published ? [double.NaN] : Array.Empty<double>(),
        ]).ToArray();
        Best = [.. Enumerable.Range(0, Heads.Count).Select(column => BestRow(values, column))];
    }

    /// <summary>The heads of the columns.</summary>
    public IReadOnlyList<string> Heads { get; }

    /// <summary>One row a contestant, prior and dimension.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; }

    /// <summary>
    /// The row that is best in each column; −1 where none is, as where dimensions differ: the smallest, except for the rank and the
    /// p-value, and for the sharpness, which should be the data's.
    /// </summary>
    public IReadOnlyList<int> Best { get; }

    /// <summary>What the columns mean, one line each.</summary>
    public static IReadOnlyList<string> Legend(Study study, (double Sharpness, double Frechet) reference, double accuracy) =>
    [
        .. study.Seeds.Count > 1 ? [$"Mean ± standard deviation over {study.Seeds.Count} seeds."] : Array.Empty<string>(),
        "λ: the weight each divergence is trained with; their scales differ.",
        $"reconstruction: {Composer.CostUnit(study.Settings.Cost)}, on test pictures.",
        "MMD² … JS: each divergence between the same 1,000 test codes and the same prior samples; the unbiased MMD² may be negative. JS: what a fresh critic finds, nats.",
        "rank: effective rank of the covariance of those codes, at most d.",
        "p-value: permutation test over several kernels that 500 codes follow the prior; small means they do not.",
        $"sharpness: variance of the Laplacian of decoded prior samples; {Text(reference.Sharpness, "0.0000")} for the test pictures.",
        $"Fréchet: between 64 features of 4,000 decoded prior samples and of the test pictures; {Text(reference.Frechet, "0.00")} between two halves of the test pictures. The classifier was trained here (accuracy {Text(100 * accuracy, "0.0")} %): not comparable with published FID.",
        .. study.Source.Length > 0 ? [$"published FID: {study.Source}."] : Array.Empty<string>(),
        "ms/step: training; MiB: the most the whole process held while it trained, data included.",
        "The best of each column is in bold, where all rows have one dimension.",
    ];

    /// <summary>The row of the smallest value; none where all are the same.</summary>
    private static int BestRow(double[][] values, int column)
    {
        if (values.All(row => row[column] == values[0][column]) && values.Length > 1)
        {
            return -1;
        }

        var best = -1;
        for (var row = 0; row < values.Length; row++)
        {
            if (double.IsFinite(values[row][column]) && (best < 0 || values[row][column] < values[best][column]))
            {
                best = row;
            }
        }

        return best;
    }

    private static string Spread(double[] values, string format)
    {
        var mean = values.Average();
        return values.Length == 1 ? Text(mean, format) : $"{Text(mean, format)} ± {Text(Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)), format)}";
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>Writes the table as Markdown and as a page that opens from the disk.</summary>
internal static class ResultPages
{
    private const string Style = """
        :root { color-scheme: light dark; --line: #8884; --best: #2a78d622; }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .35rem .4rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; }
        .best { font-weight: 700; background: var(--best); }
        figure { display: inline-block; margin: 1rem 1rem 0 0; }
        figcaption { font-weight: 600; }
        img { image-rendering: pixelated; max-width: 100%; }
        """;

    /// <summary>A title, the table and what its columns mean.</summary>
    public static string Markdown(string title, ResultTable table, IReadOnlyList<string> legend)
    {
        var text = new StringBuilder().AppendLine($"### {title}").AppendLine();
        text.AppendLine($"| {string.Join(" | ", table.Heads)} |");
        text.AppendLine($"| {string.Join(" | ", table.Heads.Select((_, column) => column < 2 ? "---" : "---:"))} |");
        for (var row = 0; row < table.Rows.Count; row++)
        {
            text.AppendLine($"| {string.Join(" | ", table.Rows[row].Select((cell, column) => table.Best[column] == row ? $"**{cell}**" : cell))} |");
        }

        text.AppendLine();
        foreach (var line in legend)
        {
            text.AppendLine($"- {line}");
        }

        return text.ToString();
    }

    /// <summary>The same as a page, with decoded prior samples of each contestant.</summary>
    public static string Html(string title, ResultTable table, IReadOnlyList<string> legend, IReadOnlyList<Entry> entries)
    {
        var page = new StringBuilder();
        page.AppendLine("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.AppendLine($"<title>Bake-off of latent divergences</title><style>{Style}</style></head><body>");
        page.AppendLine($"<h1>Bake-off of latent divergences</h1><p>{Encode(title)}</p><div class=\"wide\"><table><thead><tr>");
        page.AppendLine(string.Concat(table.Heads.Select(head => $"<th>{Encode(head)}</th>")) + "</tr></thead><tbody>");
        for (var row = 0; row < table.Rows.Count; row++)
        {
            page.AppendLine("<tr>" + string.Concat(table.Rows[row].Select((cell, column) => $"<td{(table.Best[column] == row ? " class=\"best\"" : "")}>{Encode(cell)}</td>")) + "</tr>");
        }

        page.AppendLine("</tbody></table></div><ul>" + string.Concat(legend.Select(line => $"<li>{Encode(line)}</li>")) + "</ul><h2>Pictures decoded from prior samples</h2>");
        foreach (var entry in entries)
        {
            var name = Encode($"{entry.Contestant.Name}, {entry.Prior}, d = {entry.Latent}");
            page.AppendLine($"<figure><figcaption>{name}</figcaption><img alt=\"prior samples decoded after training with {name}\" src=\"data:image/png;base64,{Convert.ToBase64String(entry.Picture)}\"></figure>");
        }

        return page.AppendLine("</body></html>").ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
