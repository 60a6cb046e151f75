using WassersteinAutoEncoders.Divergences.Pairs;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The squared Cramér–Wold distance between the codes and N(0, s²I), the prior integrated out (Knop et al., JMLR 2020).</summary>
/// <remarks>
/// <para>It is the mean over directions θ of the squared L² distance between the projections' densities, both smoothed by N(0, γ):
/// D² = 1/(2√π)·[ (1/n²)·Σ_ij γ^−½·φ_d(‖q_i − q_j‖²/(4γ)) + (s² + γ)^−½ − (2/n)·Σ_i (γ + s²/2)^−½·φ_d(‖q_i‖²/(4γ + 2s²)) ]
/// with φ_d(t) = ₁F₁(½; d/2; −t), in the form that <see cref="CramerWoldForm"/> states. For s = 1 and the asymptotic form this is the
/// paper's closed form. The default smoothing is γ = s²·(4/(3n))^⅖ (Silverman's rule).</para>
/// <para>In the exact form it is never negative; rounding in float32 may leave −1e-7. Smooth everywhere; n = 1 is allowed.
/// Memory O(n·d) on the CPU. Immutable, safe to share between threads.</para>
/// </remarks>
public sealed class CramerWoldDivergence : IRowDivergence
{
    /// <summary>Creates the divergence.</summary>
    /// <param name="form">Which form of φ_d applies; the exact one by default.</param>
    /// <param name="smoothing">γ, finite and &gt; 0; by Silverman's rule from the batch size when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">The form has no name, or γ is outside its range.</exception>
    public CramerWoldDivergence(CramerWoldForm form = CramerWoldForm.Exact, double? smoothing = null)
    {
        Form = Guard.CheckDefined(form);
        Smoothing = smoothing is { } gamma ? Guard.CheckPositive(gamma, nameof(smoothing)) : null;
    }

    /// <summary>The form of φ_d.</summary>
    public CramerWoldForm Form { get; }

    /// <summary>γ, the variance of the smoothing; <see langword="null"/> where Silverman's rule gives it.</summary>
    public double? Smoothing { get; }

    /// <inheritdoc cref="MmdDivergence.HigherDerivatives"/>
    public bool HigherDerivatives { get; init; }

    /// <summary>The estimate of D² from codes alone.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="prior">P_Z, whose prior is a <see cref="GaussianPrior"/> on ℝᵈ; no samples are drawn.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in <paramref name="encoded"/>.</returns>
    /// <exception cref="ArgumentException">The prior is not Gaussian, the asymptotic form meets one dimension, or the codes' shape or element type does not fit.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var (d, form, variance, gamma) = Settings(encoded, prior);
        using var scope = NewDisposeScope();
        var weights = PairWeights.OfOneSample(MmdEstimator.Biased, encoded.shape[0]);
        var within = KernelPairSums.Evaluate(new CramerWoldKernel(d, form, gamma), encoded, null, weights, HigherDerivatives);
        var across = HigherDerivatives
            ? CramerWoldProfile.Evaluate(encoded.Squared().sum(1).Over(4 * gamma + 2 * variance), d, form).mean()
            : MatrixPairSums.OfNorms(new CramerWoldKernel(d, form, gamma + variance / 2), encoded).Over(encoded.shape[0]);
        return (within.Over(Math.Sqrt(gamma)).Plus(1 / Math.Sqrt(variance + gamma)) - across.Times(2 / Math.Sqrt(gamma + variance / 2))).Times(CramerWold.Scale).MoveToOuterDisposeScope();
    }

    Tensor? IRowDivergence.EvaluateRows(Tensor encoded, long start, long count, PriorSamples prior)
    {
        var (d, form, variance, gamma) = Settings(encoded, prior);
        using var scope = NewDisposeScope();
        var n = encoded.shape[0];
        var weights = PairWeights.OfOneSample(MmdEstimator.Biased, n);
        if (HigherDerivatives || RadialPairTensors.EvaluateRows(new CramerWoldKernel(d, form, gamma), encoded, null, weights, start, count) is not { } within)
        {
            return null;
        }

        if (count == 0)
        {
            return within.MoveToOuterDisposeScope();
        }

        var across = CramerWoldProfile.Evaluate(encoded.narrow(0, start, count).Squared().sum(1).Over(4 * gamma + 2 * variance), d, form).sum();
        return (within.Over(Math.Sqrt(gamma)).Plus(count / (n * Math.Sqrt(variance + gamma))) - across.Times(2 / (n * Math.Sqrt(gamma + variance / 2))))
            .Times(CramerWold.Scale).MoveToOuterDisposeScope();
    }

    private (long Dimension, CramerWoldForm Form, double Variance, double Gamma) Settings(Tensor encoded, PriorSamples prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var gaussian = prior.Require<GaussianPrior>(nameof(CramerWoldDivergence), $"Use {nameof(TwoSampleCramerWoldDivergence)}, which takes samples of any prior.");
        Guard.CheckPoints(encoded, nameof(encoded), gaussian.Dimension);
        var variance = gaussian.StandardDeviation * gaussian.StandardDeviation;
        return (gaussian.Dimension, CramerWoldProfile.Checked(Form, gaussian.Dimension), variance, Smoothing ?? variance * CramerWold.Silverman(encoded.shape[0]));
    }
}

/// <summary>Which form of the profile φ_d(s) = ₁F₁(½; d/2; −s) a Cramér–Wold divergence is computed with.</summary>
public enum CramerWoldForm
{
    /// <summary>Exact in every dimension, and the default: e^−s for d = 1, otherwise a Chebyshev series of φ_d, true to 1e-11 in float64 and to 1e-6 in float32.</summary>
    Exact,

    /// <summary>
    /// The paper's (1 + 4s/(2d − 3))^−½, for d ≥ 2: to reproduce results computed with it, and for nothing else. It is no positive
    /// definite function of codes and prior together, so that the divergence does not fall to 0 with the number of codes: for exact samples of N(0, I), n = 1,000,
    /// it is 5.4e-3 at d = 20 and 2.2e-3 at d = 64, where the exact form is below 1e-3. The largest error of φ_d falls from 0.21 (d = 2) over 0.022 (d = 8) and
    /// 0.0077 (d = 20) to 0.0023 (d = 64). The paper recommends it from d = 20 on; the cwae code uses it from d = 8 on.
    /// </summary>
    Asymptotic,
}

/// <summary>The squared Cramér–Wold distance between codes and prior samples, for any prior (Knop et al., JMLR 2020).</summary>
/// <remarks>
/// D² = 1/(2√(πγ))·[ mean_ij φ_d(‖q_i − q_j‖²/(4γ)) + mean_ij φ_d(‖p_i − p_j‖²/(4γ)) − 2·mean_ij φ_d(‖q_i − p_j‖²/(4γ)) ] with
/// φ_d(t) = ₁F₁(½; d/2; −t), in the form that <see cref="CramerWoldForm"/> states. By default γ = s²·(4/(3n))^⅖, n the number of codes and
/// prior samples in the harmonic mean and s² the variance of a coordinate of the prior, E‖p − p′‖²/(2d), estimated from the samples where they come without their prior. 0 for identical samples; never negative but for rounding. Sizes may differ.
/// Memory O((n + m)·d) on the CPU. Immutable, safe to share between threads.
/// </remarks>
public sealed class TwoSampleCramerWoldDivergence : IRowDivergence
{
    /// <summary>Creates the divergence.</summary>
    /// <param name="form">Which form of φ_d applies; the exact one by default.</param>
    /// <param name="smoothing">γ, finite and &gt; 0; by Silverman's rule from the sizes and the prior's variance when <see langword="null"/>, a constant to the gradient.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TwoSampleCramerWoldDivergence(CramerWoldForm form = CramerWoldForm.Exact, double? smoothing = null)
    {
        Form = Guard.CheckDefined(form);
        Smoothing = smoothing is { } gamma ? Guard.CheckPositive(gamma, nameof(smoothing)) : null;
    }

    /// <summary>The form of φ_d.</summary>
    public CramerWoldForm Form { get; }

    /// <summary>γ, the variance of the smoothing; <see langword="null"/> where Silverman's rule gives it.</summary>
    public double? Smoothing { get; }

    /// <inheritdoc cref="MmdDivergence.HigherDerivatives"/>
    public bool HigherDerivatives { get; init; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit, or the asymptotic form meets codes of one dimension.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        using var scope = NewDisposeScope();
        var (samples, kernel, weights, scale) = Settings(encoded, prior);
        return KernelPairSums.Evaluate(kernel, encoded, samples, weights, HigherDerivatives).Times(scale).MoveToOuterDisposeScope();
    }

    Tensor? IRowDivergence.EvaluateRows(Tensor encoded, long start, long count, PriorSamples prior)
    {
        using var scope = NewDisposeScope();
        var (samples, kernel, weights, scale) = Settings(encoded, prior);
        return HigherDerivatives ? null : RadialPairTensors.EvaluateRows(kernel, encoded, samples, weights, start, count)?.Times(scale).MoveToOuterDisposeScope();
    }

    private (Tensor Samples, CramerWoldKernel Kernel, PairWeights Weights, double Scale) Settings(Tensor encoded, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        double n = encoded.shape[0], m = samples.shape[0];
        var gamma = Smoothing ?? prior.CoordinateVariance * CramerWold.Silverman(2 * n * m / (n + m));
        return (samples, new CramerWoldKernel(encoded.shape[1], Form, gamma), PairWeights.Of(MmdEstimator.Biased, n, m), CramerWold.Scale / Math.Sqrt(gamma));
    }
}

/// <summary>The numbers that both Cramér–Wold divergences share.</summary>
internal static class CramerWold
{
    /// <summary>1/(2√π), from the density of N(0, 2γ) at 0 = 1/(2√π)·γ^−½.</summary>
    public static double Scale { get; } = 0.5 / Math.Sqrt(Math.PI);

    /// <summary>(4/(3n))^⅖, the smoothing variance for n points of unit variance in one dimension.</summary>
    public static double Silverman(double count) => Math.Pow(4 / (3 * count), 0.4);
}
