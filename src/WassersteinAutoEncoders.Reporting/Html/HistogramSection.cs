using System.Globalization;
using System.Text;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>A histogram of every latent dimension against the prior's.</summary>
internal static class HistogramSection
{
    public const int Bins = 40;

    public static void Write(StringBuilder html, ReportView view)
    {
        if (view.Latest?.Codes is not { } codes || view.Report.Prior is not { } prior)
        {
            return;
        }

        var figures = PriorFigures.Of(prior).Compare(codes);
        html.Append($"<section class=\"card {(view.Histograms.Length <= 4 ? "s6" : "s12")}\" aria-labelledby=\"h-hist\"><div class=\"bar\"><h2 id=\"h-hist\">Each latent dimension against the prior <span class=\"epoch\" data-epoch></span></h2><button type=\"button\" data-save=\"histograms\">Save as CSV</button></div>")
            .Append($"<p class=\"note\">Bars: the share of codes a bin. Line: the prior's. Good: bars follow the line. A spike is a collapsed dimension; a shift or a second hump is one that the penalty has not matched. D is the Kolmogorov–Smirnov distance, 0 to 1.{Shown(view, codes)}</p>")
            .Append($"<div class=\"legend\"><span><i style=\"background:{Palette.Series(0)};opacity:.6\"></i>codes</span><span><i style=\"height:3px;background:{Palette.Reference}\"></i>prior</span></div><div class=\"hists\">");
        foreach (var d in view.Histograms)
        {
            html.Append(CultureInfo.InvariantCulture, $"<figure data-hist><figcaption>z{d} <small>{Caption(figures[d])}</small></figcaption>").Append(Plot(view, codes, prior, d)).Append("</figure>");
        }

        html.Append("</div></section>");
    }

    /// <summary>Mean, deviation and distance, as the page's script writes them too.</summary>
    private static string Caption(DimensionFigures figure)
        => $"{Markup.Fixed(figure.Mean, 2)} ± {Markup.Fixed(figure.Deviation, 2)}, D\u00A0{Markup.Fixed(figure.Distance, 2)}";

    private static string Shown(ReportView view, LatentCodes codes) => view.Histograms.Length < codes.Dimension
        ? string.Create(CultureInfo.InvariantCulture, $" Of {codes.Dimension} dimensions the {view.Histograms.Length} farthest from the prior in the last epoch are shown.")
        : "";

    private static string Plot(ReportView view, LatentCodes codes, LatentCodes prior, int d)
    {
        var (low, high) = view.Range;
        var expected = PriorShares(prior, d, view.Range);
        var step = (high - low) / Bins;
        return new SvgPlot(
                string.Create(CultureInfo.InvariantCulture, $"Codes and prior in dimension z{d}"),
                new PlotAxis("", low, high),
                new PlotAxis("", 0, Top(expected)), 240, 140)
            .Add(new BarLayer(low, high, Shares(codes, d, view.Range), Palette.Series(0), 0.6))
            .Add(new LineLayer([.. Enumerable.Range(0, Bins).Select(b => low + (b + 0.5) * step)], expected, Palette.Reference, 2))
            .ToSvg();
    }

    /// <summary>The top of the axis: room for codes to be denser than the prior; what is denser still leaves the picture.</summary>
    public static double Top(double[] priorShares) => 1.8 * Math.Max(priorShares.Max(), 1e-3);

    /// <summary>The share of values in each bin; those beyond the range count in the first and last.</summary>
    public static double[] Shares(LatentCodes codes, int dimension, (double Low, double High) range)
    {
        var shares = new double[Bins];
        for (var i = 0; i < codes.Count; i++)
        {
            var value = codes[i, dimension];
            if (float.IsNaN(value))
            {
                continue;
            }

            var bin = Math.Clamp((value - range.Low) / (range.High - range.Low) * Bins, 0, Bins - 1);
            shares[(int)bin] += 1.0 / codes.Count;
        }
        return shares;
    }

    /// <summary>The prior's shares, smoothed over three bins, as they come from samples.</summary>
    public static double[] PriorShares(LatentCodes prior, int dimension, (double Low, double High) range)
    {
        var shares = Shares(prior, dimension, range);
        return [.. Enumerable.Range(0, Bins).Select(b => 0.5 * shares[b] + 0.25 * (shares[Math.Max(0, b - 1)] + shares[Math.Min(Bins - 1, b + 1)]))];
    }
}
