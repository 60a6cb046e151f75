using WassersteinAutoEncoders.Reporting.Analysis;
using WassersteinAutoEncoders.Reporting.Imaging;

namespace WassersteinAutoEncoders.Reporting.Plots;

/// <summary>Axes, legend and shaded prior, drawn once, and codes over them, drawn for every picture.</summary>
internal sealed class LatentGround
{
    /// <summary>So many dots are drawn in full size; more of them are smaller, so that they do not become one blot.</summary>
    private const double ManyDots = 1000;
    private const int MostLegendRows = 3;

    private readonly Canvas _canvas;
    private readonly (double Low, double High) _range;
    private readonly bool _dark;
    private readonly IReadOnlyList<string> _names;
    private readonly double _left;
    private readonly double _top;
    private readonly double _side;
    private readonly double _text;
    private readonly Rgb _ink;
    private readonly Rgb _card;

    public LatentGround(int size, (double Low, double High) range, (string X, string Y) labels, IReadOnlyList<string> names, bool dark)
    {
        (_range, _dark, _names) = (range, dark, names);
        _text = Math.Max(8, size / 48.0);
        (_left, _top) = (4.2 * _text, 2.6 * _text);
        var legend = LegendRows(size - 2 * _text);
        _side = size - _left - 1.2 * _text;
        _side = Math.Min(_side, size - _top - (4.4 + 1.9 * legend.Count) * _text);
        _left = Math.Max(_left, (size - _side) / 2);
        _ink = Rgb.FromHex(dark ? 0xe9edf3 : 0x1d2430);
        _card = Rgb.FromHex(dark ? 0x1a1f29 : 0xffffff);
        _canvas = new Canvas(size, size, _card);
        DrawAxes(labels.X, labels.Y);
        DrawLegend(legend);
    }

    /// <summary>Shades the regions that hold 50, 80 and 95 % of some samples.</summary>
    public void Shade(double[] xs, double[] ys)
    {
        var grid = DensityGrid.Fit(xs, ys, _range.Low, _range.High);
        double[] levels = [.. DensityRegions.Masses.Select(grid.Level)];
        var colour = Rgb.FromHex(_dark ? 0xb4bdca : 0x586172);
        for (var y = (int)_top; y < _top + _side; y++)
        {
            for (var x = (int)_left; x < _left + _side; x++)
            {
                var density = grid.At(_range.Low + (x + 0.5 - _left) / _side * (_range.High - _range.Low), _range.High - (y + 0.5 - _top) / _side * (_range.High - _range.Low));
                _canvas.Blend(x, y, colour, 0.11 * levels.Count(level => density > level));
            }
        }
        foreach (var outline in levels.SelectMany(level => Contours.Of(grid, level)))
        {
            for (var i = 0; i < outline.Count; i += 2)
            {
                var next = (i + 2) % outline.Count;
                _canvas.Line(X(outline[i]), Y(outline[i + 1]), X(outline[next]), Y(outline[next + 1]), 1, colour, 0.4);
            }
        }
    }

    /// <summary>The ground with codes on it; the ground itself stays as it is.</summary>
    public RasterImage Draw(double[] xs, double[] ys, IReadOnlyList<int> labels, string title)
    {
        var picture = _canvas.Copy();
        var radius = Math.Max(1.2, _side / 150 * Math.Min(1, Math.Sqrt(ManyDots / xs.Length)));
        for (var i = 0; i < xs.Length; i++)
        {
            if (double.IsNaN(xs[i]) || double.IsNaN(ys[i]))
            {
                continue;
            }

            picture.Disc(Math.Clamp(X(xs[i]), _left, _left + _side), Math.Clamp(Y(ys[i]), _top, _top + _side), radius, Colour(labels.Count > 0 ? labels[i] : 0), 0.8);
        }
        if (labels.Count > 0)
        {
            WriteNames(picture, xs, ys, labels);
        }

        var wide = StrokeFont.Width(title) * 1.1 * _text / StrokeFont.CapitalHeight;
        var fit = Math.Min(1, (_side - 4 * _text) / Math.Max(1, wide));
        picture.Text(title, _left + _side / 2, _top - 0.9 * _text, 1.1 * _text * fit, _ink, 0.5, 0.15);
        return picture.ToImage();
    }

    /// <summary>Each name at the middle of its class, unless another stands there. Where most would be left out the names say little, and the legend has them all.</summary>
    private void WriteNames(Canvas picture, double[] xs, double[] ys, IReadOnlyList<int> labels)
    {
        var places = new List<(string Name, double X, double Y, double Width)>();
        var classes = 0;
        for (var c = 0; c < _names.Count; c++)
        {
            int[] members = [.. Enumerable.Range(0, xs.Length).Where(i => labels[i] == c)];
            if (members.Length == 0)
            {
                continue;
            }

            classes++;
            var (x, y) = (Math.Clamp(X(Middle(members, xs)), _left, _left + _side), Math.Clamp(Y(Middle(members, ys)), _top, _top + _side));
            var width = 1.25 * _text * StrokeFont.Width(_names[c]) / StrokeFont.CapitalHeight;
            if (!places.Any(other => Math.Abs(other.X - x) < (other.Width + width) / 2 + 0.4 * _text && Math.Abs(other.Y - y) < 1.6 * _text))
            {
                places.Add((_names[c], x, y, width));
            }
        }
        foreach (var (name, x, y, _) in 2 * places.Count < classes ? [] : places)
        {
            // A wide stroke in the ground's colour sets the name off from the dots.
            picture.Text(name, x, y + 0.6 * _text, 1.25 * _text, _card, 0.5, 0.55);
            picture.Text(name, x, y + 0.6 * _text, 1.25 * _text, _ink, 0.5, 0.17);
        }
    }

    /// <summary>The classes in rows that fit, each with where its dot stands; no rows where they would be too many.</summary>
    private List<List<(int Class, double X)>> LegendRows(double width)
    {
        var rows = new List<List<(int, double)>>();
        var x = 0.0;
        for (var c = 0; c < _names.Count; c++)
        {
            var entry = 2.9 * _text + 0.9 * _text * StrokeFont.Width(_names[c]) / StrokeFont.CapitalHeight;
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
            var y = _top + _side + (5.6 + 1.9 * row) * _text;
            foreach (var (c, x) in rows[row])
            {
                _canvas.Disc(1.5 * _text + x, y - 0.45 * _text, 0.5 * _text, Colour(c));
                _canvas.Text(_names[c], 2.4 * _text + x, y, 0.9 * _text, _ink);
            }
        }
    }

    private Rgb Colour(int label)
    {
        var colours = _dark ? Palette.Dark : Palette.Light;
        return colours[label % colours.Count];
    }

    private void DrawAxes(string xLabel, string yLabel)
    {
        var (grid, axis, soft) = (Rgb.FromHex(_dark ? 0x2d3543 : 0xe3e7ed), Rgb.FromHex(_dark ? 0x566173 : 0x9aa3b0), Rgb.FromHex(_dark ? 0xa7b1c0 : 0x56606f));
        foreach (var tick in AxisScale.Linear.Ticks(_range.Low, _range.High, 7))
        {
            _canvas.Line(_left, Y(tick.Value), _left + _side, Y(tick.Value), 1, grid);
            _canvas.Line(X(tick.Value), _top, X(tick.Value), _top + _side, 1, grid);
            _canvas.Text(tick.Label, _left - 0.7 * _text, Y(tick.Value) + 0.45 * _text, 0.9 * _text, soft, 1);
            _canvas.Text(tick.Label, X(tick.Value), _top + _side + 1.7 * _text, 0.9 * _text, soft, 0.5);
        }
        _canvas.Line(_left, _top + _side, _left + _side, _top + _side, 1.2, axis);
        _canvas.Line(_left, _top, _left, _top + _side, 1.2, axis);
        _canvas.Text(xLabel, _left + _side / 2, _top + _side + 3.6 * _text, _text, soft, 0.5);
        _canvas.Text(yLabel, 0.7 * _text, _top - 0.9 * _text, _text, soft);
    }

    private double X(double value) => _left + (value - _range.Low) / (_range.High - _range.Low) * _side;

    private double Y(double value) => _top + (_range.High - value) / (_range.High - _range.Low) * _side;

    private static double Middle(int[] members, double[] values)
    {
        double[] sorted = [.. members.Select(i => values[i]).Order()];
        return sorted[sorted.Length / 2];
    }
}
