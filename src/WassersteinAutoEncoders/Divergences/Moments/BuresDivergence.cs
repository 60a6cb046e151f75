using WassersteinAutoEncoders.Divergences.Moments;
using WassersteinAutoEncoders.Numerics;
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
public sealed class BuresDivergence : ISharedDivergence
{
    /// <summary>The estimate of D from the codes.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="prior">P_Z, whose prior is an <see cref="IMomentPrior"/> on ℝᵈ; no samples are drawn.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in <paramref name="encoded"/>.</returns>
    /// <exception cref="ArgumentException">The prior does not know its moments, or the codes' shape or element type does not fit.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior) => Evaluate(encoded, prior, null);

    Tensor? ISharedDivergence.EvaluateShare(Tensor encoded, RowShare share, PriorSamples prior)
        => encoded.shape[0] < encoded.shape[1] ? null : Evaluate(encoded, prior, share);

    /// <summary>D from all codes or, with sums over the processes, from the own ones alone.</summary>
    private static Tensor Evaluate(Tensor encoded, PriorSamples prior, RowShare? share)
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
            var shift = mean - roots.Mean(codes);
            var centred = (share?.Rows(codes) ?? codes) - mean;
            var variance = centred.Squared().sum();
            var scaled = roots.TimesRoot(centred).Times(perCode);
            SingularValues singular;
            if (share is null)
            {
                singular = SingularValues.Of(scaled);
            }
            else
            {
                var gram = SingularValues.Gram(scaled);
                share.SumTogether(variance, gram);
                singular = SingularValues.OfRows(scaled, gram, codes.shape[0]);
            }

            value = shift.Squared().sum().Plus(variance.Times(perCode * perCode)).Plus(roots.Trace) - singular.Values.sum().Times(2);
            gradient = shift.Plus(centred).Times(2 * perCode * perCode)
                - roots.TimesRoot(singular.Outer(ones_like(singular.Values))).Times(2 * perCode);
        }

        // All processes know the value; the first counts it.
        return ClosedForm.Attach(share?.Rows(encoded) ?? encoded, gradient.to(encoded.dtype), (share is { Rank: > 0 } ? zeros_like(value) : value).to(encoded.dtype)).MoveToOuterDisposeScope();
    }
}

/// <summary>The squared Bures–Wasserstein distance without the shrinking: the spectrum of the codes' covariance against that of prior samples.</summary>
/// <remarks>
/// <para>D = ‖m − μ‖² + Σ_i (σ_i(C_q) − σ_i(C_p))², with σ_1 ≥ σ_2 ≥ … the roots of the eigenvalues of a sample's covariance (1/n).
/// Sampling spreads both spectra alike (Marchenko and Pastur), so that codes that follow the prior are not rewarded for a smaller variance,
/// as <see cref="BuresDivergence"/> does when n is not much larger than d. For n = m both spectra have one law where the codes follow the prior.</para>
/// <para>A spectrum knows nothing of directions, which is no loss where the prior's covariance is a multiple of the identity. Where the prior is an
/// <see cref="IMomentPrior"/> of another covariance Σ, both samples are first multiplied with s·Σ^−½, s² = tr Σ/d, which makes it one. Of samples
/// without their prior μ is the mean and no direction is preferred.</para>
/// <para>As blind to the shape as <see cref="BuresDivergence"/>, of the same cost, and with the same properties of value and gradient.</para>
/// </remarks>
public sealed class BuresSpectrumDivergence : ISharedDivergence
{
    /// <inheritdoc/>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior) => Evaluate(encoded, prior, null);

    Tensor? ISharedDivergence.EvaluateShare(Tensor encoded, RowShare share, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        return Math.Min(encoded.shape[0], samples.shape[0]) < encoded.shape[1] || samples.requires_grad ? null : Evaluate(encoded, prior, share);
    }

    /// <summary>D from all codes or, with sums over the processes, from the own ones and a part of the samples.</summary>
    private static Tensor Evaluate(Tensor encoded, PriorSamples prior, RowShare? share)
    {
        var samples = PriorSamples.For(encoded, prior);
        using var scope = NewDisposeScope();
        var roots = prior.Prior is IMomentPrior known ? PriorRoots.Of(known) : null;
        var learned = samples.requires_grad && is_grad_enabled();
        if (learned && roots is not null)
        {
            throw new ArgumentException($"Expected prior samples without a gradient, since the moments of {prior.Prior!.GetType().Name} are constants here, but the samples require one. Detach them, or pass them without their prior.", nameof(prior));
        }

        Tensor value, gradient;
        Tensor? ofSamples = null;
        using (no_grad())
        {
            var (mean, centred) = Centred(encoded);
            var (priorMean, priorCentred) = Centred(samples);
            var perCode = 1 / Math.Sqrt(encoded.shape[0]);
            var shift = Whitened(mean - (roots?.Mean(mean) ?? priorMean));
            var codes = Whitened(share?.Rows(centred) ?? centred).Times(perCode);
            var perSample = 1 / Math.Sqrt(samples.shape[0]);
            var points = Whitened(share?.PartOf(priorCentred) ?? priorCentred).Times(perSample);
            var (singular, spectrum) = share is null ? (SingularValues.Of(codes), SingularValues.Of(points)) : Joined(codes, points);
            var target = spectrum.Values;
            var paired = Paired(target, singular.Values);
            var common = Math.Min(singular.Values.shape[0], target.shape[0]);
            value = shift.Squared().sum().Plus((singular.Values - paired).Squared().sum()).Plus(target.narrow(0, common, target.shape[0] - common).Squared().sum());
            gradient = Whitened(shift).Times(2 * perCode * perCode).Plus(Whitened(codes - singular.Outer(paired)).Times(2 * perCode));
            if (learned)
            {
                ofSamples = (points - spectrum.Outer(Paired(singular.Values, target))).Times(2 * perSample) - shift.Times(2 * perSample * perSample);
            }
        }

        // All processes know the value; the first counts it.
        gradient = gradient.to(encoded.dtype);
        value = (share is { Rank: > 0 } ? zeros_like(value) : value).to(encoded.dtype);
        return (ofSamples is null
            ? ClosedForm.Attach(share?.Rows(encoded) ?? encoded, gradient, value)
            : ClosedForm.Attach(encoded, gradient, samples, ofSamples.to(encoded.dtype), value)).MoveToOuterDisposeScope();

        Tensor Whitened(Tensor points) => roots?.Whitened(points) ?? points;

        (SingularValues Codes, SingularValues Points) Joined(Tensor codes, Tensor points)
        {
            var (ofCodes, ofPoints) = (SingularValues.Gram(codes), SingularValues.Gram(points));
            share!.SumTogether(ofCodes, ofPoints);
            return (SingularValues.OfRows(codes, ofCodes, encoded.shape[0]), SingularValues.OfRows(points, ofPoints, samples.shape[0]));
        }
    }

    /// <summary>As many of the first values as the second has: fewer points than dimensions have no more singular values than points, the others are 0.</summary>
    private static Tensor Paired(Tensor values, Tensor like)
    {
        var paired = zeros_like(like);
        var common = Math.Min(values.shape[0], like.shape[0]);
        paired.narrow(0, 0, common).copy_(values.narrow(0, 0, common));
        return paired;
    }

    private static (Tensor Mean, Tensor Centred) Centred(Tensor points)
    {
        var wide = points.to(ScalarType.Float64);
        var mean = wide.mean([0], keepdim: true);
        return (mean, wide - mean);
    }
}
