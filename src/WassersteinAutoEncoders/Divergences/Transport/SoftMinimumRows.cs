using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>−ε·log Σ_j exp(o_j − C_ij/ε) for each row of a matrix of costs in memory, for offsets o that change little from one call to the next.</summary>
internal abstract class SoftMinimumRows : IDisposable
{
    /// <summary>Below so many elements a thread is not worth its start.</summary>
    private const long ElementsPerThread = 1 << 14;

    /// <summary>Whether managed code can read these costs.</summary>
    public static bool Accepts(Tensor costs) => TensorSpan.IsOpen(costs) && costs.dtype is ScalarType.Float32 or ScalarType.Float64;

    /// <summary>For costs <c>[n, m]</c>, accepted, which must stay as they are.</summary>
    public static SoftMinimumRows Of(Tensor costs) => costs.dtype == ScalarType.Float32 ? new Rows<float>(costs) : new Rows<double>(costs);

    /// <summary>The soft minimum of each row, <c>[n]</c>.</summary>
    /// <param name="potential">h, <c>[m]</c>: o = h/ε + log b.</param>
    /// <param name="logWeights">log b, <c>[m]</c>.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="threads">At most so many threads.</param>
    public abstract Tensor Evaluate(Tensor potential, Tensor logWeights, double epsilon, int threads);

    /// <summary>Gives the memory of the exponentials back.</summary>
    public abstract void Dispose();

    /// <remarks>
    /// With values v and offsets o of an earlier call, K_ij = exp(o_j − C_ij/ε + v_i/ε) has rows of sum 1, and for new offsets o′ the soft minimum is v_i − ε·log Σ_j K_ij·exp(o′_j − o_j):
    /// a product of the matrix K with a vector in place of n·m exponentials (the absorption of Schmitzer, SIAM J. Sci. Comput. 2019). Where o′ has gone too far, K is made anew.
    /// </remarks>
    private sealed class Rows<T>(Tensor costs) : SoftMinimumRows
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Exponentials below e^−57 of the largest are taken as 0: they are lost in rounding, and products with them would be subnormal numbers, on which processors take ten times as long.
        /// So that this holds for the changed sums as well, changes beyond e^10 ask for new exponentials.
        /// </summary>
        private static readonly T Farthest = T.CreateTruncating(10), Lowest = T.CreateTruncating(-57);

        private readonly int _rows = (int)costs.shape[0];
        private readonly int _columns = (int)costs.shape[1];
        private readonly T[] _offsets = new T[costs.shape[1]];
        private readonly T[] _changes = new T[costs.shape[1]];
        private readonly T[] _reference = new T[costs.shape[1]];
        private readonly T[] _values = new T[costs.shape[0]];
        private T[]? _kernel;
        private double _epsilon = double.NaN;

        public override Tensor Evaluate(Tensor potential, Tensor logWeights, double epsilon, int threads)
        {
            TensorPrimitives.MultiplyAdd(TensorSpan.Of<T>(potential), T.CreateTruncating(1 / epsilon), TensorSpan.Of<T>(logWeights), _offsets);
            var values = empty([_rows], costs.dtype);
            if (!TryProducts(values, epsilon, threads))
            {
                (_kernel, _epsilon) = (_kernel ?? ArrayPool<T>.Shared.Rent(_rows * _columns), epsilon);
                _offsets.CopyTo(_reference, 0);
                InParts(threads, (start, end) => Exponentials(start, end));
                _values.CopyTo(TensorSpan.Of<T>(values));
            }

            return values;
        }

        public override void Dispose()
        {
            if (_kernel is not null)
            {
                ArrayPool<T>.Shared.Return(_kernel);
                _kernel = null;
            }
        }

        private bool TryProducts(Tensor values, double epsilon, int threads)
        {
            if (_kernel is null || epsilon != _epsilon)
            {
                return false;
            }

            TensorPrimitives.Subtract(_offsets, _reference, _changes);

            // A change that is not a number is not at most as large either.
            if (!(TensorPrimitives.MaxMagnitude<T>(_changes) is var most && T.Abs(most) <= Farthest))
            {
                return false;
            }

            TensorPrimitives.Exp<T>(_changes, _changes);
            InParts(threads, (start, end) => Products(values, start, end));
            return TensorPrimitives.Max<T>(TensorSpan.Of<T>(values)) < T.PositiveInfinity;
        }

        private void Products(Tensor values, int start, int end)
        {
            var results = TensorSpan.Of<T>(values);
            var factor = T.CreateTruncating(-_epsilon);
            for (var i = start; i < end; i++)
            {
                results[i] = _values[i] + factor * T.Log(TensorPrimitives.Dot<T>(_kernel.AsSpan(i * _columns, _columns), _changes));
            }
        }

        private void Exponentials(int start, int end)
        {
            ReadOnlySpan<T> matrix = TensorSpan.Of<T>(costs);
            var (factor, back) = (T.CreateTruncating(-1 / _epsilon), T.CreateTruncating(-_epsilon));
            for (var i = start; i < end; i++)
            {
                var row = _kernel.AsSpan(i * _columns, _columns);
                TensorPrimitives.MultiplyAdd(matrix.Slice(i * _columns, _columns), factor, _offsets, row);
                var largest = TensorPrimitives.Max(row);
                TensorPrimitives.Subtract(row, largest, row);
                TensorPrimitives.Max(row, Lowest, row);
                TensorPrimitives.Exp<T>(row, row);
                TensorPrimitives.Subtract(row, T.Exp(Lowest), row);
                var sum = TensorPrimitives.Sum<T>(row);
                TensorPrimitives.Divide(row, sum, row);
                _values[i] = back * (T.Log(sum) + largest);
            }
        }

        private void InParts(int most, Action<int, int> work)
        {
            var threads = (int)Math.Clamp((long)_rows * _columns / ElementsPerThread, 1, most);
            if (threads == 1)
            {
                work(0, _rows);
            }
            else
            {
                Parallel.For(0, threads, t => work((int)((long)_rows * t / threads), (int)((long)_rows * (t + 1) / threads)));
            }
        }
    }
}
