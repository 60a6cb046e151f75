using WassersteinAutoEncoders.Divergences.Moments;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The squared Bures–Wasserstein distance between the moments of the codes and those of the prior, the prior integrated out.</summary>
/// <remarks>
/// <para>D = ‖m − μ‖² + tr(C + Σ − 2·(Σ^½·C·Σ^½)^½) with m and C = (1/n)·Σ(q_i − m)(q_i − m)ᵀ of the codes, μ and Σ of the prior: the squared
/// 2-Wasserstein distance of the Gaussians of those moments (Dowson and Landau, 1982), and a lower bound of that of the distributions themselves
/// (Gelbrich, 1990). Against N(0, I) it is ‖m‖² + ‖C^½ − I‖²_F.</para>
/// <para>It sees the mean and the covariance and nothing else: not whether codes are Gaussian. Beside a divergence that sees the shape it keeps
/// dimensions from staying empty, see <see cref="SumDivergence"/>. The covariance of n codes of covariance Σ is spread by sampling, so that with
/// n of the order of d the least value lies below the prior's variance (0.85 at n = 128, d = 64): <see cref="BuresSpectrumDivergence"/> does not
/// shrink codes.</para>
/// <para>O(n·d·min(n, d) + min(n, d)³), in float64 for either element type. The gradient comes in closed form, once; it is finite where eigenvalues meet or
/// vanish, and along directions without any variance it is 0. n = 1 and n &lt; d are allowed. Never negative beyond rounding. Immutable, safe to
/// share between threads.</para>
/// </remarks>
public sealed class BuresDivergence : ILatentDivergence
{
    /// <summary>The estimate of D from the codes.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="prior">P_Z, whose prior is an <see cref="IMomentPrior"/> on ℝᵈ; no samples are drawn.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in <paramref name="encoded"/>.</returns>
    /// <exception cref="ArgumentException">The prior does not know its moments, or the codes' shape or element type does not fit.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var known = prior.Require<IMomentPrior>(nameof(BuresDivergence), $"Use {nameof(BuresSpectrumDivergence)}, which takes samples, or implement {nameof(IMomentPrior)}.");
        Guard.CheckPoints(encoded, nameof(encoded), known.Dimension);
        using var scope = NewDisposeScope();
        var roots = PriorRoots.Of(known);
        Tensor value, gradient;
        using (no_grad())
        {
            var codes = encoded.to(ScalarType.Float64);
            var perCode = 1 / Math.Sqrt(codes.shape[0]);
            var mean = codes.mean([0]);
            var shift = mean - roots.Mean(codes.device);
            var centred = codes - mean;
            var singular = SingularValues.Of(roots.TimesRoot(centred) * perCode);
            value = shift.square().sum() + centred.square().sum() * (perCode * perCode) + roots.Trace - singular.Values.sum() * 2;
            gradient = (shift + centred) * (2 * perCode * perCode)
                - roots.TimesRoot(singular.Outer(ones_like(singular.Values))) * (2 * perCode);
        }

        return ClosedForm.Attach(encoded, gradient.to(encoded.dtype), value.to(encoded.dtype)).MoveToOuterDisposeScope();
    }
}
