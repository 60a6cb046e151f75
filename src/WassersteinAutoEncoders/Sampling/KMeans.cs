using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Sampling;

/// <summary>Starting points of a mixture: k-means++ and a few steps of k-means.</summary>
internal static class KMeans
{
    private const int Steps = 5;

    /// <summary>A 0/1 assignment of points to k clusters, <c>[n, k]</c>, float64; every column has at least one point as long as there are k different ones.</summary>
    public static Tensor Responsibilities(Tensor points, int k, Generator generator)
    {
        using var scope = NewDisposeScope();
        var centres = points.index_select(0, tensor(Seeds(points, k, generator)));
        var assigned = Assign(points, centres);
        for (var step = 0; step < Steps; step++)
        {
            var counts = assigned.sum(0L).unsqueeze(1);
            centres = where(counts.IsPositive(), assigned.t().mm(points) / counts.AtLeast(1), centres);
            assigned = Assign(points, centres);
        }

        return assigned.MoveToOuterDisposeScope();
    }

    /// <summary>Rows drawn one after the other with probability proportional to the squared distance to the nearest drawn one.</summary>
    private static long[] Seeds(Tensor points, int k, Generator generator)
    {
        using var scope = NewDisposeScope();
        var n = points.shape[0];
        var draws = TensorData.ToArray(rand([k], dtype: ScalarType.Float64, generator: generator));
        var seeds = new long[k];
        seeds[0] = Math.Min(n - 1, (long)(draws[0] * n));
        var nearest = Squares(points, seeds[0]);
        for (var i = 1; i < k; i++)
        {
            // With fewer different points than clusters all distances end at 0; then any row does.
            var total = nearest.Sum();
            seeds[i] = total > 0 ? Invert(nearest, draws[i] * total) : Math.Min(n - 1, (long)(draws[i] * n));
            var squares = Squares(points, seeds[i]);
            for (var j = 0; j < nearest.Length; j++)
            {
                nearest[j] = Math.Min(nearest[j], squares[j]);
            }
        }

        return seeds;
    }

    private static double[] Squares(Tensor points, long row) => TensorData.ToArray(points.sub(points[row]).Squared().sum(1));

    private static long Invert(double[] weights, double target)
    {
        var last = 0;
        for (var j = 0; j < weights.Length; j++)
        {
            if (weights[j] <= 0)
            {
                continue;
            }

            last = j;
            target -= weights[j];
            if (target < 0)
            {
                break;
            }
        }

        return last;
    }

    private static Tensor Assign(Tensor points, Tensor centres)
    {
        var scores = centres.Squared().sum(1).unsqueeze(0) - points.mm(centres.t()).Times(2);
        return scores.min(1).indexes.unsqueeze(1).eq(HeldScalars.Range(centres.shape[0], CPU).unsqueeze(0)).to(ScalarType.Float64);
    }
}
