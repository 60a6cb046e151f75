using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>Fidelity and variety of generated examples apart, by the neighborhoods of features: precision and recall, density and coverage.</summary>
/// <remarks>
/// The neighborhood of a point is the ball to its k-th nearest neighbor in its own set. Precision and recall after Kynkäänniemi et al. (NeurIPS 2019), density and
/// coverage after Naeem et al. (ICML 2020), which outliers move less. All grow or fall with the numbers of examples: compare at equal counts.
/// </remarks>
/// <param name="Precision">The share of generated examples that lie in the neighborhood of a real one, in [0, 1]: how many look real.</param>
/// <param name="Recall">The share of real examples that lie in the neighborhood of a generated one, in [0, 1]: how much of the data is reached.</param>
/// <param name="Density">1/k times the mean number of real neighborhoods that a generated example lies in, ≥ 0; about 1 where both sets have one distribution.</param>
/// <param name="Coverage">The share of real examples in whose neighborhood a generated one lies, in [0, 1]; about 1 − 2⁻ᵏ where both sets have one distribution and as many examples.</param>
/// <param name="Neighbors">k.</param>
public sealed record NeighborhoodFigures(double Precision, double Recall, double Density, double Coverage, int Neighbors)
{
    private const long BlockElements = 4_000_000;

    /// <summary>Measures generated examples against real ones.</summary>
    /// <param name="real">Features of real examples, <c>[n, f]</c>, float32 or float64, finite, n &gt; k.</param>
    /// <param name="generated">Features of generated examples, <c>[m, f]</c>, of the same element type and on the same device, m &gt; k.</param>
    /// <param name="neighbors">k ≥ 1; 5 by default, as for density and coverage in their paper (3 for precision and recall in theirs).</param>
    /// <returns>The four figures. O((n + m)²·f) time, blockwise memory.</returns>
    /// <exception cref="ArgumentException">The sets do not fit, have too few points, or hold values that are not finite.</exception>
    public static NeighborhoodFigures Evaluate(Tensor real, Tensor generated, int neighbors = 5)
    {
        Guard.CheckPair(real, nameof(real), generated, nameof(generated));
        Guard.CheckAtLeast(neighbors, 1);
        if (Math.Min(real.shape[0], generated.shape[0]) <= neighbors)
        {
            throw new ArgumentException($"Expected more than {neighbors} examples on each side, but there are {real.shape[0]} and {generated.shape[0]}. Pass more, or fewer neighbors.", real.shape[0] <= neighbors ? nameof(real) : nameof(generated));
        }

        Guard.CheckFiniteValues(real, nameof(real));
        Guard.CheckFiniteValues(generated, nameof(generated));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (x, y) = (TensorData.Float64(real), TensorData.Float64(generated));
        var (ofReal, ofGenerated) = (Radii(x, neighbors).unsqueeze(1), Radii(y, neighbors).unsqueeze(0));
        var count = zeros([y.shape[0]], ScalarType.Float64, y.device);
        double recalled = 0, covered = 0;
        foreach (var (start, rows) in Blocks(x, y.shape[0]))
        {
            using var block = NewDisposeScope();
            var distances = SquaredDistances.Between(rows, y);
            var near = distances.le(ofReal.slice(0, start, start + rows.shape[0], 1));
            recalled += Scalars.Count(distances.le(ofGenerated).any(1));
            covered += Scalars.Count(near.any(1));
            count.Accumulate(near.to(ScalarType.Float64).sum([0L]));
        }

        double n = x.shape[0], m = y.shape[0];
        return new(Scalars.Count(count.IsPositive()) / m, recalled / n, Scalars.Read(count.sum()) / (neighbors * m), covered / n, neighbors);
    }

    /// <summary>The squared distance of each point to its k-th nearest other one.</summary>
    private static Tensor Radii(Tensor points, int neighbors)
    {
        using var scope = NewDisposeScope();
        var radii = new List<Tensor>();
        foreach (var (_, rows) in Blocks(points, points.shape[0]))
        {
            using var block = NewDisposeScope();

            // The point itself is among its neighbors, at distance 0.
            radii.Add(SquaredDistances.Between(rows, points).topk(neighbors + 1, 1, largest: false).values.amax([1L]).MoveToOuterDisposeScope());
        }

        return cat(radii, 0).MoveToOuterDisposeScope();
    }

    private static IEnumerable<(long Start, Tensor Rows)> Blocks(Tensor points, long columns)
    {
        var size = Math.Max(1, BlockElements / columns);
        for (long start = 0; start < points.shape[0]; start += size)
        {
            yield return (start, points.slice(0, start, Math.Min(points.shape[0], start + size), 1));
        }
    }
}
