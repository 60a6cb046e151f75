using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The costs C_ij = ½‖x_i − y_j‖² between two sets of points, held as a matrix or computed block by block.</summary>
internal sealed class TransportCost
{
    private readonly Tensor _x;
    private readonly Tensor _y;
    private readonly Tensor? _matrix;
    private readonly long _rowsAtOnce;

    public TransportCost(Tensor x, Tensor y, long blockElements)
        : this(x, y, blockElements, x.shape[0] * y.shape[0] <= blockElements ? Costs(x, y) : null)
    {
    }

    private TransportCost(Tensor x, Tensor y, long blockElements, Tensor? matrix)
    {
        (_x, _y, _matrix) = (x, y, matrix);
        BlockElements = blockElements;
        _rowsAtOnce = matrix is null ? Math.Max(1, blockElements / y.shape[0]) : x.shape[0];
    }

    private long BlockElements { get; }

    /// <summary>The same costs, seen from the other side.</summary>
    public TransportCost Transposed() => new(_y, _x, BlockElements, _matrix?.t().contiguous());

    /// <summary>A potential of zeros on the points x, <c>[n]</c>.</summary>
    public Tensor Zeros() => zeros([_x.shape[0]], _x.dtype, _x.device);

    /// <summary>The largest cost; waits for the device.</summary>
    public double Largest()
    {
        using var scope = NewDisposeScope();
        return Blocks().Select(costs => Scalars.Read(costs.max())).Aggregate((a, b) => a > b ? a : b);
    }

    /// <summary>−ε·log mean_j exp((h_j − C_ij)/ε), <c>[n]</c>, and, where wanted, the mean of y under the weights of the sum, <c>[n, d]</c>.</summary>
    public (Tensor Values, Tensor? Mean) SoftMinimum(Tensor h, double epsilon, bool withMean = false)
    {
        using var scope = NewDisposeScope();
        var offsets = h / epsilon - Math.Log(_y.shape[0]);
        if (!withMean && _matrix is not null && SoftMinimumRows.Accepts(_matrix))
        {
            return (SoftMinimumRows.Evaluate(_matrix, offsets, epsilon, get_num_threads()).MoveToOuterDisposeScope(), null);
        }

        offsets = offsets.unsqueeze(0);
        var values = new List<Tensor>();
        var means = new List<Tensor>();
        foreach (var costs in Blocks())
        {
            using var block = NewDisposeScope();

            // The sum of exponentials relative to the largest, in place: one matrix is written, once a pass.
            var weights = (costs * (-1 / epsilon)).add_(offsets);
            var largest = weights.amax([1L], keepdim: true);
            var sums = weights.sub_(largest).exp_().sum(1, keepdim: true);
            values.Add((sums.log() + largest).squeeze(1).mul(-epsilon).MoveToOuterDisposeScope());
            if (withMean)
            {
                means.Add(weights.mm(_y).div(sums).MoveToOuterDisposeScope());
            }
        }

        return (cat(values, 0).MoveToOuterDisposeScope(), withMean ? cat(means, 0).MoveToOuterDisposeScope() : null);
    }

    private static Tensor Costs(Tensor x, Tensor y) => SquaredDistances.Between(x, y) * 0.5;

    /// <summary>The matrix, some rows at a time: at most as many elements as were asked for, or one row. Each block lives until the next.</summary>
    public IEnumerable<Tensor> Blocks()
    {
        if (_matrix is not null)
        {
            yield return _matrix;
            yield break;
        }

        for (long start = 0; start < _x.shape[0]; start += _rowsAtOnce)
        {
            using var rows = _x.slice(0, start, Math.Min(start + _rowsAtOnce, _x.shape[0]), 1);
            using var costs = Costs(rows, _y);
            yield return costs;
        }
    }
}

/// <summary>The factor by which Sinkhorn's alternating updates are stretched, learned from how fast their error falls (Lehmann et al. 2021).</summary>
/// <remarks>
/// Plain updates (factor 1) shrink the error by a ratio r each; updates stretched by ω then shrink it by the θ of Young's relation
/// (θ + ω − 1)² = r·θ·ω², fastest at ω = 2/(1 + √(1 − r)). So each observed θ tells r, and r the next factor. Where the error grows, plain
/// updates are taken up again, each time for twice as long as the last.
/// </remarks>
internal sealed class OverRelaxation(int iterationsBetweenObservations)
{
    private const double Largest = 1.95;
    private double _lastError = double.NaN;
    private int _rest = 1;
    private int _plainObservations;

    /// <summary>The factor now, ≥ 1 and &lt; 2.</summary>
    public double Factor { get; private set; } = 1;

    /// <summary>Takes notice of the error after another few iterations.</summary>
    public void Observe(double error)
    {
        if (error < _lastError)
        {
            if (_plainObservations > 0)
            {
                _plainObservations--;
            }
            else
            {
                Learn(Math.Pow(error / _lastError, 1.0 / iterationsBetweenObservations));
            }
        }
        else if (Factor > 1)
        {
            Factor = 1;
            _plainObservations = _rest *= 2;
        }

        _lastError = error;
    }

    private void Learn(double theta)
    {
        // At ω − 1 the factor is at its best already; below, the relation has no solution: the ratio is still settling.
        if (theta > Factor - 1)
        {
            var root = (theta + Factor - 1) / Factor;
            var ratio = Math.Min(1, root * root / theta);
            Factor = Math.Min(Largest, 2 / (1 + Math.Sqrt(1 - ratio)));
        }
    }
}

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
