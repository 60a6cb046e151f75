using WassersteinAutoEncoders.Divergences.Pairs;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The squared Cramér–Wold distance between codes and prior samples, for any prior (Knop et al., JMLR 2020).</summary>
/// <remarks>
/// D² = 1/(2√(πγ))·[ mean_ij φ_d(‖q_i − q_j‖²/(4γ)) + mean_ij φ_d(‖p_i − p_j‖²/(4γ)) − 2·mean_ij φ_d(‖q_i − p_j‖²/(4γ)) ] with
/// φ_d(t) = ₁F₁(½; d/2; −t), in the form that <see cref="CramerWoldForm"/> states. By default γ = s²·(4/(3n))^⅖, n the number of codes and
/// prior samples in the harmonic mean and s² the variance of a coordinate of the prior, E‖p − p′‖²/(2d), estimated from the samples where they come without their prior. 0 for identical samples; never negative but for rounding. Sizes may differ.
/// Memory O((n + m)·d) on the CPU. Immutable, safe to share between threads.
/// </remarks>
public sealed class TwoSampleCramerWoldDivergence : ILatentDivergence
{
    private readonly double? _smoothing;

    /// <summary>Creates the divergence.</summary>
    /// <param name="form">Which form of φ_d applies; the exact one by default.</param>
    /// <param name="smoothing">γ, finite and &gt; 0; by Silverman's rule from the sizes and the prior's variance when <see langword="null"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public TwoSampleCramerWoldDivergence(CramerWoldForm form = CramerWoldForm.Exact, double? smoothing = null)
    {
        Form = Guard.CheckDefined(form);
        _smoothing = smoothing is { } gamma ? Guard.CheckPositive(gamma, nameof(smoothing)) : null;
    }

    /// <summary>The form of φ_d.</summary>
    public CramerWoldForm Form { get; }

    /// <inheritdoc cref="MmdDivergence.HigherDerivatives"/>
    public bool HigherDerivatives { get; init; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit, or the asymptotic form meets codes of one dimension.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        using var scope = NewDisposeScope();
        double n = encoded.shape[0], m = samples.shape[0];
        var gamma = _smoothing ?? prior.CoordinateVariance * CramerWold.Silverman(2 * n * m / (n + m));
        var kernel = new CramerWoldKernel(encoded.shape[1], Form, gamma);
        var weights = PairWeights.Of(MmdEstimator.Biased, n, m);
        return KernelPairSums.Evaluate(kernel, encoded, samples, weights, HigherDerivatives)
            .mul(CramerWold.Scale / Math.Sqrt(gamma)).MoveToOuterDisposeScope();
    }
}
