using System.Globalization;
using System.Text;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>The codes in a plane, by class, over the prior.</summary>
internal static class ScatterSection
{
    public static void Write(StringBuilder html, ReportView view)
    {
        if (view.Plane is not { } plane || view.Latest?.Codes is not { } codes || plane.Names.Count < 2)
        {
            return;
        }

        html.Append("<section class=\"card s6\" aria-labelledby=\"h-codes\"><div class=\"bar\"><h2 id=\"h-codes\">Codes over the prior <span class=\"epoch\" data-epoch></span></h2><button type=\"button\" data-save=\"codes\">Save as CSV</button></div>")
            .Append("<p class=\"note\">Each dot is the code of a validation input. Shaded: where 50, 80 and 95 % of the prior lies. Good: the cloud as a whole fills the shade, evenly, and classes are patches of it.")
            .Append(plane.HasPrincipal ? $" The principal components hold <span>{RunDoctor.Percent(plane.Explained)}</span> of the last epoch's variance." : "")
            .Append(" <span data-outside></span></p>");
        WriteChoice(html, plane);
        html.Append("<div id=\"scatter\">").Append(Plot(view, plane, codes)).Append("</div>");
        WriteKeys(html, view);
        html.Append("</section>");
    }

    private static void WriteChoice(StringBuilder html, LatentPlane plane)
    {
        if (plane.Names.Count <= 2)
        {
            return;
        }

        html.Append("<div class=\"bar\" style=\"justify-content:flex-start\">");
        foreach (var (id, label, chosen) in (ReadOnlySpan<(string, string, int)>)[("axis-x", "Across", 0), ("axis-y", "Up", 1)])
        {
            html.Append($"<label>{label} <select id=\"{id}\">");
            for (var n = 0; n < plane.Names.Count; n++)
            {
                html.Append(CultureInfo.InvariantCulture, $"<option value=\"{n}\"{(n == chosen ? " selected" : "")}>{Markup.Encode(plane.Names[n])}</option>");
            }

            html.Append("</select></label>");
        }
        html.Append("</div>");
    }

    private static string Plot(ReportView view, LatentPlane plane, LatentCodes codes)
    {
        var (low, high) = view.Range;
        var plot = new SvgPlot("Codes over the prior's density", new PlotAxis(plane.Names[0], low, high), new PlotAxis(plane.Names[1], low, high), 480, 476);
        foreach (var region in plane.Regions(0, 1))
        {
            plot.Add(new RegionLayer(region, Palette.Reference));
        }

        var (xs, ys) = (plane.Column(codes, 0), plane.Column(codes, 1));
        var classes = Classes(view);
        for (var c = 0; c < classes.Count; c++)
        {
            var members = Members(view, codes.Count, c);
            plot.Add(new PointLayer([.. members.Select(i => xs[i])], [.. members.Select(i => ys[i])], Palette.Series(c)));
        }
        for (var c = 0; c < classes.Count && view.Report.Labels.Count > 0; c++)
        {
            var members = Members(view, codes.Count, c);
            if (members.Length > 0)
            {
                plot.Add(new TextLayer(Median(members.Select(i => xs[i])), Median(members.Select(i => ys[i])), classes[c]));
            }
        }
        return plot.ToSvg();
    }

    private static void WriteKeys(StringBuilder html, ReportView view)
    {
        if (view.Report.Labels.Count == 0)
        {
            return;
        }

        html.Append("<div class=\"keys\" role=\"group\" aria-label=\"Classes: press to see one alone\">");
        var classes = Classes(view);
        for (var c = 0; c < classes.Count; c++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<button type=\"button\" data-class=\"{c}\" aria-pressed=\"false\"><i style=\"background:{Palette.Series(c)}\"></i>{Markup.Encode(classes[c])}</button>");
        }

        html.Append("</div>");
    }

    /// <summary>The names of the classes; one nameless class where codes have none.</summary>
    public static IReadOnlyList<string> Classes(ReportView view) => view.Report.Labels.Count == 0 ? [""] : view.Report.ClassNames;

    private static int[] Members(ReportView view, int count, int label)
        => [.. Enumerable.Range(0, count).Where(i => view.Report.Labels.Count == 0 || (i < view.Report.Labels.Count && view.Report.Labels[i] == label))];

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
