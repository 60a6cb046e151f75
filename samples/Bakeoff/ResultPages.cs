using System.Net;
using System.Text;

namespace WassersteinAutoEncoders.Samples.Bakeoff;

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
    public static string Html(string title, ResultTable table, IReadOnlyList<string> legend, IReadOnlyList<Measurement> results)
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
        foreach (var result in results)
        {
            var name = Encode($"{result.Contestant.Name}, {result.Prior}");
            page.AppendLine($"<figure><figcaption>{name}</figcaption><img alt=\"prior samples decoded after training with {name}\" src=\"data:image/png;base64,{Convert.ToBase64String(result.Picture)}\"></figure>");
        }

        return page.AppendLine("</body></html>").ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
