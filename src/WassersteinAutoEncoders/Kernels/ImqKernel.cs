using TorchSharp;
using WassersteinAutoEncoders.Kernels.Radial;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Kernels;

/// <summary>The inverse multiquadratic kernel, a sum over scales: k(x, y) = Σ_s s·C₀ / (s·C₀ + ‖x − y‖²).</summary>
/// <remarks>
/// Positive definite, heavy-tailed: its gradient still pulls at codes far from the prior, where a Gaussian kernel's
/// has vanished. k(x, x) is the number of scales. Source: Tolstikhin et al. 2018 (arXiv 1711.01558), section 4, and the
/// authors' code for the scales. Immutable; safe to share between threads.
/// </remarks>
public sealed class ImqKernel : IMatrixKernel, IGaussianIntegrableKernel
{
    private static readonly double[] AuthorsScales = [0.1, 0.2, 0.5, 1, 2, 5, 10];
    private readonly double[] _constants;
    private readonly float[] _singleConstants;
    private readonly DeviceNumbers _roots;
    private readonly DeviceNumbers _inverseRoots;

    /// <summary>Creates the kernel from a base scale.</summary>
    /// <param name="baseScale">C₀, finite and &gt; 0: a typical squared distance of two prior samples.</param>
    /// <param name="scales">The factors s of C₀, each finite and &gt; 0, at least one; <see cref="DefaultScales"/> when <see langword="null"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A scale is not finite or not positive.</exception>
    /// <exception cref="ArgumentException">There are no scales.</exception>
    public ImqKernel(double baseScale, IEnumerable<double>? scales = null)
    {
        BaseScale = Guard.CheckPositive(baseScale);
        Scales = KernelScales.Check(scales ?? AuthorsScales, nameof(scales));
        _constants = [.. Scales.Select(s => Guard.CheckPositive(s * BaseScale, nameof(baseScale)))];
        _singleConstants = KernelScales.ToSingle(_constants, nameof(baseScale));
        _roots = new(Array.ConvertAll(_constants, Math.Sqrt));
        _inverseRoots = new(Array.ConvertAll(_constants, c => 1 / Math.Sqrt(c)));
    }

    /// <summary>The scales of the authors' code: 0.1, 0.2, 0.5, 1, 2, 5, 10.</summary>
    public static IReadOnlyList<double> DefaultScales { get; } = Array.AsReadOnly(AuthorsScales);

    /// <summary>C₀, the squared distance that the scales are multiples of.</summary>
    public double BaseScale { get; }

    /// <summary>The factors s of <see cref="BaseScale"/>.</summary>
    public IReadOnlyList<double> Scales { get; }

    /// <summary>The kernel whose base scale is the expected squared distance of two samples of the prior, as in the authors' code: 2dσ² for N(0, σ²I).</summary>
    /// <param name="prior">The prior that codes are compared with.</param>
    /// <param name="scales">The factors of the base scale; <see cref="DefaultScales"/> when <see langword="null"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A scale is not finite or not positive, or the prior's expected squared distance is not.</exception>
    public static ImqKernel ForPrior(IPrior prior, IEnumerable<double>? scales = null)
    {
        ArgumentNullException.ThrowIfNull(prior);
        return new ImqKernel(Guard.CheckPositive(prior.ExpectedSquaredDistance), scales);
    }

    /// <inheritdoc/>
    public Tensor Gram(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        var squared = SquaredDistances.Between(x, y);
        var sum = squared.Plus(_constants[0]).reciprocal().Times(_constants[0]);
        foreach (var c in _constants.AsSpan(1))
        {
            sum = sum.Plus(squared.Plus(c).reciprocal().Times(c));
        }

        return sum.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<double> squaredDistances, Span<double> values, Span<double> derivatives)
        => ProfileLoop.Run(new ImqProfile<double>(_constants), squaredDistances, values, derivatives);

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<float> squaredDistances, Span<float> values, Span<float> derivatives)
        => ProfileLoop.Run(new ImqProfile<float>(_singleConstants), squaredDistances, values, derivatives);

    DeviceNumbers IMatrixKernel.ValueFactors(ScalarType element) => _roots;

    double IMatrixKernel.SlopeFactor => -1;

    (Tensor Values, Tensor? Slopes) IMatrixKernel.Evaluate(Tensor squared, long slopeRows)
    {
        // v = √C/(C + s), all scales at once: φ = Σ √C·v and φ′ = −Σ v².
        var values = _roots.On(squared, squared.dtype).PlusProduct(squared, _inverseRoots.On(squared, squared.dtype)).reciprocal_();
        return (values, slopeRows == 0 ? null : values.narrow(1, 0, slopeRows).SumOfSquares(squared.device_type != DeviceType.CPU));
    }

    /// <summary>The kernel's mean over N(0, s²I), by one-dimensional quadrature over the Gaussian kernels it is a mixture of: relative error below 1e-9 in float64 for ‖x‖² from 0 to 1e8.</summary>
    /// <param name="prior">The prior.</param>
    public IKernelMean MeanOver(GaussianPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        return ImqGaussianMean.Of(_constants, prior.Dimension, prior.StandardDeviation);
    }
}
