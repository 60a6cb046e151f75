using WassersteinAutoEncoders.Reporting.Analysis;
using WassersteinAutoEncoders.Reporting.Imaging;

namespace WassersteinAutoEncoders.Reporting.Plots;

/// <summary>Axes, legend and shaded prior, drawn once, and codes over them, drawn for every picture.</summary>
internal sealed class LatentGround
{
    /// <summary>So many dots are drawn in full size; more of them are smaller, so that they do not become one blot.</summary>
    private const double ManyDots = 1000;
    private const int MostLegendRows = 3;

    private readonly Canvas canvas;
    private readonly (double Low, double High) range;
    private readonly bool dark;
    private readonly IReadOnlyList<string> names;
    private readonly double left;
    private readonly double top;
    private readonly double side;
    private readonly double text;
    private readonly Rgb ink;
    private readonly Rgb card;

    public LatentGround(int size, (double Low, double High) range, (string X, string Y) labels, IReadOnlyList<string> names, bool dark)
    {
        (this.range, this.dark, this.names) = (range, dark, names);
        text = Math.Max(8, size / 48.0);
        (left, top) = (4.2 * text, 2.6 * text);
        var legend = LegendRows(size - 2 * text);
        side = size - left - 1.2 * text;
        side = Math.Min(side, size - top - (4.4 + 1.9 * legend.Count) * text);
        left = Math.Max(left, (size - side) / 2);
        ink = Rgb.FromHex(dark ? 0xe9edf3 : 0x1d2430);
        card = Rgb.FromHex(dark ? 0x1a1f29 : 0xffffff);
        canvas = new Canvas(size, size, card);
        DrawAxes(labels.X, labels.Y);
        DrawLegend(legend);
    }

    /// <summary>Shades the regions that hold 50, 80 and 95 % of some samples.</summary>
    public void Shade(double[] xs, double[] ys)
    {
        var grid = DensityGrid.Fit(xs, ys, range.Low, range.High);
        double[] levels = [.. DensityRegions.Masses.Select(grid.Level)];
        var colour = Rgb.FromHex(dark ? 0xb4bdca : 0x586172);
        for (var y = (int)top; y < top + side; y++)
        {
            for (var x = (int)left; x < left + side; x++)
            {
                var density = grid.At(range.Low + (x + 0.5 - left) / side * (range.High - range.Low), range.High - (y + 0.5 - top) / side * (range.High - range.Low));
                canvas.Blend(x, y, colour, 0.11 * levels.Count(level => density > level));
            }
        }
        foreach (var outline in levels.SelectMany(level => Contours.Of(grid, level)))
        {
            for (var i = 0; i < outline.Count; i += 2)
            {
                var next = (i + 2) % outline.Count;
                canvas.Line(X(outline[i]), Y(outline[i + 1]), X(outline[next]), Y(outline[next + 1]), 1, colour, 0.4);
            }
        }
    }

    /// <summary>The ground with codes on it; the ground itself stays as it is.</summary>
    public RasterImage Draw(double[] xs, double[] ys, IReadOnlyList<int> labels, string title)
    {
        var picture = canvas.Copy();
        var radius = Math.Max(1.2, side / 150 * Math.Min(1, Math.Sqrt(ManyDots / xs.Length)));
        for (var i = 0; i < xs.Length; i++)
        {
            if (double.IsNaN(xs[i]) || double.IsNaN(ys[i]))
                continue;
            picture.Disc(Math.Clamp(X(xs[i]), left, left + side), Math.Clamp(Y(ys[i]), top, top + side), radius, Colour(labels.Count > 0 ? labels[i] : 0), 0.8);
        }
        if (labels.Count > 0)
            WriteNames(picture, xs, ys, labels);
        var wide = StrokeFont.Width(title) * 1.1 * text / StrokeFont.CapitalHeight;
        var fit = Math.Min(1, (side - 4 * text) / Math.Max(1, wide));
        picture.Text(title, left + side / 2, top - 0.9 * text, 1.1 * text * fit, ink, 0.5, 0.15);
        return picture.ToImage();
    }

    /// <summary>Each name at the middle of its class, unless another stands there. Where most would be left out the names say little, and the legend has them all.</summary>
    private void WriteNames(Canvas picture, double[] xs, double[] ys, IReadOnlyList<int> labels)
    {
        var places = new List<(string Name, double X, double Y, double Width)>();
        var classes = 0;
        for (var c = 0; c < names.Count; c++)
        {
            int[] members = [.. Enumerable.Range(0, xs.Length).Where(i => labels[i] == c)];
            if (members.Length == 0)
                continue;
            classes++;
            var (x, y) = (Math.Clamp(X(Middle(members, xs)), left, left + side), Math.Clamp(Y(Middle(members, ys)), top, top + side));
            var width = 1.25 * text * StrokeFont.Width(names[c]) / StrokeFont.CapitalHeight;
            if (!places.Any(other => Math.Abs(other.X - x) < (other.Width + width) / 2 + 0.4 * text && Math.Abs(other.Y - y) < 1.6 * text))
                places.Add((names[c], x, y, width));
        }
        foreach (var (name, x, y, _) in 2 * places.Count < classes ? [] : places)
        {
            // A wide stroke in the ground's colour sets the name off from the dots.
            picture.Text(name, x, y + 0.6 * text, 1.25 * text, card, 0.5, 0.55);
            picture.Text(name, x, y + 0.6 * text, 1.25 * text, ink, 0.5, 0.17);
        }
    }

    /// <summary>The classes in rows that fit, each with where its dot stands; no rows where they would be too many.</summary>
    private List<List<(int Class, double X)>> LegendRows(double width)
    {
        var rows = new List<List<(int, double)>>();
        var x = 0.0;
        for (var c = 0; c < names.Count; c++)
        {
            var entry = 2.9 * text + 0.9 * text * StrokeFont.Width(names[c]) / StrokeFont.CapitalHeight;
            if (rows.Count == 0 || x + entry > width)
            {
                rows.Add([]);
                x = 0;
            }
            rows[^1].Add((c, x));
            x += entry;
        }
        return rows.Count > MostLegendRows ? [] : rows;
    }

    private void DrawLegend(List<List<(int Class, double X)>> rows)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            var y = top + side + (5.6 + 1.9 * row) * text;
            foreach (var (c, x) in rows[row])
            {
                canvas.Disc(1.5 * text + x, y - 0.45 * text, 0.5 * text, Colour(c));
                canvas.Text(names[c], 2.4 * text + x, y, 0.9 * text, ink);
            }
        }
    }

    private Rgb Colour(int label)
    {
        var colours = dark ? Palette.Dark : Palette.Light;
        return colours[label % colours.Count];
    }

    private void DrawAxes(string xLabel, string yLabel)
    {
        var (grid, axis, soft) = (Rgb.FromHex(dark ? 0x2d3543 : 0xe3e7ed), Rgb.FromHex(dark ? 0x566173 : 0x9aa3b0), Rgb.FromHex(dark ? 0xa7b1c0 : 0x56606f));
        foreach (var tick in AxisScale.Linear.Ticks(range.Low, range.High, 7))
        {
            canvas.Line(left, Y(tick.Value), left + side, Y(tick.Value), 1, grid);
            canvas.Line(X(tick.Value), top, X(tick.Value), top + side, 1, grid);
            canvas.Text(tick.Label, left - 0.7 * text, Y(tick.Value) + 0.45 * text, 0.9 * text, soft, 1);
            canvas.Text(tick.Label, X(tick.Value), top + side + 1.7 * text, 0.9 * text, soft, 0.5);
        }
        canvas.Line(left, top + side, left + side, top + side, 1.2, axis);
        canvas.Line(left, top, left, top + side, 1.2, axis);
        canvas.Text(xLabel, left + side / 2, top + side + 3.6 * text, text, soft, 0.5);
        canvas.Text(yLabel, 0.7 * text, top - 0.9 * text, text, soft);
    }

    private double X(double value) => left + (value - range.Low) / (range.High - range.Low) * side;

    private double Y(double value) => top + (range.High - value) / (range.High - range.Low) * side;

    private static double Middle(int[] members, double[] values)
    {
        double[] sorted = [.. members.Select(i => values[i]).Order()];
        return sorted[sorted.Length / 2];
    }
}
