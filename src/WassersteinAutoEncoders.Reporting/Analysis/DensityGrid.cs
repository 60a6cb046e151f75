namespace WassersteinAutoEncoders.Reporting;

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
