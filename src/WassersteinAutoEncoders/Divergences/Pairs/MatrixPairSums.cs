using TorchSharp;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Pairs;

/// <summary>Weighted sums of radial kernels over pairs by few operations on one matrix of squared distances, with the gradient in closed form: for GPUs, where each operation is a launch, and where both samples are differentiated.</summary>
/// <remarks>
/// <para>
/// Let Z be both samples, one below the other. ∂/∂z_i = Σ_j c_ij·φ′(‖z_i − z_j‖²)·(z_i − z_j) with c = 4·XX, 4·YY within a sample and 2·XY across: row i of
/// one product Φ′·[c∘Z, c], whose last column is the sum that z_i is multiplied with. No graph is recorded but the attachment of the gradient.
/// </para>
/// <para>
/// Squared distances are ‖z_i‖² + ‖z_j‖² − 2·z_iᵀz_j in float64, whatever the element type: off by about (d + 4)·2⁻⁵²·(‖z_i‖² + ‖z_j‖²), which float32
/// sees only beyond distances of 1e8 of the kernel's scale, and out of the reach of TF32. What lies below that error is 0, as on the diagonal. Profiles are taken in the element type.
/// </para>
/// <para>Beyond <see cref="ElementsPerBlock"/> rows are taken in blocks: bounded memory beside the points.</para>
/// </remarks>
internal static class MatrixPairSums
{
    /// <summary>Elements of a block, of all scales of a kernel together.</summary>
    public const long ElementsPerBlock = 1L << 24;

    /// <summary>Whether the kernel has a profile of matrices, and the device float64.</summary>
    public static bool Accepts(IKernel kernel, Tensor x) => x.device_type != DeviceType.MPS && Terms(kernel) is not null;

    /// <summary>The weighted sum, a scalar differentiable once in <paramref name="x"/> and <paramref name="y"/>.</summary>
    /// <param name="kernel">k, accepted.</param>
    /// <param name="x">Points, <c>[n, d]</c>.</param>
    /// <param name="y">Points, <c>[m, d]</c>, or none.</param>
    /// <param name="weights">The weights of the sums.</param>
    /// <param name="elementsPerBlock">Elements of a block.</param>
    public static Tensor Evaluate(IKernel kernel, Tensor x, Tensor? y, PairWeights weights, long elementsPerBlock = ElementsPerBlock)
    {
        using var scope = NewDisposeScope();
        var (inX, inY) = (x.requires_grad && is_grad_enabled(), y is { requires_grad: true } && is_grad_enabled());
        var sums = new MatrixPairSum(Terms(kernel)!, x, y, weights, inX, inY);
        using (no_grad())
        {
            sums.Run(elementsPerBlock);
        }

        var result = inX && inY ? ClosedForm.Attach(x, sums.GradientX, y!, sums.GradientY, sums.Value)
            : inY ? ClosedForm.Attach(y!, sums.GradientY, sums.Value)
            : inX ? ClosedForm.Attach(x, sums.GradientX, sums.Value)
            : sums.Value;
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Σ_i φ(‖x_i‖²), a scalar differentiable once.</summary>
    /// <param name="kernel">φ.</param>
    /// <param name="x">Points, <c>[n, d]</c>.</param>
    public static Tensor OfNorms(IMatrixKernel kernel, Tensor x)
    {
        using var scope = NewDisposeScope();
        var sums = new ProfileSums([(1, kernel)], x.dtype);
        var derive = x.requires_grad && is_grad_enabled();
        Tensor value, gradient = x;
        using (no_grad())
        {
            var points = x.detach();
            var slopes = sums.EvaluateOnce(points.Squared().sum(1).unsqueeze(0), derive ? 1 : 0, values => values.Add(0, 1, 0, points.shape[0], 1));
            value = sums.Total(0).to(x.dtype);
            if (slopes is not null)
            {
                gradient = (points * slopes.t()).Times(2 * sums.SlopeFactor);
            }
        }

        return ClosedForm.Attach(x, gradient, value).MoveToOuterDisposeScope();
    }

    /// <summary>The kernels of a sum, or one, with their weights; none where one has no profile of matrices.</summary>
    public static IReadOnlyList<(double Weight, IMatrixKernel Kernel)>? Terms(IKernel kernel)
    {
        if (kernel is IMatrixKernel matrix)
        {
            return [(1, matrix)];
        }

        if (kernel is not SumKernel sum)
        {
            return null;
        }

        var all = new List<(double Weight, IMatrixKernel Kernel)>();
        foreach (var (weight, term) in sum.Terms)
        {
            if (Terms(term) is not { } inner)
            {
                return null;
            }

            all.AddRange(inner.Select(t => (weight * t.Weight, t.Kernel)));
        }

        return all;
    }

    /// <summary>φ(0).</summary>
    public static double AtZero(IReadOnlyList<(double Weight, IMatrixKernel Kernel)> terms)
    {
        var sum = 0.0;
        Span<double> value = [0];
        foreach (var (weight, kernel) in terms)
        {
            kernel.Profile([0.0], value, default);
            sum += weight * value[0];
        }

        return sum;
    }
}

/// <summary>One weighted sum over pairs under way.</summary>
internal sealed class MatrixPairSum
{
    private readonly PairWeights _weights;
    private readonly ProfileSums _profile;
    private readonly long _n, _m, _d;
    private readonly bool _inX, _inY;
    private readonly ScalarType _element;
    private readonly Tensor _points;
    private readonly List<Tensor> _gradients = [];
    private readonly List<Tensor> _otherGradients = [];
    private Tensor? _left, _right, _columns, _otherColumns;

    public MatrixPairSum(IReadOnlyList<(double Weight, IMatrixKernel Kernel)> terms, Tensor x, Tensor? y, PairWeights weights, bool inX, bool inY)
    {
        (_weights, _inX, _inY, _element) = (weights, inX, inY, x.dtype);
        (_n, _m, _d) = (x.shape[0], y?.shape[0] ?? 0, x.shape[1]);
        _points = (y is null ? x.detach() : cat([x.detach(), y.detach()], 0)).to(ScalarType.Float64);
        _profile = new(terms, x.dtype);
    }

    public Tensor Value { get; private set; } = null!;

    public Tensor GradientX => Joined(_gradients);

    public Tensor GradientY => Joined(_otherGradients);

    public void Run(long elementsPerBlock)
    {
        // Smaller by more than rounding, so that what should be 0 comes out negative, and is set to 0.
        var norms = _points.Squared().sum(1, keepdim: true);
        norms.Multiply(1 - (_d + 4) * Math.Pow(2, -52));
        var one = ones_like(norms);
        (_left, _right) = (cat([_points.Times(-2), norms, one], 1), cat([_points, one, norms], 1));
        if (_inX)
        {
            _columns = Scaled(4 * _weights.XX, 2 * _weights.XY);
        }

        if (_inY)
        {
            _otherColumns = Scaled(2 * _weights.XY, 4 * _weights.YY);
        }

        var all = _n + _m;
        if (all * all * _profile.Scales <= elementsPerBlock)
        {
            Block(0, all, 0);
        }
        else
        {
            Blocks(0, _n, 0, elementsPerBlock);
            Blocks(_n, all, _inY ? 0 : _n, elementsPerBlock);
        }

        var skipped = _weights.SkipWithin ? ((_weights.XX * _n) + (_weights.YY * _m)) * _profile.AtZero : 0;
        Value = _profile.Total(skipped).to(_element);
    }

    /// <summary>[c∘Z, c].</summary>
    private Tensor Scaled(double x, double y)
    {
        var columns = _right!.narrow(1, 0, _d + 1).clone();
        columns.narrow(0, 0, _n).Multiply(x * _profile.SlopeFactor);
        if (_m > 0)
        {
            columns.narrow(0, _n, _m).Multiply(y * _profile.SlopeFactor);
        }

        return columns;
    }

    private void Blocks(long start, long end, long firstColumn, long elementsPerBlock)
    {
        if (start == end)
        {
            return;
        }

        var rows = Math.Max(1, elementsPerBlock / ((_n + _m - firstColumn) * _profile.Scales));
        for (; start < end; start += rows)
        {
            Block(start, Math.Min(rows, end - start), firstColumn);
        }
    }

    /// <summary>Adds the pairs of some rows of Z with its rows from one on: of x with both samples, of y with y.</summary>
    private void Block(long start, long count, long firstColumn)
    {
        using var scope = NewDisposeScope();
        var rows = _points.narrow(0, start, count);
        var columns = _right!.narrow(0, firstColumn, _n + _m - firstColumn);
        var squared = _left!.narrow(0, start, count).mm(columns.t()).to(_element).Raise(0);
        var inX = Math.Clamp(_n - start, 0, count);
        var inY = count - inX;
        var slopes = _profile.Evaluate(squared, _inY ? count : _inX ? inX : 0, values =>
        {
            if (inX > 0)
            {
                values.Add(0, inX, 0, _n, _weights.XX);
            }

            if (inX > 0 && _m > 0)
            {
                values.Add(0, inX, _n, _m, _weights.XY);
            }

            if (inX > 0 && _weights.SkipAcross)
            {
                values.AddDiagonal(inX, _n + start, -_weights.XY);
            }

            if (inY > 0)
            {
                values.Add(inX, inY, _n - firstColumn, _m, _weights.YY);
            }
        });
        if (slopes is null)
        {
            return;
        }

        if (_weights.SkipAcross && inX > 0)
        {
            slopes.narrow(0, 0, inX).narrow(1, _n + start, inX).diagonal(0, 0, 1).zero_();
        }

        if (_weights.SkipAcross && _inY && inY > 0)
        {
            slopes.narrow(0, inX, inY).narrow(1, start + inX - _n, inY).diagonal(0, 0, 1).zero_();
        }

        var wide = slopes.to(ScalarType.Float64);
        if (_inX && inX > 0)
        {
            _gradients.Add(Gradient(wide.narrow(0, 0, inX), rows.narrow(0, 0, inX), _columns!));
        }

        if (_inY && inY > 0)
        {
            _otherGradients.Add(Gradient(wide.narrow(0, inX, inY), rows.narrow(0, inX, inY), _otherColumns!));
        }
    }

    private Tensor Gradient(Tensor slopes, Tensor rows, Tensor columns)
    {
        var products = slopes.mm(columns);
        return (rows * products.narrow(1, _d, 1)).sub_(products.narrow(1, 0, _d)).MoveToOuterDisposeScope();
    }

    private Tensor Joined(List<Tensor> gradients) => (gradients.Count == 1 ? gradients[0] : cat(gradients, 0)).to(_element);
}
