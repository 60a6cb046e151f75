using WassersteinAutoEncoders.Kernels.Radial;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Kernels;

/// <summary>The Gaussian kernel, a sum over scales: k(x, y) = Σ_s exp(−‖x − y‖² / (2·s·σ²)).</summary>
/// <remarks>
/// Positive definite; k(x, x) is the number of scales. Its gradient vanishes for codes many σ from every prior sample:
/// choose σ² from the prior or with <see cref="MedianHeuristic"/>, both by one convention: half the typical squared distance
/// of two points, so that k = e⁻¹ at that distance; or sum over several scales. Immutable; safe to share
/// between threads.
/// </remarks>
public sealed class RbfKernel : IMatrixKernel, IGaussianIntegrableKernel
{
    private readonly double[] _rates;
    private readonly float[] _singleRates;
    private readonly DeviceNumbers _factors;
    private readonly DeviceNumbers _logarithms;
    private readonly DeviceNumbers _negativeRates;

    /// <summary>Creates the kernel from a bandwidth.</summary>
    /// <param name="variance">σ² of exp(−r²/(2σ²)), finite and &gt; 0; half the squared distance at which k = e⁻¹.</param>
    /// <param name="scales">The factors s of σ², each finite and &gt; 0, at least one; only 1 when <see langword="null"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite or not positive.</exception>
    /// <exception cref="ArgumentException">There are no scales.</exception>
    public RbfKernel(double variance, IEnumerable<double>? scales = null)
    {
        Variance = Guard.CheckPositive(variance);
        Scales = KernelScales.Check(scales ?? [1], nameof(scales));
        _rates = [.. Scales.Select(s => Guard.CheckPositive(1 / (2 * s * Variance), nameof(variance)))];
        _singleRates = KernelScales.ToSingle(_rates, nameof(variance));
        _factors = _rates.Length == 1 ? new(1) : new(Array.ConvertAll(_rates, r => 1 / r));
        _logarithms = new(Array.ConvertAll(_rates, Math.Log));
        _negativeRates = new(Array.ConvertAll(_rates, r => -r));
    }

    /// <summary>σ², the squared bandwidth that the scales are multiples of.</summary>
    public double Variance { get; }

    /// <summary>The factors s of <see cref="Variance"/>.</summary>
    public IReadOnlyList<double> Scales { get; }

    /// <summary>The kernel whose σ² is half the expected squared distance of two samples of the prior, as <see cref="MedianHeuristic.Pooled"/> has it of the data, so that k = e⁻¹ at that distance: σ² = d·s² for N(0, s²I).</summary>
    /// <param name="prior">The prior that codes are compared with.</param>
    /// <param name="scales">The factors of σ²; only 1 when <see langword="null"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A scale is not finite or not positive, or the prior's expected squared distance is not.</exception>
    public static RbfKernel ForPrior(IPrior prior, IEnumerable<double>? scales = null)
    {
        ArgumentNullException.ThrowIfNull(prior);
        return new RbfKernel(Guard.CheckPositive(prior.ExpectedSquaredDistance) / 2, scales);
    }

    /// <inheritdoc/>
    public Tensor Gram(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        var squared = SquaredDistances.Between(x, y);
        var sum = squared.Times(-_rates[0]).exp();
        foreach (var rate in _rates.AsSpan(1))
        {
            sum = sum.Plus(squared.Times(-rate).exp());
        }

        return sum.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<double> squaredDistances, Span<double> values, Span<double> derivatives)
        => ProfileLoop.Run(new RbfProfile<double>(_rates), squaredDistances, values, derivatives);

    /// <inheritdoc/>
    public void Profile(ReadOnlySpan<float> squaredDistances, Span<float> values, Span<float> derivatives)
        => ProfileLoop.Run(new RbfProfile<float>(_singleRates), squaredDistances, values, derivatives);

    DeviceNumbers IMatrixKernel.ValueFactors(ScalarType element) => _factors;

    double IMatrixKernel.SlopeFactor => _rates.Length == 1 ? -_rates[0] : -1;

    (Tensor Values, Tensor? Slopes) IMatrixKernel.Evaluate(Tensor squared, long slopeRows)
    {
        if (_rates.Length == 1)
        {
            var value = squared.Times(-_rates[0]).exp_();
            return (value.unsqueeze(0), slopeRows == 0 ? null : value.narrow(0, 0, slopeRows));
        }

        // v = r·e^(−r·s), all scales at once: φ = Σ v/r and φ′ = −Σ v.
        var values = _logarithms.On(squared, squared.dtype).PlusProduct(squared, _negativeRates.On(squared, squared.dtype)).exp_();
        return (values, slopeRows == 0 ? null : values.narrow(1, 0, slopeRows).sum([0]));
    }

    /// <summary>The kernel's mean over N(0, s²I), in closed form: Σ (σ²/(σ² + s²))^(d/2)·exp(−‖x‖²/(2(σ² + s²))) over the scales' σ².</summary>
    /// <param name="prior">The prior.</param>
    public IKernelMean MeanOver(GaussianPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var s2 = prior.StandardDeviation * prior.StandardDeviation;
        double[] variances = [.. Scales.Select(scale => scale * Variance)];
        return new GaussianMixtureMean(
            prior.Dimension,
            Array.ConvertAll(variances, v => Math.Pow(v / (v + s2), prior.Dimension / 2.0)),
            Array.ConvertAll(variances, v => 1 / (2 * (v + s2))),
            variances.Sum(v => Math.Pow(v / (v + (2 * s2)), prior.Dimension / 2.0)));
    }
}
