using WassersteinAutoEncoders.Divergences.Slices;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The squared sliced 2-Wasserstein distance, a mean over directions as in <see cref="SlicedWassersteinDivergence"/>, with the prior integrated out: sorted projections against the known quantile function of the prior's.</summary>
/// <remarks>
/// <para>D = E_θ ∫₀¹ (F_θ⁻¹(t) − G⁻¹(t))² dt with F_θ of the projected codes and G of θᵀp, which is the same for all θ for an <see cref="IRotationInvariantPrior"/>:
/// normal for <see cref="GaussianPrior"/>, a Beta distribution for <see cref="SpherePrior"/>. The integral is exact: the sorted projections are compared with the means of G⁻¹ over n steps,
/// and the variance within the steps is added. <see cref="SlicedWassersteinDivergence"/> has the same limit, and the noise of prior samples on top.</para>
/// <para>Cost O(L·(n·d + n·log n)). On the CPU the gradient comes in closed form, once, with the same bits on any number of threads. Never negative beyond
/// rounding; positive for every finite batch. The quantiles of the last batch size and prior are kept. Not to be shared between threads.</para>
/// </remarks>
public sealed class IntegratedSlicedWassersteinDivergence : ISlicedDivergence
{
    private (IRotationInvariantPrior? Prior, long Count, KnownQuantilesRule? Rule) _last;

    /// <summary>Creates the divergence.</summary>
    /// <param name="directions">The slices of an evaluation; 50 <see cref="RandomDirections"/> by default.</param>
    public IntegratedSlicedWassersteinDivergence(SliceDirections? directions = null) => Directions = directions ?? new RandomDirections();

    /// <inheritdoc/>
    public SliceDirections Directions { get; }

    /// <inheritdoc/>
    public Generator Generator => Directions.Generator;

    /// <summary>The estimate of D from the codes.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="prior">P_Z, whose prior is an <see cref="IRotationInvariantPrior"/> on ℝᵈ; no samples are drawn.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in <paramref name="encoded"/>.</returns>
    /// <exception cref="ArgumentException">The prior's projections are not known, or the codes' shape or element type does not fit.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var rule = RuleFor(encoded, prior);
        using var scope = NewDisposeScope();
        return SliceEngine.Mean(rule, encoded, null, Directions.Draw(encoded.shape[1])).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public SlicedEstimate Estimate(Tensor encoded, PriorSamples prior)
    {
        var rule = RuleFor(encoded, prior);
        using var scope = NewDisposeScope();
        var d = encoded.shape[1];
        return SlicedEstimate.Of(SliceEngine.Values(rule, encoded, null, Directions.Draw(d)), Directions.GroupSize(d), 1);
    }

    private KnownQuantilesRule RuleFor(Tensor encoded, PriorSamples prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var known = prior.Require<IRotationInvariantPrior>(nameof(IntegratedSlicedWassersteinDivergence), $"Use {nameof(SlicedWassersteinDivergence)}, which takes samples of any prior.");
        Guard.CheckPoints(encoded, nameof(encoded), known.Dimension);
        var n = encoded.shape[0];
        if (!ReferenceEquals(_last.Prior, known) || _last.Count != n)
        {
            _last = (known, n, new KnownQuantilesRule(known.ProjectionMeans((int)n), known.ProjectionVariance));
        }

        return _last.Rule!;
    }
}
