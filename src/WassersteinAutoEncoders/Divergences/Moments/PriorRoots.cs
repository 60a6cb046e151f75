using System.Runtime.CompilerServices;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Moments;

/// <summary>The mean of a prior and the roots of its covariance Σ, worked out once for each prior.</summary>
internal sealed class PriorRoots
{
    private const double Vanishing = 1e-12;
    private static readonly ConditionalWeakTable<IMomentPrior, PriorRoots> Known = [];

    private readonly DeviceNumbers _mean;
    private readonly DeviceNumbers? _root;
    private readonly DeviceNumbers? _inverse;

    private PriorRoots(PriorMoments moments)
    {
        var d = moments.Mean.Count;
        _mean = new([.. moments.Mean]);
        for (var i = 0; i < d; i++)
        {
            Trace += moments.Covariance[i, i];
        }

        Deviation = Math.Sqrt(Trace / d);
        if (IsIsotropic(moments.Covariance, Trace / d))
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (values, vectors) = linalg.eigh(tensor(moments.Covariance));
        values = values.AtLeast(0);
        _root = new(Values((vectors * values.sqrt()).mm(vectors.t())));

        // Where the prior has no extent, codes count in the unit of its other coordinates.
        var present = values.gt(values.max().Times(Vanishing));
        var inverse = where(present, values.AtLeast(double.Epsilon).rsqrt().Times(Deviation), ones_like(values));
        _inverse = new(Values((vectors * inverse).mm(vectors.t())));
    }

    /// <summary>tr Σ.</summary>
    public double Trace { get; }

    /// <summary>s with s² = tr Σ/d, the root of the mean variance of a coordinate.</summary>
    public double Deviation { get; }

    /// <summary>The roots of a prior.</summary>
    public static PriorRoots Of(IMomentPrior prior) => Known.GetValue(prior, static p => new PriorRoots(Guard.CheckReturned(p.Moments, $"the moments of the prior ({p.GetType().Name})")));

    /// <summary>E p, <c>[d]</c>, float64.</summary>
    public Tensor Mean(Tensor like) => _mean.On(like, ScalarType.Float64).reshape(-1);

    /// <summary>Points times Σ^½.</summary>
    public Tensor TimesRoot(Tensor points) => Times(points, _root, Deviation);

    /// <summary>Points times s·Σ^−½, which is the identity for Σ = s²I.</summary>
    public Tensor Whitened(Tensor points) => Times(points, _inverse, 1);

    private static Tensor Times(Tensor points, DeviceNumbers? matrix, double factor)
        => matrix is null ? points.Times(factor) : points.mm(matrix.On(points, ScalarType.Float64).reshape(points.shape[1], points.shape[1]));

    private static double[] Values(Tensor matrix) => TensorSpan.ToArray<double>(matrix);

    private static bool IsIsotropic(double[,] covariance, double variance)
    {
        for (var i = 0; i < covariance.GetLength(0); i++)
        {
            for (var j = 0; j < covariance.GetLength(1); j++)
            {
                if (Math.Abs(covariance[i, j] - (i == j ? variance : 0)) > variance * Vanishing)
                {
                    return false;
                }
            }
        }

        return true;
    }
}

/// <summary>The singular values of a matrix <c>[n, d]</c> from the eigenvalues of its smaller Gram matrix, and the gradients of functions of them.</summary>
/// <remarks>
/// <para>A function f of the singular values σ has the gradient Σ f′(σ_i)·u_i·v_iᵀ. It holds no difference of eigenvalues, so that it is finite where
/// they meet, and u_i·v_iᵀ is taken as 0 where σ_i vanishes, which is a subgradient of every such f that is least there.</para>
/// <para>Everything lives in the dispose scope of the caller. Where an element is not finite, so is no singular value.</para>
/// </remarks>
internal sealed class SingularValues
{
    // Eigenvalues of a Gram matrix are known to a few roundings of the largest; the root of what lies below is noise.
    private const double Roundings = 64 * 2.22e-16;

    private readonly Tensor _matrix;
    private readonly Tensor _vectors;
    private readonly bool _wide;

    private SingularValues(Tensor matrix, Tensor gram, long largest, bool wide)
    {
        (_matrix, _wide) = (matrix, wide);

        // eigh throws for what is not finite; chosen by tensor operations, so that nothing waits for the device.
        var finite = gram.isfinite().all();
        var (values, vectors) = linalg.eigh(where(finite, gram, zeros_like(gram)));
        var smallest = values.max().Times(Roundings * largest);
        values = where(values.gt(smallest), values, zeros_like(values)).sqrt();
        Values = where(finite, values, values.Filled(double.NaN)).flip(0);
        _vectors = vectors.flip(1);
    }

    /// <summary>σ_1 ≥ σ_2 ≥ …, min(n, d) of them; exactly 0 where rounding hides them.</summary>
    public Tensor Values { get; }

    /// <summary>Decomposes a matrix without gradient.</summary>
    /// <param name="matrix"><c>[n, d]</c>, float64.</param>
    public static SingularValues Of(Tensor matrix)
    {
        var (n, d) = (matrix.shape[0], matrix.shape[1]);
        var wide = n < d;
        return new(matrix, wide ? matrix.mm(matrix.t()) : Gram(matrix), Math.Max(n, d), wide);
    }

    /// <summary>Decomposes a matrix of n ≥ d rows, of which some are here, by the Gram matrix of all.</summary>
    /// <param name="rows">The rows that are here, float64.</param>
    /// <param name="gram">AᵀA, <c>[d, d]</c>.</param>
    /// <param name="count">n.</param>
    public static SingularValues OfRows(Tensor rows, Tensor gram, long count) => new(rows, gram, count, wide: false);

    /// <summary>AᵀA of some rows: the Gram matrices of all parts add up to that of the matrix.</summary>
    public static Tensor Gram(Tensor rows) => rows.t().mm(rows);

    /// <summary>Σ w_i·u_i·v_iᵀ over the singular values that do not vanish, <c>[n, d]</c>, or its rows that are here.</summary>
    /// <param name="weights">w, min(n, d) values.</param>
    public Tensor Outer(Tensor weights)
    {
        // u_i = A·v_i/σ_i, and the other way round where there are fewer rows than columns.
        var factors = where(Values.IsPositive(), weights / Values, zeros_like(Values));
        var inner = (_vectors * factors).mm(_vectors.t());
        return _wide ? inner.mm(_matrix) : _matrix.mm(inner);
    }
}
