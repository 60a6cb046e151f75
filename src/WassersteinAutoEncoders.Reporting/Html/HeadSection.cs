using System.Text;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Title, verdict and key figures: what a reader has to know within ten seconds.</summary>
internal static class HeadSection
{
    /// <summary>Switches between the light and the dark form.</summary>
    public const string ThemeButton = "<button type=\"button\" id=\"theme\" aria-label=\"Switch between light and dark\">Light / dark</button>";

    public static void Write(StringBuilder html, ReportView view)
    {
        var (report, verdict) = (view.Report, view.Verdict);
        html.Append($"<header class=\"top\"><div><h1>{Markup.Encode(report.Title)}</h1>")
            .Append(report.Subtitle.Length > 0 ? $"<p class=\"sub\">{Markup.Encode(report.Subtitle)}</p>" : "")
            .Append("</div><div style=\"flex:none;display:flex;gap:.5rem\">")
            .Append(report.Progress.State == RunState.Running ? "<button type=\"button\" id=\"reload\" aria-pressed=\"true\">Follow the run</button>" : "")
            .Append($"{ThemeButton}</div></header>");

        html.Append($"<section class=\"card verdict {Class(verdict.Health)}\" aria-label=\"Verdict\"><h2>{Mark(verdict.Health)}{Markup.Encode(verdict.Headline)}</h2><ul class=\"findings\">");
        foreach (var finding in verdict.Findings)
        {
            html.Append($"<li class=\"{Class(finding.Health)}\">{Mark(finding.Health)}<span>{Markup.Encode(finding.Text)}</span></li>");
        }

        html.Append("</ul><div class=\"tiles\">");
        foreach (var figure in verdict.Figures)
        {
            WriteTile(html, figure);
        }

        html.Append("</div></section>");
    }

    /// <summary>A sign and a word for those who do not see the colour.</summary>
    public static string Mark(Health health)
    {
        var (sign, word) = health switch
        {
            Health.Good => ("✓", "good"),
            Health.Caution => ("!", "to look at"),
            Health.Bad => ("✕", "bad"),
            _ => ("i", "note"),
        };
        return $"<span class=\"mark {Class(health)}\" role=\"img\" aria-label=\"{word}\">{sign}</span>";
    }

    private static string Class(Health health) => health switch
    {
        Health.Good => "good",
        Health.Caution => "caution",
        Health.Bad => "bad",
        _ => "neutral",
    };

    private static void WriteTile(StringBuilder html, KeyFigure figure)
        => html.Append($"<div class=\"tile\"><div class=\"label\">{Markup.Encode(figure.Label)}{(figure.Health == Health.Neutral ? "" : Mark(figure.Health))}</div>")
            .Append($"<div class=\"value\">{Markup.Encode(figure.Value)}</div><div class=\"detail\">{Markup.Encode(figure.Detail)}</div>{Sparkline(figure.Trend)}</div>");

    private static string Sparkline(IReadOnlyList<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length < 2)
        {
            return "";
        }

        var (low, high) = (finite.Min(), finite.Max());
        var y = new PlotAxis("", low, high);
        var path = new StringBuilder();
        for (var i = 0; i < finite.Length; i++)
        {
            path.Append(i == 0 ? 'M' : 'L').Append(Markup.Pixel(3 + 194.0 * i / (finite.Length - 1))).Append(' ').Append(Markup.Pixel(high > low ? 26 - 22 * y.Fraction(finite[i]) : 15));
        }

        return $"<svg viewBox=\"0 0 200 30\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path d=\"{path}\" style=\"fill:none;stroke:var(--accent);stroke-width:2;stroke-linejoin:round\" vector-effect=\"non-scaling-stroke\"/></svg>";
    }
}
