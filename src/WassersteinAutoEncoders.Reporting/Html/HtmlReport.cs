using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Writes a report as one HTML file that needs nothing else: no network, no folder beside it.</summary>
/// <remarks>
/// The page forbids itself any connection by a content security policy, and runs no script but its own. All text of the
/// report is encoded. Without scripts it shows the last epoch.
/// </remarks>
internal static partial class HtmlReport
{
    private static readonly string Css = Theme.ToCss() + Resource("report.css");
    private static readonly string Script = Resource("report.js");

    /// <summary>The page as text.</summary>
    public static string Render(TrainingReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var view = new ReportView(report);
        var data = PageData.Of(view);
        var html = new StringBuilder(data.Length + 400_000);
        HeadSection.Write(html, view);
        PictureSection.WriteSprites(html, view);
        var main = new StringBuilder(data.Length + 300_000);
        WriteSections(main, view);
        WriteContents(html, main.ToString());
        html.Append("<main class=\"grid\">").Append(main);
        html.Append("</main>\n<footer>");
        foreach (var note in report.Notes)
        {
            html.Append($"<p>{Markup.Encode(note)}</p>");
        }

        html.Append("<p>Written by WassersteinAutoEncoders.Reporting.</p></footer>\n</div>\n");
        WritePlayer(html, report);
        return Page(report.Title, html.ToString(), data);
    }

    /// <summary>A page of its own: its style, its script and no other.</summary>
    /// <param name="title">The title, not encoded.</param>
    /// <param name="body">What stands in the element of class <c>wrap</c>, which it closes itself.</param>
    /// <param name="data">What the script draws from, as <see cref="PageData"/> writes it.</param>
    public static string Page(string title, string body, byte[] data) => new StringBuilder(data.Length + body.Length + 40_000)
        .Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .Append($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{Hash(Script)}'; base-uri 'none'; form-action 'none'\">\n")
        .Append("<meta name=\"referrer\" content=\"no-referrer\">\n<link rel=\"icon\" href=\"data:,\">\n")
        .Append($"<title>{Markup.Encode(title)}</title>\n<style>\n{Css}</style>\n</head>\n<body>\n<div class=\"wrap\">\n")
        .Append(body)
        .Append("<div id=\"tip\" role=\"status\" aria-live=\"polite\" hidden></div>\n<script type=\"application/json\" id=\"data\">")
        .Append(Encoding.UTF8.GetString(data))
        .Append("</script>\n<script>").Append(Script).Append("</script>\n</body>\n</html>\n")
        .ToString();

    /// <summary>Writes the page through a temporary file beside it, so that a browser never reads half of it.</summary>
    public static void Write(TrainingReport report, string path) => AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(Render(report)));

    private static void WriteSections(StringBuilder html, ReportView view)
    {
        PictureSection.WriteReconstructions(html, view);
        ScatterSection.Write(html, view);
        LossSection.Write(html, view);
        PictureSection.WriteSamples(html, view);
        PictureSection.WriteInterpolations(html, view);
        PictureSection.WriteManifold(html, view);
        HistogramSection.Write(html, view);
        TableSection.WriteDiagnosis(html, view);
        TableSection.WriteSettings(html, view);
    }

    /// <summary>Links to the headings that the page has.</summary>
    private static void WriteContents(StringBuilder html, string sections)
    {
        html.Append("<nav class=\"contents\" aria-label=\"Contents\">");
        foreach (Match heading in HeadingPattern().Matches(sections))
        {
            html.Append($"<a href=\"#{heading.Groups["id"].Value}\">{heading.Groups["text"].Value}</a>");
        }

        html.Append("</nav>");
    }

    [GeneratedRegex("<h2 id=\"(?<id>[^\"]+)\">(?<text>[^<]*[^< ])")]
    private static partial Regex HeadingPattern();

    private static void WritePlayer(StringBuilder html, TrainingReport report)
    {
        if (report.Snapshots.Count < 2)
        {
            return;
        }

        var last = report.Snapshots.Count - 1;
        html.Append("<div class=\"player\" role=\"group\" aria-label=\"Epoch shown\"><div class=\"wrap\"><button type=\"button\" id=\"play\" aria-label=\"Play the epochs\">▶ Play</button>")
            .Append($"<input type=\"range\" id=\"slider\" min=\"0\" max=\"{last}\" value=\"{last}\" step=\"1\" aria-label=\"Epoch\">")
            .Append($"<output id=\"shown\" for=\"slider\">Epoch {report.Snapshots[last].Epoch}</output></div></div>\n");
    }

    private static string Hash(string script) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource '{name}'.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
