using System.Globalization;
using System.Text;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Diagnosis, settings and environment.</summary>
internal static class TableSection
{
    public static void WriteDiagnosis(StringBuilder html, ReportView view)
    {
        DiagnosisRow[] rows = [.. view.Report.Diagnosis, .. view.Report.FurtherDiagnosis];
        if (rows.Length == 0)
        {
            return;
        }

        html.Append("<section class=\"card s12\" aria-labelledby=\"h-diagnosis\"><h2 id=\"h-diagnosis\">Diagnosis</h2>")
            .Append("<p class=\"note\">Do the codes of validation inputs follow the prior? Measured in the last epoch; each figure beside what it is where they do.</p>")
            .Append("<table class=\"diagnosis\"><thead><tr><th scope=\"col\"><span class=\"visually-hidden\">State</span></th><th scope=\"col\">Figure</th><th scope=\"col\">Found</th><th scope=\"col\">Expected</th><th scope=\"col\">Meaning</th></tr></thead><tbody>");
        foreach (var row in rows)
        {
            html.Append($"<tr><td class=\"state\">{HeadSection.Mark(row.Health)}</td><th scope=\"row\">{Markup.Encode(row.Name)}</th><td data-label=\"Found:\">{Markup.Encode(row.Value)}</td><td data-label=\"Expected:\">{Markup.Encode(row.Expected)}</td><td class=\"meaning\">{Markup.Encode(row.Meaning)}</td></tr>");
        }

        html.Append("</tbody></table>");
        WriteDimensions(html, view);
        html.Append("</section>");
    }

    public static void WriteSettings(StringBuilder html, ReportView view)
    {
        WriteList(html, "settings", "Settings", view.Report.Settings);
        WriteList(html, "environment", "Environment", view.Report.Environment);
    }

    private static void WriteDimensions(StringBuilder html, ReportView view)
    {
        if (view.Report.Prior is not { } prior || view.Latest?.Codes is not { } codes)
        {
            return;
        }

        html.Append("<details><summary>Every dimension</summary><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Dimension</th><th class=\"n\" scope=\"col\">Mean</th><th class=\"n\" scope=\"col\">Prior's</th><th class=\"n\" scope=\"col\">S.d.</th><th class=\"n\" scope=\"col\">Prior's</th><th class=\"n\" scope=\"col\">Distance D</th><th scope=\"col\"></th></tr></thead><tbody>");
        foreach (var figure in PriorFigures.Of(prior).Compare(codes))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">z{figure.Dimension}</th>");
            foreach (var value in (ReadOnlySpan<double>)[figure.Mean, figure.PriorMean, figure.Deviation, figure.PriorDeviation, figure.Distance])
            {
                html.Append($"<td class=\"n\">{Markup.Fixed(value, 3)}</td>");
            }

            html.Append($"<td>{HeadSection.Mark(figure.Collapsed ? Health.Bad : figure.Health)}</td></tr>");
        }
        html.Append("</tbody></table></div></details>");
    }

    private static void WriteList(StringBuilder html, string key, string title, IReadOnlyList<ReportSetting> settings)
    {
        if (settings.Count == 0)
        {
            return;
        }

        html.Append($"<section class=\"card s6\" aria-labelledby=\"h-{key}\"><h2 id=\"h-{key}\">{title}</h2><table><tbody>");
        foreach (var setting in settings)
        {
            html.Append($"<tr><th scope=\"row\">{Markup.Encode(setting.Name)}</th><td>{Markup.Encode(setting.Value)}</td></tr>");
        }

        html.Append("</tbody></table></section>");
    }
}
