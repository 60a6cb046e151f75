using System.Globalization;
using System.Text;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Codes over the prior, of one epoch or of all, which then play one after the other.</summary>
internal static class LatentFigure
{
    private const double Size = 480;

    /// <summary>Draws frames of codes over one ground.</summary>
    public static string Draw(IReadOnlyList<(LatentCodes Codes, string Title)> frames, LatentCodes? prior, IReadOnlyList<int> labels, IReadOnlyList<string> names)
    {
        var last = frames[^1].Codes;
        var axes = last.Dimension > 2 ? PrincipalAxes.Of(last) : null;
        var shade = prior is null ? null : Plane(prior);
        var range = LatentRange.Of(shade, Plane(last));
        var (x, y) = axes is null ? ("z0", last.Dimension == 1 ? "z0" : "z1") : ("principal component 1", "principal component 2");
        var plot = new SvgPlot("Codes over the prior", new PlotAxis(x, range.Low, range.High), new PlotAxis(y, range.Low, range.High), Size, Size + (labels.Count > 0 ? 20 * LegendRows(names) : 0));
        foreach (var region in shade is null ? [] : DensityRegions.Of(shade.Column(0), shade.Column(1), range))
        {
            plot.Add(new RegionLayer(region, Palette.Reference));
        }

        for (var c = 0; c < names.Count && labels.Count > 0; c++)
        {
            plot.AddLegend(new LegendEntry(names[c], Palette.Series(c), Filled: true));
        }

        plot.Add(new FrameLayer([.. frames.Select(frame => (Plane(frame.Codes), frame.Title))], labels, names));
        return Standalone(plot.ToSvg());

        LatentCodes Plane(LatentCodes codes) => axes?.Plane(codes) ?? (codes.Dimension == 2 ? codes : new LatentCodes([.. codes.Values.SelectMany(value => (float[])[value, value])], 2));
    }

    /// <summary>A drawing with a ground and colours of its own.</summary>
    public static string Standalone(string svg)
    {
        var at = svg.IndexOf('>', StringComparison.Ordinal) + 1;
        return $"{svg[..at]}<style>{Theme.ToCss()}</style><rect width=\"100%\" height=\"100%\" style=\"fill:var(--card)\"/>{svg[at..]}";
    }

    public static IReadOnlyList<string> Numbers(IReadOnlyList<int>? labels)
        => labels is { Count: > 0 } ? [.. Enumerable.Range(0, labels.Max() + 1).Select(n => n.ToString(CultureInfo.InvariantCulture))] : [];

    private static int LegendRows(IReadOnlyList<string> names) => (int)Math.Ceiling(names.Sum(name => 42 + 6.6 * name.Length) / (Size - 22));

    /// <summary>The dots of each frame, shown in turn by the style sheet; without animation the last one is seen.</summary>
    private sealed record FrameLayer(IReadOnlyList<(LatentCodes Codes, string Title)> Frames, IReadOnlyList<int> Labels, IReadOnlyList<string> Names) : IPlotLayer
    {
        public void Write(StringBuilder svg, PlotFrame frame)
        {
            var step = Math.Clamp(8.0 / Frames.Count, 0.06, 0.5);
            var total = Frames.Count * step + 2;
            if (Frames.Count > 1)
            {
                svg.Append("<style>").Append(Keyframes("f", step / total)).Append(Keyframes("l", (step + 2) / total))
                    .Append(CultureInfo.InvariantCulture, $".f{{visibility:hidden;animation:f {total:0.###}s step-end infinite}}.l{{animation:l {total:0.###}s step-end infinite}}")
                    .Append("@media (prefers-reduced-motion:reduce){.f,.l{animation:none}}</style>");
            }

            foreach (var (n, (codes, title)) in Frames.Index())
            {
                svg.Append(CultureInfo.InvariantCulture, $"<g{(Frames.Count == 1 ? "" : n == Frames.Count - 1 ? " class=\"l\"" : " class=\"f\"")}{(Frames.Count == 1 ? "" : $" style=\"animation-delay:{n * step - total:0.###}s\"")}>");
                WriteDots(svg, frame, codes);
                if (title.Length > 0)
                {
                    svg.Append($"<text x=\"{Markup.Pixel(frame.Right - 6)}\" y=\"{Markup.Pixel(frame.Top + 16)}\" style=\"fill:var(--ink);text-anchor:end;font-weight:600\">{Markup.Encode(title)}</text>");
                }

                svg.Append("</g>");
            }
        }

        private void WriteDots(StringBuilder svg, PlotFrame frame, LatentCodes codes)
        {
            var diameter = 5 * Math.Clamp(Math.Sqrt(1000.0 / codes.Count), 0.5, 1.2);
            var members = Enumerable.Range(0, codes.Count).ToLookup(i => i < Labels.Count ? Labels[i] : 0);
            foreach (var group in members.OrderBy(group => group.Key))
            {
                new PointLayer([.. group.Select(i => (double)codes[i, 0])], [.. group.Select(i => (double)codes[i, 1])], Palette.Series(group.Key), diameter).Write(svg, frame);
            }

            foreach (var group in members.Where(_ => Labels.Count > 0).OrderBy(group => group.Key))
            {
                new TextLayer(Median(group, 0), Median(group, 1), Names[group.Key]).Write(svg, frame);
            }

            double Median(IEnumerable<int> group, int dimension)
            {
                float[] sorted = [.. group.Select(i => codes[i, dimension]).Order()];
                return sorted[sorted.Length / 2];
            }
        }

        private static string Keyframes(string name, double share)
            => string.Create(CultureInfo.InvariantCulture, $"@keyframes {name}{{0%{{visibility:visible}}{100 * share:0.###}%{{visibility:hidden}}100%{{visibility:hidden}}}}");
    }
}
