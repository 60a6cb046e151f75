using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Moments;

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

    private SingularValues(Tensor matrix)
    {
        var (n, d) = (matrix.shape[0], matrix.shape[1]);
        _matrix = matrix;
        _wide = n < d;
        var gram = _wide ? matrix.mm(matrix.t()) : matrix.t().mm(matrix);

        // eigh throws for what is not finite; chosen by tensor operations, so that nothing waits for the device.
        var finite = gram.isfinite().all();
        var (values, vectors) = linalg.eigh(where(finite, gram, zeros_like(gram)));
        var smallest = values.max() * (Roundings * Math.Max(n, d));
        values = where(values.gt(smallest), values, zeros_like(values)).sqrt();
        Values = where(finite, values, full_like(values, double.NaN)).flip(0);
        _vectors = vectors.flip(1);
    }

    /// <summary>σ_1 ≥ σ_2 ≥ …, min(n, d) of them; exactly 0 where rounding hides them.</summary>
    public Tensor Values { get; }

    /// <summary>Decomposes a matrix without gradient.</summary>
    /// <param name="matrix"><c>[n, d]</c>, float64.</param>
    public static SingularValues Of(Tensor matrix) => new(matrix);

    /// <summary>Σ w_i·u_i·v_iᵀ over the singular values that do not vanish, <c>[n, d]</c>.</summary>
    /// <param name="weights">w, min(n, d) values.</param>
    public Tensor Outer(Tensor weights)
    {
        // u_i = A·v_i/σ_i, and the other way round where there are fewer rows than columns.
        var factors = where(Values.gt(0), weights / Values, zeros_like(Values));
        var inner = (_vectors * factors).mm(_vectors.t());
        return _wide ? inner.mm(_matrix) : _matrix.mm(inner);
    }
}
