using WassersteinAutoEncoders.Kernels.Radial;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Kernels;

/// <summary>The rational quadratic kernel: k(x, y) = (1 + ‖x − y‖² / (2·α·ℓ²))^(−α).</summary>
/// <remarks>
/// Positive definite, a mixture of Gaussian kernels over bandwidths; it tends to the Gaussian kernel with σ² = ℓ² as
/// α → ∞, and is one scale of <see cref="ImqKernel"/> with C = 2ℓ² at α = 1. k(x, x) = 1. Immutable; safe to share
/// between threads.
/// </remarks>
public sealed class RationalQuadraticKernel : IMatrixKernel
{
    private static readonly DeviceNumbers Factors = new(1);
    private readonly double _rate;

    /// <summary>Creates the kernel.</summary>
    /// <param name="length">ℓ, finite, &gt; 0.</param>
    /// <param name="alpha">α, finite, &gt; 0; small values give heavier tails. 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite or not positive.</exception>
    public RationalQuadraticKernel(double length, double alpha = 1)
    {
        Length = Guard.CheckPositive(length);
        Alpha = Guard.CheckPositive(alpha);
        _rate = Guard.CheckPositive(1 / (2 * alpha * length * length), nameof(length));
        KernelScales.ToSingle([_rate, alpha, _rate * alpha], nameof(length));
    }

    /// <summary>ℓ, the length scale.</summary>
    public double Length { get; }

    /// <summary>α, how fast the tails fall.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    public Tensor Gram(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        return SquaredDistances.Between(x, y).Times(_rate).log1p().Times(-Alpha).exp().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<double> squaredDistances, Span<double> values, Span<double> derivatives)
        => ProfileLoop.Run(new RationalQuadraticProfile<double>(_rate, Alpha), squaredDistances, values, derivatives);

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<float> squaredDistances, Span<float> values, Span<float> derivatives)
        => ProfileLoop.Run(new RationalQuadraticProfile<float>((float)_rate, (float)Alpha), squaredDistances, values, derivatives);

    DeviceNumbers IMatrixKernel.ValueFactors(ScalarType element) => Factors;

    double IMatrixKernel.SlopeFactor => -Alpha * _rate;

    (Tensor Values, Tensor? Slopes) IMatrixKernel.Evaluate(Tensor squared, long slopeRows)
    {
        var logarithms = squared.Times(_rate).log1p_();
        return (logarithms.Times(-Alpha).exp_().unsqueeze(0), slopeRows == 0 ? null : logarithms.narrow(0, 0, slopeRows).Times(-Alpha - 1).exp_());
    }
}
