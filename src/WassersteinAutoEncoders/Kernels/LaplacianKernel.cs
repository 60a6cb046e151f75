using WassersteinAutoEncoders.Kernels.Radial;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Kernels;

/// <summary>The Laplacian kernel of the Euclidean distance: k(x, y) = exp(−‖x − y‖ / ℓ).</summary>
/// <remarks>
/// Positive definite (the Matérn kernel with ν = ½); k(x, x) = 1. Not differentiable at x = y, where the gradient is
/// taken as 0. Some libraries use the ℓ₁ norm instead; this one is rotation-invariant. Immutable; safe to share between
/// threads.
/// </remarks>
public sealed class LaplacianKernel : IMatrixKernel
{
    private static readonly DeviceNumbers Factors = new(1);

    /// <summary>Creates the kernel.</summary>
    /// <param name="length">ℓ, the distance at which k = e⁻¹; finite, &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not finite or not positive.</exception>
    public LaplacianKernel(double length)
    {
        Length = Guard.CheckPositive(length);
        KernelScales.ToSingle([1 / Length], nameof(length));
    }

    /// <summary>ℓ, the distance at which k = e⁻¹.</summary>
    public double Length { get; }

    /// <inheritdoc/>
    public Tensor Gram(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        return SquaredDistances.SquareRoot(SquaredDistances.Between(x, y)).Times(-1 / Length).exp().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<double> squaredDistances, Span<double> values, Span<double> derivatives)
        => ProfileLoop.Run(new LaplacianProfile<double>(1 / Length), squaredDistances, values, derivatives);

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<float> squaredDistances, Span<float> values, Span<float> derivatives)
        => ProfileLoop.Run(new LaplacianProfile<float>((float)(1 / Length)), squaredDistances, values, derivatives);

    DeviceNumbers IMatrixKernel.ValueFactors(ScalarType element) => Factors;

    double IMatrixKernel.SlopeFactor => -0.5 / Length;

    (Tensor Values, Tensor? Slopes) IMatrixKernel.Evaluate(Tensor squared, long slopeRows)
    {
        var distances = squared.sqrt();
        var values = distances.Times(-1 / Length).exp_();
        return (values.unsqueeze(0), slopeRows == 0 ? null : values.narrow(0, 0, slopeRows) / distances.narrow(0, 0, slopeRows));
    }
}

/// <summary>The energy kernel, the negative distance: k(x, y) = −‖x − y‖.</summary>
/// <remarks>
/// Conditionally positive definite: cᵀKc ≥ 0 for weights with Σc = 0, which is what the maximum mean discrepancy needs;
/// its square is then the energy distance 2E‖x − y‖ − E‖x − x′‖ − E‖y − y′‖ (Székely and Rizzo 2013). It has no
/// bandwidth to choose. k(x, x) = 0; the gradient at x = y is taken as 0. Immutable; safe to share between threads.
/// </remarks>
public sealed class EnergyKernel : IMatrixKernel
{
    private static readonly DeviceNumbers Factors = new(-1);

    /// <inheritdoc/>
    public Tensor Gram(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        return SquaredDistances.SquareRoot(SquaredDistances.Between(x, y)).neg().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<double> squaredDistances, Span<double> values, Span<double> derivatives)
        => ProfileLoop.Run(default(EnergyProfile<double>), squaredDistances, values, derivatives);

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<float> squaredDistances, Span<float> values, Span<float> derivatives)
        => ProfileLoop.Run(default(EnergyProfile<float>), squaredDistances, values, derivatives);

    DeviceNumbers IMatrixKernel.ValueFactors(ScalarType element) => Factors;

    double IMatrixKernel.SlopeFactor => -0.5;

    (Tensor Values, Tensor? Slopes) IMatrixKernel.Evaluate(Tensor squared, long slopeRows)
        => (squared.sqrt().unsqueeze(0), slopeRows == 0 ? null : squared.narrow(0, 0, slopeRows).rsqrt());
}
