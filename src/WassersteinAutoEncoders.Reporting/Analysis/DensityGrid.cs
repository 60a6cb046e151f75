namespace WassersteinAutoEncoders.Reporting.Analysis;

/// <summary>A density in a square of the plane, estimated from samples: a histogram, smoothed.</summary>
internal sealed class DensityGrid
{
    private readonly double[] _cells;

    private DensityGrid(double[] cells, int size, double low, double high)
        => (_cells, Size, Low, High) = (cells, size, low, high);

    /// <summary>Cells along a side.</summary>
    public int Size { get; }

    /// <summary>The lower end of both coordinates.</summary>
    public double Low { get; }

    /// <summary>The upper end of both coordinates.</summary>
    public double High { get; }

    /// <summary>The mass of a cell; the sum over all cells is at most 1.</summary>
    public double this[int x, int y] => _cells[y * Size + x];

    /// <param name="xs">Horizontal coordinates of the samples.</param>
    /// <param name="ys">Vertical coordinates.</param>
    /// <param name="low">The lower end of both.</param>
    /// <param name="high">The upper end.</param>
    /// <param name="size">Cells along a side.</param>
    /// <param name="bandwidth">Standard deviation of the Gaussian that smooths, in cells.</param>
    public static DensityGrid From(double[] xs, double[] ys, double low, double high, int size = 72, double bandwidth = 2)
    {
        var cells = new double[size * size];
        var scale = size / (high - low);
        for (var i = 0; i < xs.Length; i++)
        {
            var (x, y) = ((xs[i] - low) * scale, (ys[i] - low) * scale);
            if (x >= 0 && x < size && y >= 0 && y < size)
            {
                cells[(int)y * size + (int)x] += 1.0 / xs.Length;
            }
        }
        var radius = (int)Math.Ceiling(3 * bandwidth);
        var weights = Enumerable.Range(-radius, 2 * radius + 1).Select(k => Math.Exp(-k * k / (2 * bandwidth * bandwidth))).ToArray();
        var sum = weights.Sum();
        weights = [.. weights.Select(w => w / sum)];
        return new DensityGrid(Blur(Blur(cells, size, weights, 1, size), size, weights, size, 1), size, low, high);
    }

    /// <summary>A finer grid, smoothed as much as suits the samples: thin shapes stay thin, wide ones become smooth.</summary>
    /// <remarks>Of several widths of the Gaussian the one under which the second half of the samples, which are independent, is likeliest given the first.</remarks>
    public static DensityGrid Fit(double[] xs, double[] ys, double low, double high)
    {
        const int size = 144;
        // Where the first half has nothing the second is unlikely, not impossible.
        const double nothing = 1e-9;
        var half = xs.Length / 2;
        var bandwidth = ((double[])[1, 2, 4]).MaxBy(width =>
        {
            var grid = From(xs[..half], ys[..half], low, high, size, width);
            return Enumerable.Range(half, xs.Length - half).Sum(i => Math.Log(grid.At(xs[i], ys[i]) + nothing));
        });
        return From(xs, ys, low, high, size, bandwidth);
    }

    /// <summary>The density of a cell above which a given part of the mass lies: the boundary of the region of highest density.</summary>
    public double Level(double mass)
    {
        var sorted = (double[])_cells.Clone();
        Array.Sort(sorted);
        var (sum, total) = (0.0, sorted.Sum());
        for (var i = sorted.Length - 1; i >= 0; i--)
        {
            sum += sorted[i];
            if (sum >= mass * total)
            {
                return sorted[i];
            }
        }
        return 0;
    }

    /// <summary>The density between cell centres, by interpolation; 0 outside.</summary>
    public double At(double x, double y)
    {
        var (u, v) = ((x - Low) / (High - Low) * Size - 0.5, (y - Low) / (High - Low) * Size - 0.5);
        var (i, j) = ((int)Math.Floor(u), (int)Math.Floor(v));
        var (a, b) = (u - i, v - j);
        return (1 - a) * (1 - b) * Cell(i, j) + a * (1 - b) * Cell(i + 1, j) + (1 - a) * b * Cell(i, j + 1) + a * b * Cell(i + 1, j + 1);
    }

    private double Cell(int x, int y) => x >= 0 && x < Size && y >= 0 && y < Size ? this[x, y] : 0;

    private static double[] Blur(double[] source, int size, double[] weights, int along, int across)
    {
        var result = new double[source.Length];
        var radius = weights.Length / 2;
        for (var line = 0; line < size; line++)
        {
            for (var i = 0; i < size; i++)
            {
                var sum = 0.0;
                for (var k = Math.Max(-radius, -i); k <= Math.Min(radius, size - 1 - i); k++)
                {
                    sum += weights[k + radius] * source[line * across + (i + k) * along];
                }

                result[line * across + i * along] = sum;
            }
        }
        return result;
    }
}
