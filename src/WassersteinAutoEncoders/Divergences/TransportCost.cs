using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

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
