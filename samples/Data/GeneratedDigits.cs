namespace WassersteinAutoEncoders.Samples.Data;

/// <summary>
/// Handwritten-looking digits, 28×28, made by the program itself, for machines with neither data nor a network: strokes
/// with shaken points, slanted, turned, stretched and drawn with pens of different widths. The same seed gives the same
/// pictures on every machine and number of cores, because every picture has a random sequence of its own.
/// </summary>
public static class GeneratedDigits
{
    private const int Side = 28;
    private const int StepsPerSegment = 6;

    /// <summary>Makes a training and a test set.</summary>
    public static ImageData Generate(int train, int test, ulong seed)
        => new("generated digits", "made by this program", Draw(train, seed), Draw(test, ~seed), ImageData.Digits);

    private static ImageSet Draw(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var (pixels, labels) = (new byte[(long)count * Side * Side], new byte[count]);
        Parallel.For(0, count, index =>
        {
            var random = new Random((int)(Mix(seed + (ulong)index) >> 33));
            labels[index] = (byte)random.Next(10);
            Draw(labels[index], random, pixels.AsSpan(index * Side * Side, Side * Side));
        });
        return new(pixels, labels, 1, Side, Side);
    }

    /// <summary>The finaliser of SplitMix64: neighbouring pictures must not have neighbouring sequences.</summary>
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }

    private static void Draw(int digit, Random random, Span<byte> picture)
    {
        double Around(double middle, double spread) => middle + (spread * ((2 * random.NextDouble()) - 1));

        var (angle, slant, pen) = (Around(0, 0.16), Around(0.12, 0.22), Around(1.25, 0.45));
        var (wide, high) = (Around(17, 3), Around(20, 1.5));
        var (cos, sin) = (Math.Cos(angle), Math.Sin(angle));
        Span<double> ink = stackalloc double[Side * Side];
        ink.Clear();
        foreach (var stroke in DigitStrokes.All[digit])
        {
            var points = new (double X, double Y)[stroke.Length];
            for (var i = 0; i < points.Length; i++)
            {
                var (x, y) = ((Around(stroke[i].X, 0.045) - 0.5) * wide, (Around(stroke[i].Y, 0.03) - 0.5) * high);
                x -= slant * y;
                points[i] = ((Side / 2.0) - 0.5 + (cos * x) - (sin * y), (Side / 2.0) - 0.5 + (sin * x) + (cos * y));
            }

            Trace(points, pen, ink);
        }

        for (var i = 0; i < ink.Length; i++)
        {
            picture[i] = (byte)Math.Round(255 * ink[i]);
        }
    }

    /// <summary>A Catmull–Rom curve through the points, as short segments.</summary>
    private static void Trace(ReadOnlySpan<(double X, double Y)> points, double pen, Span<double> ink)
    {
        var last = points[0];
        for (var i = 0; i + 1 < points.Length; i++)
        {
            var (before, from, to, after) = (points[Math.Max(i - 1, 0)], points[i], points[i + 1], points[Math.Min(i + 2, points.Length - 1)]);
            for (var step = 1; step <= StepsPerSegment; step++)
            {
                var t = (double)step / StepsPerSegment;
                var next = (Curve(before.X, from.X, to.X, after.X, t), Curve(before.Y, from.Y, to.Y, after.Y, t));
                Segment(last, next, pen, ink);
                last = next;
            }
        }
    }

    private static double Curve(double before, double from, double to, double after, double t)
        => 0.5 * ((2 * from) + (t * (to - before + (t * ((2 * before) - (5 * from) + (4 * to) - after + (t * ((3 * (from - to)) + after - before)))))));

    private static void Segment((double X, double Y) from, (double X, double Y) to, double pen, Span<double> ink)
    {
        var reach = pen + 1;
        var (left, right) = ((int)Math.Max(0, Math.Min(from.X, to.X) - reach), (int)Math.Min(Side - 1, Math.Max(from.X, to.X) + reach));
        var (top, bottom) = ((int)Math.Max(0, Math.Min(from.Y, to.Y) - reach), (int)Math.Min(Side - 1, Math.Max(from.Y, to.Y) + reach));
        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        var length = (dx * dx) + (dy * dy);
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var along = length > 0 ? Math.Clamp((((x - from.X) * dx) + ((y - from.Y) * dy)) / length, 0, 1) : 0;
                var (ex, ey) = (x - from.X - (along * dx), y - from.Y - (along * dy));
                var shade = Math.Clamp(pen + 0.5 - Math.Sqrt((ex * ex) + (ey * ey)), 0, 1);
                ref var here = ref ink[(y * Side) + x];
                here = Math.Max(here, shade);
            }
        }
    }
}

/// <summary>How a pen writes the ten digits: strokes through points of the unit square, y downwards.</summary>
internal static class DigitStrokes
{
    /// <summary>Strokes of each digit; a smooth curve passes through a stroke's points.</summary>
    public static readonly (double X, double Y)[][][] All =
    [
        [[(0.5, 0.08), (0.24, 0.24), (0.2, 0.6), (0.42, 0.92), (0.7, 0.8), (0.8, 0.45), (0.68, 0.15), (0.48, 0.08)]],
        [[(0.38, 0.26), (0.55, 0.08)], [(0.55, 0.08), (0.54, 0.5), (0.52, 0.92)]],
        [[(0.22, 0.28), (0.4, 0.08), (0.7, 0.14), (0.74, 0.38), (0.5, 0.64), (0.22, 0.9)], [(0.22, 0.9), (0.5, 0.87), (0.82, 0.9)]],
        [[(0.25, 0.15), (0.55, 0.07), (0.74, 0.25), (0.6, 0.44), (0.42, 0.47)], [(0.42, 0.47), (0.68, 0.52), (0.78, 0.72), (0.58, 0.92), (0.24, 0.84)]],
        [[(0.58, 0.08), (0.4, 0.32), (0.2, 0.6)], [(0.2, 0.6), (0.5, 0.61), (0.84, 0.58)], [(0.66, 0.32), (0.64, 0.65), (0.6, 0.94)]],
        [[(0.76, 0.1), (0.5, 0.1), (0.32, 0.12)], [(0.32, 0.12), (0.28, 0.3), (0.27, 0.46)], [(0.27, 0.46), (0.55, 0.4), (0.78, 0.6), (0.66, 0.86), (0.4, 0.93), (0.2, 0.84)]],
        [[(0.66, 0.08), (0.4, 0.26), (0.24, 0.6), (0.36, 0.88), (0.64, 0.9), (0.76, 0.7), (0.6, 0.52), (0.36, 0.56), (0.26, 0.7)]],
        [[(0.2, 0.12), (0.5, 0.1), (0.8, 0.12)], [(0.8, 0.12), (0.6, 0.45), (0.42, 0.92)]],
        [[(0.5, 0.48), (0.28, 0.3), (0.36, 0.1), (0.64, 0.1), (0.72, 0.28), (0.5, 0.48), (0.26, 0.7), (0.38, 0.92), (0.66, 0.9), (0.74, 0.7), (0.5, 0.48)]],
        [[(0.72, 0.3), (0.6, 0.1), (0.34, 0.14), (0.26, 0.34), (0.42, 0.5), (0.66, 0.44), (0.74, 0.25)], [(0.74, 0.25), (0.7, 0.55), (0.58, 0.93)]],
    ];
}
