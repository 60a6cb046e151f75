namespace WassersteinAutoEncoders.Reporting.Imaging;

/// <summary>Smooth dots, lines and text on an RGB image.</summary>
internal sealed class Canvas
{
    private readonly byte[] _pixels;

    public Canvas(int width, int height, Rgb background)
    {
        (Width, Height, _pixels) = (width, height, new byte[3 * width * height]);
        for (var i = 0; i < _pixels.Length; i += 3)
        {
            (_pixels[i], _pixels[i + 1], _pixels[i + 2]) = (background.R, background.G, background.B);
        }
    }

    private Canvas(Canvas other) => (Width, Height, _pixels) = (other.Width, other.Height, (byte[])other._pixels.Clone());

    public int Width { get; }

    public int Height { get; }

    public Canvas Copy() => new(this);

    /// <summary>The image; shares its pixels with the canvas.</summary>
    public RasterImage ToImage() => new(Width, Height, 3, _pixels);

    /// <summary>Mixes a colour into one pixel; what lies outside is passed over.</summary>
    public void Blend(int x, int y, Rgb colour, double alpha)
    {
        if (x < 0 || y < 0 || x >= Width || y >= Height || !(alpha > 0))
        {
            return;
        }

        alpha = Math.Min(1, alpha);
        var i = 3 * (y * Width + x);
        _pixels[i] = Mix(_pixels[i], colour.R, alpha);
        _pixels[i + 1] = Mix(_pixels[i + 1], colour.G, alpha);
        _pixels[i + 2] = Mix(_pixels[i + 2], colour.B, alpha);
    }

    public void Disc(double x, double y, double radius, Rgb colour, double alpha = 1) => Line(x, y, x, y, 2 * radius, colour, alpha);

    /// <summary>A line with round ends. A pixel is covered by as much as the line's edge lies beyond its centre.</summary>
    public void Line(double x1, double y1, double x2, double y2, double width, Rgb colour, double alpha = 1)
    {
        if (!double.IsFinite(x1 + y1 + x2 + y2))
        {
            return;
        }

        var reach = width / 2 + 1;
        var (left, right) = (Clamp(Math.Min(x1, x2) - reach, Width), Clamp(Math.Max(x1, x2) + reach, Width));
        var (top, bottom) = (Clamp(Math.Min(y1, y2) - reach, Height), Clamp(Math.Max(y1, y2) + reach, Height));
        var (dx, dy) = (x2 - x1, y2 - y1);
        var length = dx * dx + dy * dy;
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var (px, py) = (x + 0.5 - x1, y + 0.5 - y1);
                var t = length > 0 ? Math.Clamp((px * dx + py * dy) / length, 0, 1) : 0;
                var distance = Math.Sqrt((px - t * dx) * (px - t * dx) + (py - t * dy) * (py - t * dy));
                Blend(x, y, colour, alpha * Math.Clamp(width / 2 + 0.5 - distance, 0, 1));
            }
        }
    }

    /// <summary>Text whose baseline begins, has its middle or ends at a point.</summary>
    /// <param name="text">The text.</param>
    /// <param name="x">The point.</param>
    /// <param name="y">The point; the height of the baseline.</param>
    /// <param name="size">Height of capitals in pixels.</param>
    /// <param name="colour">Colour of the strokes.</param>
    /// <param name="anchor">0 the point is the text's beginning, ½ its middle, 1 its end.</param>
    /// <param name="weight">Width of the strokes as a part of the size.</param>
    public void Text(string text, double x, double y, double size, Rgb colour, double anchor = 0, double weight = 0.14)
    {
        var unit = size / StrokeFont.CapitalHeight;
        x -= anchor * unit * StrokeFont.Width(text);
        foreach (var character in text)
        {
            foreach (var (a, b) in StrokeFont.Strokes(character))
            {
                Line(x + a.X * unit, y + a.Y * unit, x + b.X * unit, y + b.Y * unit, Math.Max(1.1, weight * size), colour);
            }

            x += unit * StrokeFont.Advance(character);
        }
    }

    private static int Clamp(double value, int size) => (int)Math.Clamp(value, 0, size - 1);

    private static byte Mix(byte under, byte over, double alpha) => (byte)Math.Round(under + alpha * (over - under));
}
