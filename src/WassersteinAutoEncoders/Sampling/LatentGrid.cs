using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Sampling;

/// <summary>Grids of codes in a plane of the latent space, for a picture of the decoded manifold.</summary>
/// <remarks>
/// Codes come row by row, as pictures are laid out. The first of the two coordinates grows from left to right, the
/// second from bottom to top, as on a plot: the first row has its largest values.
/// </remarks>
public static class LatentGrid
{
    private const long SamplesForQuantiles = 20_000;

    /// <summary>A grid of equal steps of probability: where the prior has more mass, points lie closer.</summary>
    /// <remarks>
    /// Coordinates are the prior's quantiles at (i + ½)/columns and (j + ½)/rows: exact ones where the prior states them
    /// (<see cref="IMarginalPrior"/>: a Gaussian's inverse distribution function), those of 20,000 samples drawn with
    /// a fixed seed otherwise. Coordinates outside the plane stay at their medians.
    /// </remarks>
    /// <param name="prior">The prior, of dimension d ≥ 2.</param>
    /// <param name="rows">Rows, ≥ 1.</param>
    /// <param name="columns">Columns, ≥ 1.</param>
    /// <param name="horizontal">The coordinate that grows to the right; 0 by default.</param>
    /// <param name="vertical">The coordinate that grows upwards; 1 by default.</param>
    /// <param name="device">Where the codes are wanted; the CPU when <see langword="null"/>.</param>
    /// <param name="dtype">float32 (the default) or float64.</param>
    /// <returns><c>[rows·columns, d]</c>.</returns>
    /// <exception cref="ArgumentException">A number is outside its range, or both coordinates are the same.</exception>
    public static Tensor OfPrior(IPrior prior, int rows, int columns, int horizontal = 0, int vertical = 1, Device? device = null, ScalarType? dtype = null)
    {
        ArgumentNullException.ThrowIfNull(prior);
        Guard.CheckAtLeast(rows, 1);
        Guard.CheckAtLeast(columns, 1);
        Guard.CheckDimension(horizontal, prior.Dimension);
        Guard.CheckDimension(vertical, prior.Dimension);
        if (horizontal == vertical)
        {
            throw new ArgumentException($"Expected two different coordinates, but both are {horizontal}. Choose another one for '{nameof(vertical)}'.", nameof(vertical));
        }

        Guard.CheckArray(nameof(rows), rows, columns, prior.Dimension);
        Guard.CheckFloat(dtype ?? ScalarType.Float32, nameof(dtype));
        var quantile = Quantiles(prior);
        var centre = Enumerable.Range(0, (int)prior.Dimension).Select(i => quantile(i, 0.5)).ToArray();
        var right = Steps(columns).Select(p => quantile(horizontal, p)).ToArray();
        var up = Steps(rows).Select(p => quantile(vertical, p)).ToArray();
        return Fill(centre, right, up, horizontal, vertical, device, dtype);
    }

    /// <summary>A grid of equal steps between given ends, both included (one step lies in the middle), in two dimensions.</summary>
    /// <param name="horizontal">The ends of the first coordinate, finite.</param>
    /// <param name="vertical">The ends of the second coordinate, finite.</param>
    /// <param name="rows">Rows, ≥ 1.</param>
    /// <param name="columns">Columns, ≥ 1.</param>
    /// <param name="device">Where the codes are wanted; the CPU when <see langword="null"/>.</param>
    /// <param name="dtype">float32 (the default) or float64.</param>
    /// <returns><c>[rows·columns, 2]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static Tensor OfRange((double From, double To) horizontal, (double From, double To) vertical, int rows, int columns, Device? device = null, ScalarType? dtype = null)
    {
        Guard.CheckFinite(horizontal.From, nameof(horizontal));
        Guard.CheckFinite(horizontal.To, nameof(horizontal));
        Guard.CheckFinite(vertical.From, nameof(vertical));
        Guard.CheckFinite(vertical.To, nameof(vertical));
        Guard.CheckAtLeast(rows, 1);
        Guard.CheckAtLeast(columns, 1);
        Guard.CheckArray(nameof(rows), rows, columns, 2);
        Guard.CheckFloat(dtype ?? ScalarType.Float32, nameof(dtype));
        return Fill([0, 0], Ends(horizontal, columns), Ends(vertical, rows), 0, 1, device, dtype);
    }

    private static IEnumerable<double> Steps(int count) => Enumerable.Range(0, count).Select(i => (i + 0.5) / count);

    private static double[] Ends((double From, double To) range, int count)
        => [.. Enumerable.Range(0, count).Select(i => count == 1 ? 0.5 : (double)i / (count - 1)).Select(t => (1 - t) * range.From + t * range.To)];

    private static Func<int, double, double> Quantiles(IPrior prior)
    {
        if (prior is IMarginalPrior stated)
        {
            return (i, p) => stated.Quantile(i, p);
        }

        using var scope = NewDisposeScope();
        using var generator = new Generator(0x5EED);
        var columns = TensorData.ToArray(PriorSamples.Draw(prior, SamplesForQuantiles, generator, CPU, float64).t());
        var count = columns.Length / (int)prior.Dimension;
        for (var i = 0; i < prior.Dimension; i++)
        {
            Array.Sort(columns, i * count, count);
        }

        return (i, p) => columns[i * count + (int)Math.Min(count - 1, p * count)];
    }

    private static Tensor Fill(double[] centre, double[] right, double[] up, int horizontal, int vertical, Device? device, ScalarType? dtype)
    {
        var d = centre.Length;
        var values = new double[up.Length * right.Length * d];
        for (var r = 0; r < up.Length; r++)
        {
            for (var c = 0; c < right.Length; c++)
            {
                var code = values.AsSpan((r * right.Length + c) * d, d);
                centre.CopyTo(code);
                code[horizontal] = right[c];
                code[vertical] = up[up.Length - 1 - r];
            }
        }

        using var scope = NewDisposeScope();
        return TensorData.Matrix(values, up.Length * right.Length, d).to(dtype ?? ScalarType.Float32).to(device ?? CPU).MoveToOuterDisposeScope();
    }
}
