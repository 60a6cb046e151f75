using System.Numerics;
using System.Runtime.Intrinsics;
using TorchSharp;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Kernels.Radial;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

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

/// <summary>The tensor side of <see cref="RadialPairSums"/>: reads the points in place and attaches the gradient to the graph.</summary>
internal static unsafe class RadialPairTensors
{
    /// <summary>Whether the engine can take these points: on the CPU, addressable, and only x to be differentiated.</summary>
    public static bool Accepts(Tensor x, Tensor? y)
        => x.device_type == DeviceType.CPU
            && Fits(x)
            && (y is null || (Fits(y) && !(y.requires_grad && is_grad_enabled())));

    /// <summary>The weighted sum of φ over pairs, a scalar differentiable once in <paramref name="x"/>.</summary>
    /// <param name="kernel">φ.</param>
    /// <param name="x">Points, <c>[n, d]</c>.</param>
    /// <param name="y">Points, <c>[m, d]</c>, or none.</param>
    /// <param name="weights">The weights of the sums.</param>
    public static Tensor Evaluate(IRadialKernel kernel, Tensor x, Tensor? y, PairWeights weights)
        => x.dtype == ScalarType.Float32 ? Evaluate<float>(kernel, x, y, weights) : Evaluate<double>(kernel, x, y, weights);

    private static Tensor Evaluate<T>(IRadialKernel kernel, Tensor x, Tensor? y, PairWeights weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var scope = NewDisposeScope();
        if (!(x.requires_grad && is_grad_enabled()))
        {
            return ClosedForm.Scalar(Sum<T>(kernel, x, y, weights, null), x.dtype).MoveToOuterDisposeScope();
        }

        var gradient = empty([x.shape[0], x.shape[1]], x.dtype);
        return ClosedForm.Attach(x, gradient, Sum<T>(kernel, x, y, weights, gradient)).MoveToOuterDisposeScope();
    }

    /// <summary>The part of a weighted sum that belongs to some rows of x and the rows of y of the same numbers, differentiable once in those of x; none where the engine cannot take it.</summary>
    /// <remarks>Every pair is evaluated from both of its points: twice the work of a pair within one sample, shared by as many as there are parts, and no gradient to exchange.</remarks>
    /// <param name="kernel">φ.</param>
    /// <param name="x">Points, <c>[n, d]</c>.</param>
    /// <param name="y">Points, <c>[n, d]</c>, or none.</param>
    /// <param name="weights">The weights of the sums.</param>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many rows.</param>
    public static Tensor? EvaluateRows(IRadialKernel kernel, Tensor x, Tensor? y, PairWeights weights, long start, long count)
    {
        var all = x.detach();
        if (weights.SkipAcross || !Accepts(all, y) || (y is not null && y.shape[0] != x.shape[0]))
        {
            return null;
        }

        if (count == 0)
        {
            return zeros([], x.dtype);
        }

        return x.dtype == ScalarType.Float32 ? EvaluateRows<float>(kernel, x, all, y, weights, start, count) : EvaluateRows<double>(kernel, x, all, y, weights, start, count);
    }

    private static Tensor EvaluateRows<T>(IRadialKernel kernel, Tensor x, Tensor all, Tensor? y, PairWeights weights, long start, long count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var scope = NewDisposeScope();
        var own = x.narrow(0, start, count);
        var differentiate = own.requires_grad && is_grad_enabled();
        var gradient = differentiate ? empty([count, x.shape[1]], x.dtype) : null;
        var (zero, diagonal, slope) = (T.Zero, T.Zero, T.Zero);
        RadialProfile.Evaluate(kernel, &zero, &diagonal, &slope, 1);
        var skipped = weights.SkipWithin ? count * double.CreateTruncating(diagonal) : 0;

        // k is symmetric: the derivative of Σ_ij k(x_i, x_j) in x_i is twice that of Σ_j k(x_i, x_j) in the first argument.
        var value = Sum<T>(kernel, own, all, new PairWeights(0, 0, weights.XX, false, false), gradient) - weights.XX * skipped;
        gradient?.Multiply(2);
        if (y is not null)
        {
            value += Sum<T>(kernel, y.narrow(0, start, count), y, new PairWeights(0, 0, weights.YY, false, false), null) - weights.YY * skipped;
            var across = differentiate ? empty([count, x.shape[1]], x.dtype) : null;
            value += Sum<T>(kernel, own, y, new PairWeights(0, 0, weights.XY, false, false), across);
            gradient?.Accumulate(across!);
        }

        return (gradient is null ? ClosedForm.Scalar(value, x.dtype) : ClosedForm.Attach(own, gradient, value)).MoveToOuterDisposeScope();
    }

    /// <summary>The weighted sum; writes its gradient in x where one is wanted.</summary>
    private static double Sum<T>(IRadialKernel kernel, Tensor x, Tensor? y, PairWeights weights, Tensor? gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var scope = NewDisposeScope();
        var (rows, otherRows) = (Rows(x), y is null ? null : Rows(y));
        var (n, m, d) = ((int)x.size(0), (int)(y?.size(0) ?? 0), (int)x.size(1));
        var sum = RadialPairSums.Evaluate(
            kernel, Pointer<T>(rows), n, otherRows is null ? null : Pointer<T>(otherRows), m, d, weights, gradient is null ? null : Pointer<T>(gradient), get_num_threads());

        // The engine sees addresses only: without this a sample that the caller no longer holds could be collected under it.
        GC.KeepAlive(rows);
        GC.KeepAlive(otherRows);
        GC.KeepAlive(gradient);
        return sum;
    }

    private static Tensor Rows(Tensor x) => x.is_contiguous() ? x : x.contiguous();

    private static bool Fits(Tensor x) => x.numel() * sizeof(double) <= int.MaxValue;

    private static T* Pointer<T>(Tensor x)
        where T : unmanaged
    {
        fixed (byte* start = x.bytes)
        {
            return (T*)start;
        }
    }
}

/// <summary>Calls a kernel's profile for the element type at hand.</summary>
internal static unsafe class RadialProfile
{
    /// <summary>φ and, unless <paramref name="derivatives"/> is null, φ′ of <paramref name="count"/> squared distances.</summary>
    public static void Evaluate<T>(IRadialKernel kernel, T* squared, T* values, T* derivatives, int count)
        where T : unmanaged
    {
        var derivativeCount = derivatives == null ? 0 : count;
        if (typeof(T) == typeof(float))
        {
            kernel.Profile(new ReadOnlySpan<float>(squared, count), new Span<float>(values, count), new Span<float>(derivatives, derivativeCount));
        }
        else
        {
            kernel.Profile(new ReadOnlySpan<double>(squared, count), new Span<double>(values, count), new Span<double>(derivatives, derivativeCount));
        }
    }
}
