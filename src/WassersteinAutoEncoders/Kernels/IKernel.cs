using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;

namespace WassersteinAutoEncoders.Kernels;

/// <summary>A symmetric positive definite (or conditionally positive definite) kernel k(x, y) on the latent space.</summary>
/// <remarks>
/// Implementations are pure: they hold hyper-parameters, never state, keep no reference to their arguments, and
/// may be shared between threads. A kernel of the distance alone should also implement <see cref="IRadialKernel"/>,
/// which opens the fast path of <c>MmdDivergence</c>.
/// </remarks>
public interface IKernel
{
    /// <summary>The Gram matrix K with K[i, j] = k(x[i], y[j]).</summary>
    /// <param name="x">Points, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="y">Points, <c>[m, d]</c>, of the element type and on the device of <paramref name="x"/>.</param>
    /// <returns><c>[n, m]</c>, differentiable in both arguments; gradients are finite where points coincide.</returns>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit.</exception>
    torch.Tensor Gram(torch.Tensor x, torch.Tensor y);
}

/// <summary>A kernel of the squared distance alone: k(x, y) = φ(‖x − y‖²).</summary>
/// <remarks>
/// The profile is evaluated on spans, so that value and gradient of a divergence need one vectorised pass over a
/// tile of squared distances and never a matrix of all pairs.
/// Both overloads are called from several threads at once, with spans of any length; φ(s) must not depend on where in the
/// span s stands, or identical samples are no longer at distance exactly 0.
/// </remarks>
public interface IRadialKernel : IKernel
{
    /// <summary>The profile φ(s) and its derivative φ′(s) at squared distances s ≥ 0.</summary>
    /// <param name="squaredDistances">Squared distances s, each ≥ 0.</param>
    /// <param name="values">Receives φ(s); of the same length.</param>
    /// <param name="derivatives">
    /// Receives dφ/ds, of the same length, or is empty where the derivative is not wanted. Where φ′ is unbounded at
    /// s = 0 it receives 0 there: the gradient of φ(‖x − y‖²) at x = y is taken as 0, as symmetry demands.
    /// </param>
    void Profile(ReadOnlySpan<double> squaredDistances, Span<double> values, Span<double> derivatives);

    /// <inheritdoc cref="Profile(ReadOnlySpan{double}, Span{double}, Span{double})"/>
    void Profile(ReadOnlySpan<float> squaredDistances, Span<float> values, Span<float> derivatives);
}

/// <summary>A radial kernel that is also evaluated on whole matrices of squared distances, in few operations: on a GPU each one is a launch and a way through memory.</summary>
internal interface IMatrixKernel : IRadialKernel
{
    /// <summary>a of φ(s) = Σ_l a_l·v_l(s), for an element type.</summary>
    DeviceNumbers ValueFactors(torch.ScalarType element);

    /// <summary>b of φ′(s) = b·w(s).</summary>
    double SlopeFactor { get; }

    /// <summary>v and w of squared distances; may share memory.</summary>
    /// <param name="squared">Squared distances, <c>[r, c]</c>.</param>
    /// <param name="slopeRows">The number of leading rows that w is wanted for.</param>
    /// <returns>v, <c>[l, r, c]</c>, and w, <c>[slopeRows, c]</c>, of any value where s = 0; none for 0 rows.</returns>
    (torch.Tensor Values, torch.Tensor? Slopes) Evaluate(torch.Tensor squared, long slopeRows);
}

/// <summary>The mean of a kernel over a distribution P of its second argument (the kernel mean embedding of P).</summary>
public interface IKernelMean
{
    /// <summary>E k(p, p′) of two independent p, p′ ~ P.</summary>
    double Expectation { get; }

    /// <summary>μ(x) = E k(x, p), p ~ P.</summary>
    /// <param name="x">Points, <c>[n, d]</c>, float32 or float64.</param>
    /// <returns><c>[n]</c>, differentiable any number of times.</returns>
    torch.Tensor Evaluate(torch.Tensor x);
}

/// <summary>A kernel whose mean over a Gaussian prior is known, so that <c>IntegratedMmdDivergence</c> needs no prior samples.</summary>
public interface IGaussianIntegrableKernel : IKernel
{
    /// <summary>The kernel's mean over a Gaussian prior, μ(x) = E k(x, p) with p ~ N(0, s²I).</summary>
    /// <param name="prior">The prior.</param>
    IKernelMean MeanOver(GaussianPrior prior);
}
