using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The costs C_ij between two weighted sets of points, ½‖x_i − y_j‖² unless they are of the caller's own: held as a matrix, or computed block by block.</summary>
internal sealed class TransportCost : IDisposable
{
    private readonly Tensor _x;
    private readonly Tensor _y;
    private readonly Tensor _logWeights;
    private readonly Tensor? _matrix;
    private readonly SoftMinimumRows? _rows;
    private readonly long _rowsAtOnce;

    /// <param name="x">Points, <c>[n, d]</c>.</param>
    /// <param name="y">Points, <c>[m, d]</c>.</param>
    /// <param name="logWeights">log b, <c>[m]</c>, the weights of y.</param>
    /// <param name="blockElements">Costs of more elements are computed block by block.</param>
    /// <param name="own">A cost of the caller's own, which is always held as a matrix.</param>
    public TransportCost(Tensor x, Tensor y, Tensor logWeights, long blockElements, Func<Tensor, Tensor, Tensor>? own = null)
        : this(x, y, logWeights, blockElements, own is not null ? Own(own, x, y) : x.shape[0] * y.shape[0] <= blockElements ? Costs(x, y) : null)
    {
    }

    private TransportCost(Tensor x, Tensor y, Tensor logWeights, long blockElements, Tensor? matrix)
    {
        (_x, _y, _logWeights, _matrix) = (x, y, logWeights, matrix);
        BlockElements = blockElements;
        _rowsAtOnce = matrix is null ? Math.Max(1, blockElements / y.shape[0]) : x.shape[0];
        _rows = matrix is not null && SoftMinimumRows.Accepts(matrix) ? SoftMinimumRows.Of(matrix) : null;
    }

    private long BlockElements { get; }

    /// <summary>The same costs, seen from the other side.</summary>
    /// <param name="logWeights">log a, <c>[n]</c>, the weights of x.</param>
    public TransportCost Transposed(Tensor logWeights) => new(_y, _x, logWeights, BlockElements, _matrix?.t().contiguous());

    /// <summary>A potential of zeros on the points x, <c>[n]</c>.</summary>
    public Tensor Zeros() => zeros([_x.shape[0]], _x.dtype, _x.device);

    /// <summary>The largest cost; waits for the device.</summary>
    public double Largest()
    {
        using var scope = NewDisposeScope();
        return Blocks().Select(costs => Scalars.Read(costs.max())).Aggregate((a, b) => a > b ? a : b);
    }

    /// <summary>T h = −ε·log Σ_j b_j·exp((h_j − C_ij)/ε), <c>[n]</c>, and, where wanted, the mean of y under the weights of the sum, <c>[n, d]</c>.</summary>
    public (Tensor Values, Tensor? Mean) SoftMinimum(Tensor h, double epsilon, bool withMean = false)
    {
        using var scope = NewDisposeScope();
        if (!withMean && _rows is not null)
        {
            return (_rows.Evaluate(h, _logWeights, epsilon, get_num_threads()).MoveToOuterDisposeScope(), null);
        }

        var offsets = h.Over(epsilon).Plus(_logWeights).unsqueeze(0);
        var values = new List<Tensor>();
        var means = new List<Tensor>();
        foreach (var costs in Blocks())
        {
            using var block = NewDisposeScope();

            // The sum of exponentials relative to the largest, in place: one matrix is written, once a pass. Those below e^−57 are lost in rounding, and would soon be subnormal numbers, which are slow.
            var weights = costs.Times(-1 / epsilon).Accumulate(offsets);
            var largest = weights.amax([1L], keepdim: true);
            var sums = weights.sub_(largest).Raise(-57).exp_().sum(1, keepdim: true);
            values.Add(sums.log().Plus(largest).squeeze(1).Times(-epsilon).MoveToOuterDisposeScope());
            if (withMean)
            {
                means.Add(weights.mm(_y).div(sums).MoveToOuterDisposeScope());
            }
        }

        return (cat(values, 0).MoveToOuterDisposeScope(), withMean ? cat(means, 0).MoveToOuterDisposeScope() : null);
    }

    /// <summary>The plan of h, rows of a given mass each: m_i·b_j·exp((h_j − C_ij)/ε) over its sum, <c>[n, m]</c>.</summary>
    public Tensor Plan(Tensor h, Tensor masses, double epsilon)
    {
        using var scope = NewDisposeScope();
        return (h.Over(epsilon).Plus(_logWeights).unsqueeze(0) - _matrix!.Over(epsilon)).softmax(1).mul(masses.unsqueeze(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Gives back the memory of what was kept between calls.</summary>
    public void Dispose() => _rows?.Dispose();

    private static Tensor Costs(Tensor x, Tensor y) => SquaredDistances.Between(x, y).Times(0.5);

    private static Tensor Own(Func<Tensor, Tensor, Tensor> own, Tensor x, Tensor y)
    {
        var costs = ModuleCall.Present(ModuleCall.Checked(() => own(x, y), "the transport cost", $"points of shapes {Guard.Shape(x)} and {Guard.Shape(y)}"), "the transport cost");
        return costs.dim() == 2 && costs.shape[0] == x.shape[0] && costs.shape[1] == y.shape[0] && costs.dtype == x.dtype
            ? costs.contiguous()
            : throw new ArgumentException($"Expected the transport cost to return the shape [{x.shape[0]}, {y.shape[0]}] of {x.dtype} for points of shapes {Guard.Shape(x)} and {Guard.Shape(y)}, but it returned {Guard.Shape(costs)} of {costs.dtype}. Return c(x_i, y_j) for all pairs, one row a point of x.", nameof(SinkhornOptions.Cost));
    }

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
