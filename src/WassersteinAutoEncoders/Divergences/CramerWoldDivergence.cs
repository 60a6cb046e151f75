using WassersteinAutoEncoders.Divergences.Pairs;
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
public sealed class CramerWoldDivergence : ILatentDivergence
{
    private readonly double? _smoothing;

    /// <summary>Creates the divergence.</summary>
    /// <param name="form">Which form of φ_d applies; the exact one by default.</param>
    /// <param name="smoothing">γ, finite and &gt; 0; by Silverman's rule from the batch size when <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">The form has no name, or γ is outside its range.</exception>
    public CramerWoldDivergence(CramerWoldForm form = CramerWoldForm.Exact, double? smoothing = null)
    {
        Form = Guard.CheckDefined(form);
        _smoothing = smoothing is { } gamma ? Guard.CheckPositive(gamma, nameof(smoothing)) : null;
    }

    /// <summary>The form of φ_d.</summary>
    public CramerWoldForm Form { get; }

    /// <inheritdoc cref="MmdDivergence.HigherDerivatives"/>
    public bool HigherDerivatives { get; init; }

    /// <summary>The estimate of D² from codes alone.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="prior">P_Z, whose prior is a <see cref="GaussianPrior"/> on ℝᵈ; no samples are drawn.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in <paramref name="encoded"/>.</returns>
    /// <exception cref="ArgumentException">The prior is not Gaussian, the asymptotic form meets one dimension, or the codes' shape or element type does not fit.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var gaussian = prior.Require<GaussianPrior>(nameof(CramerWoldDivergence), $"Use {nameof(TwoSampleCramerWoldDivergence)}, which takes samples of any prior.");
        Guard.CheckPoints(encoded, nameof(encoded), gaussian.Dimension);
        using var scope = NewDisposeScope();
        var d = gaussian.Dimension;
        var form = CramerWoldProfile.Checked(Form, d);
        var variance = gaussian.StandardDeviation * gaussian.StandardDeviation;
        var gamma = _smoothing ?? variance * CramerWold.Silverman(encoded.shape[0]);
        var weights = PairWeights.OfOneSample(MmdEstimator.Biased, encoded.shape[0]);
        var within = KernelPairSums.Evaluate(new CramerWoldKernel(d, form, gamma), encoded, null, weights, HigherDerivatives);
        var across = CramerWoldProfile.Evaluate(encoded.square().sum(1) / (4 * gamma + 2 * variance), d, form).mean();
        return ((within / Math.Sqrt(gamma) + 1 / Math.Sqrt(variance + gamma) - across * (2 / Math.Sqrt(gamma + variance / 2)))
            * CramerWold.Scale).MoveToOuterDisposeScope();
    }
}
