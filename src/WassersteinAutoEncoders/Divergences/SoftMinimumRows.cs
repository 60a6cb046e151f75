using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>−ε·log Σ_j exp(o_j − C_ij/ε) for each row of a matrix of costs, a row at a time: it stays in the cache through all passes over it.</summary>
internal static class SoftMinimumRows
{
    /// <summary>Below so many elements a thread is not worth its start.</summary>
    private const long ElementsPerThread = 1 << 14;

    /// <summary>Whether managed code can read these costs.</summary>
    public static bool Accepts(Tensor costs) => TensorSpan.IsOpen(costs) && costs.dtype is ScalarType.Float32 or ScalarType.Float64;

    /// <summary>The soft minimum of each row, <c>[n]</c>.</summary>
    /// <param name="costs">C, <c>[n, m]</c>, accepted.</param>
    /// <param name="offsets">o, <c>[m]</c>.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="threads">At most so many threads.</param>
    public static Tensor Evaluate(Tensor costs, Tensor offsets, double epsilon, int threads)
        => costs.dtype == ScalarType.Float32 ? Evaluate<float>(costs, offsets, epsilon, threads) : Evaluate<double>(costs, offsets, epsilon, threads);

    private static Tensor Evaluate<T>(Tensor costs, Tensor offsets, double epsilon, int most)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (rows, columns) = ((int)costs.shape[0], (int)costs.shape[1]);
        var values = empty([rows], costs.dtype);
        var threads = (int)Math.Clamp(costs.numel() / ElementsPerThread, 1, most);
        if (threads == 1)
        {
            Fill<T>(costs, offsets, epsilon, values, 0, rows, columns);
        }
        else
        {
            Parallel.For(0, threads, t => Fill<T>(costs, offsets, epsilon, values, (int)((long)rows * t / threads), (int)((long)rows * (t + 1) / threads), columns));
        }

        return values;
    }

    private static void Fill<T>(Tensor costs, Tensor offsets, double epsilon, Tensor values, int start, int end, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> matrix = TensorSpan.Of<T>(costs), shifts = TensorSpan.Of<T>(offsets);
        var results = TensorSpan.Of<T>(values);
        var rented = ArrayPool<T>.Shared.Rent(columns);
        var row = rented.AsSpan(0, columns);
        var factor = T.CreateTruncating(-1 / epsilon);
        for (var i = start; i < end; i++)
        {
            TensorPrimitives.MultiplyAdd(matrix.Slice(i * columns, columns), factor, shifts, row);
            var largest = TensorPrimitives.Max(row);
            TensorPrimitives.Subtract(row, largest, row);
            TensorPrimitives.Exp<T>(row, row);
            results[i] = T.CreateTruncating(-epsilon) * (T.Log(TensorPrimitives.Sum<T>(row)) + largest);
        }

        ArrayPool<T>.Shared.Return(rented);
    }
}
