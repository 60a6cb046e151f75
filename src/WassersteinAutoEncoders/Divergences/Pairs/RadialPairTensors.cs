using System.Numerics;
using TorchSharp;
using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Pairs;

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
        var (rows, otherRows) = (Rows(x), y is null ? null : Rows(y));
        var (n, m, d) = ((int)x.size(0), (int)(y?.size(0) ?? 0), (int)x.size(1));
        var source = Pointer<T>(rows);
        var other = otherRows is null ? null : Pointer<T>(otherRows);
        var threads = get_num_threads();
        if (!(x.requires_grad && is_grad_enabled()))
        {
            var sum = RadialPairSums.Evaluate(kernel, source, n, other, m, d, weights, null, threads);
            KeepAlive();
            return ClosedForm.Scalar(sum, x.dtype).MoveToOuterDisposeScope();
        }

        var gradient = empty([n, d], x.dtype);
        var value = RadialPairSums.Evaluate(kernel, source, n, other, m, d, weights, Pointer<T>(gradient), threads);
        KeepAlive();

        return ClosedForm.Attach(x, gradient, value).MoveToOuterDisposeScope();

        // The engine sees addresses only: without this a sample that the caller no longer holds could be collected under it.
        void KeepAlive()
        {
            GC.KeepAlive(rows);
            GC.KeepAlive(otherRows);
        }
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
