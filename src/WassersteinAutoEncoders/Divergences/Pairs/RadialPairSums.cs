using System.Numerics;
using System.Runtime.Intrinsics;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Kernels.Radial;

namespace WassersteinAutoEncoders.Divergences.Pairs;

/// <summary>
/// The fast engine of every divergence made of a radial function of pairwise distances: the weighted sum
/// XX·Σφ(‖x_i − x_j‖²) + YY·Σφ(‖y_i − y_j‖²) + XY·Σφ(‖x_i − y_j‖²) and its gradient in x, in one pass over tiles of pairs.
/// </summary>
/// <remarks>
/// <para>
/// Time O((n + m)²·d), memory O((n + m)·d): no matrix of all pairs. Each unordered pair of points is evaluated once within
/// x and within y. float32 values are summed in float32 over at most 64 rows, in float64 from there on.
/// </para>
/// <para>
/// Points are cut into blocks, and the pairs of blocks played like the rounds of a tournament: in a round every block meets
/// one other, so that no two tasks touch the same part of the gradient. The order in which sums are formed depends on the
/// sizes alone, never on the number of threads: results are the same bits on one thread and on many.
/// </para>
/// <para>
/// <see cref="RadialPairTensors"/> is the entry for tensors. A single sample is y with a count of 0. A divergence that has
/// a radial profile but no kernel (Cramér–Wold) passes its profile as an internal <see cref="IRadialKernel"/>.
/// </para>
/// </remarks>
internal static unsafe class RadialPairSums
{
    // Below this many pairs a second thread costs more than it saves.
    private const long PairsWorthThreads = 100_000;

    /// <summary>Evaluates the weighted sum over all pairs (with i = j unless the weights skip them).</summary>
    /// <param name="kernel">φ.</param>
    /// <param name="x">n points, row by row.</param>
    /// <param name="n">n ≥ 1.</param>
    /// <param name="y">m points, row by row; not read when m = 0.</param>
    /// <param name="m">m ≥ 0.</param>
    /// <param name="dimension">d ≥ 1.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="gradient">Receives the gradient in x, n rows; null where it is not wanted.</param>
    /// <param name="threads">Threads to use, ≥ 1.</param>
    public static double Evaluate<T>(IRadialKernel kernel, T* x, int n, T* y, int m, int dimension, PairWeights weights, T* gradient, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return Evaluate<T, Vector512<T>, Lanes512<T>>(kernel, x, n, y, m, dimension, weights, gradient, threads);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return Evaluate<T, Vector256<T>, Lanes256<T>>(kernel, x, n, y, m, dimension, weights, gradient, threads);
        }

        return Evaluate<T, Vector128<T>, Lanes128<T>>(kernel, x, n, y, m, dimension, weights, gradient, threads);
    }

    internal static double Evaluate<T, TVector, TLanes>(IRadialKernel kernel, T* x, int n, T* y, int m, int dimension, PairWeights weights, T* gradient, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLanes : ILanes<TVector, T>
    {
        var width = PairTile<T, TVector, TLanes>.Width;
        var largest = Math.Max(n, m);
        var block = BlockSize(largest);
        using var codes = new PanelPoints<T>(x, n, dimension, width);
        using var priors = new PanelPoints<T>(y, m, dimension, width);
        var padded = gradient == null ? 0 : (long)PanelPoints<T>.PanelCount(n, width) * width * dimension;
        using var panels = gradient == null ? default : new NativeBuffer<double>(padded);
        new Span<double>(panels.Pointer, checked((int)padded)).Clear();

        var problem = new PairProblem<T>(kernel, codes, priors, dimension, weights, block, panels);
        var blocks = (largest + block - 1) / block;
        var workers = (long)largest * largest < PairsWorthThreads ? 1 : Math.Max(1, Math.Min(threads, blocks / 2));
        var sums = PairTournament.Run<T, TVector, TLanes>(problem, blocks, workers);
        var diagonals = PairDiagonals.Evaluate(problem, panels.Pointer, width);
        if (gradient != null)
        {
            Unpack(panels.Pointer, n, dimension, width, gradient);
        }

        // In this order three equal sums cancel to exactly 0.
        return (weights.XX * (sums.XX - diagonals.XX)) + (weights.YY * (sums.YY - diagonals.YY)) + (weights.XY * (sums.XY - diagonals.XY));
    }

    // Depends on the sizes alone: it decides the order of summation.
    private static int BlockSize(int count) => count <= 512 ? 64 : 128;

    private static void Unpack<T>(double* panels, int n, int dimension, int width, T* gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < n; i++)
        {
            var source = panels + ((long)(i / width) * width * dimension) + (i % width);
            var target = gradient + ((long)i * dimension);
            for (var k = 0; k < dimension; k++)
            {
                var value = source[(long)k * width];
                target[k] = T.CreateTruncating(value);
            }
        }
    }
}
