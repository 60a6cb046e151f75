using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>Finds the nearest neighbors of points (samples, say) in a reference set (the training data).</summary>
/// <remarks>
/// Blockwise: O(n·m·d) time by matrix products, memory for one block of distances. The neighbor is chosen by
/// ‖q‖² − 2qᵀr + ‖r‖² of points centred at the references' mean, in the points' own element type: among references whose distances differ by
/// less than its rounding any may be named. The distance reported is computed from the difference, so that an exact
/// copy has distance 0.
/// </remarks>
internal static class NearestNeighbors
{
    private const long QueryBlock = 512;
    private const long ReferenceBlock = 8192;

    /// <summary>Finds the nearest reference of each query.</summary>
    /// <param name="queries">Queries, <c>[n, …]</c>, float32 or float64, finite; everything after the first dimension is flattened.</param>
    /// <param name="references">References, <c>[m, …]</c>, with as many elements a row, of the same element type and on the same device.</param>
    /// <param name="excludeSelf">Whether query i must not be matched with reference i, for queries that are the references themselves; <see langword="false"/> by default.</param>
    /// <returns>The row of the nearest reference of each query, and the Euclidean distance to it, computed from the difference of the two rows.</returns>
    /// <exception cref="ArgumentException">The sets do not fit, are empty, hold values that are not finite, or no reference is left once self is excluded.</exception>
    public static IReadOnlyList<(long Index, double Distance)> Find(Tensor queries, Tensor references, bool excludeSelf = false)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var q = Rows(queries, nameof(queries));
        var r = Rows(references, nameof(references));
        Guard.CheckPair(q, nameof(queries), r, nameof(references));
        if (excludeSelf && r.shape[0] < 2)
        {
            throw new ArgumentException("Expected at least 2 references where self is excluded, but there is 1. Pass more.", nameof(references));
        }

        Guard.CheckFiniteValues(q, nameof(queries));
        Guard.CheckFiniteValues(r, nameof(references));

        // Distances do not change, but the terms of the expansion shrink, and their rounding with them.
        var centre = r.mean([0L], keepdim: true);
        var indices = new List<long>();
        var distances = new List<double>();
        for (long start = 0; start < q.shape[0]; start += QueryBlock)
        {
            using var inner = NewDisposeScope();
            var block = q.slice(0, start, Math.Min(q.shape[0], start + QueryBlock), 1);
            var nearest = Nearest(block - centre, start, r, centre, excludeSelf);
            var difference = TensorData.Float64(block) - TensorData.Float64(r.index_select(0, nearest));
            indices.AddRange(TensorSpan.ToArray<long>(nearest));
            distances.AddRange(TensorData.ToArray((difference * difference).sum(1).sqrt()));
        }

        return [.. indices.Zip(distances)];
    }

    /// <summary>The row of the nearest reference of each query of a block that begins at row <paramref name="start"/>.</summary>
    private static Tensor Nearest(Tensor block, long start, Tensor references, Tensor centre, bool excludeSelf)
    {
        Tensor? best = null;
        Tensor? which = null;
        for (long first = 0; first < references.shape[0]; first += ReferenceBlock)
        {
            var last = Math.Min(references.shape[0], first + ReferenceBlock);
            var part = references.slice(0, first, last, 1) - centre;

            // ‖q‖² is the same for all references and is left out.
            var scores = (part * part).sum(1).unsqueeze(0) - block.mm(part.t()).Times(2);
            if (excludeSelf)
            {
                var rows = HeldScalars.Range(block.shape[0], block.device).Plus(start).unsqueeze(1);
                var columns = HeldScalars.Range(last - first, block.device).Plus(first).unsqueeze(0);
                scores = where(rows.eq(columns), scores.Filled(double.PositiveInfinity), scores);
            }

            var (values, positions) = scores.min(1);
            positions = positions.Plus(first);
            which = best is null ? positions : where(values.lt(best), positions, which!);
            best = best is null ? values : where(values.lt(best), values, best);
        }

        return which!;
    }

    private static Tensor Rows(Tensor x, string name)
    {
        Guard.CheckTensor(x, name);
        return x.dim() < 2 || x.shape[0] < 1 ? x.detach() : x.detach().reshape(x.shape[0], -1);
    }
}
