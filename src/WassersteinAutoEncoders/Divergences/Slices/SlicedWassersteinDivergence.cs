using WassersteinAutoEncoders.Divergences.Slices;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The squared sliced 2-Wasserstein distance: the mean (not the sum) over random unit directions θ of W₂²(θᵀq, θᵀp) of the projections, for a shift a d-th of W₂².</summary>
/// <remarks>
/// <para>In one dimension W₂² = ∫₀¹ (F⁻¹(t) − G⁻¹(t))² dt. For n = m that is the mean squared difference of the sorted projections.
/// For n ≠ m the two quantile functions, steps of width 1/n and 1/m, are evaluated on their common refinement: exact, with no
/// interpolation error, so that repeating every prior sample changes nothing.</para>
/// <para>For N(0, s²I) and N(m, t²I) its expectation is ‖m‖²/d + (s − t)². Never negative, 0 for identical samples.</para>
/// <para>Cost O(L·(n + m)·(d + log(n + m))), in float32 on the CPU linear in n + m. There the gradient comes in closed form, once, with the same bits on any
/// number of threads. Not to be shared between threads.</para>
/// </remarks>
public sealed class SlicedWassersteinDivergence : ISlicedDivergence, ISharedDivergence
{
    private readonly WassersteinRule _rule = new();

    /// <summary>Creates the divergence.</summary>
    /// <param name="directions">The slices of an evaluation; 50 <see cref="RandomDirections"/> by default, as in cwae.</param>
    public SlicedWassersteinDivergence(SliceDirections? directions = null) => Directions = directions ?? SliceDirections.Random();

    /// <inheritdoc/>
    public SliceDirections Directions { get; }

    /// <inheritdoc/>
    public Generator Generator => Directions.Generator;

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        using var scope = NewDisposeScope();
        return SliceEngine.Mean(_rule, encoded, samples, Directions.Draw(encoded.shape[1])).MoveToOuterDisposeScope();
    }

    Tensor? ISharedDivergence.EvaluateShare(Tensor encoded, RowShare share, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        using var scope = NewDisposeScope();
        return SliceEngine.Shared(encoded, share, Directions.Draw(encoded.shape[1]), 1, (codes, axes) => SliceEngine.Mean(_rule, codes, samples, axes)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (double Value, double StandardError) Estimate(Tensor encoded, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        using var scope = NewDisposeScope();
        var d = encoded.shape[1];
        return SliceMean.Of(SliceEngine.Values(_rule, encoded, samples, Directions.Draw(d)), Directions.GroupSize(d), 1);
    }
}

/// <summary>The squared sliced 2-Wasserstein distance, a mean over directions as in <see cref="SlicedWassersteinDivergence"/>, with the prior integrated out: sorted projections against the known quantile function of the prior's.</summary>
/// <remarks>
/// <para>D = E_θ ∫₀¹ (F_θ⁻¹(t) − G⁻¹(t))² dt with F_θ of the projected codes and G of θᵀp, which is the same for all θ for an <see cref="IRotationInvariantPrior"/>:
/// normal for <see cref="GaussianPrior"/>, a Beta distribution for <see cref="SpherePrior"/>. The integral is exact: the sorted projections are compared with the means of G⁻¹ over n steps,
/// and the variance within the steps is added. <see cref="SlicedWassersteinDivergence"/> has the same limit, and the noise of prior samples on top.</para>
/// <para>Cost O(L·(n·d + n·log n)). On the CPU the gradient comes in closed form, once, with the same bits on any number of threads. Never negative beyond
/// rounding; positive for every finite batch. The quantiles of the last batch size and prior are kept. Not to be shared between threads.</para>
/// </remarks>
public sealed class IntegratedSlicedWassersteinDivergence : ISlicedDivergence, ISharedDivergence
{
    private (IRotationInvariantPrior? Prior, long Count, KnownQuantilesRule? Rule) _last;

    /// <summary>Creates the divergence.</summary>
    /// <param name="directions">The slices of an evaluation; 50 <see cref="RandomDirections"/> by default.</param>
    public IntegratedSlicedWassersteinDivergence(SliceDirections? directions = null) => Directions = directions ?? SliceDirections.Random();

    /// <inheritdoc/>
    public SliceDirections Directions { get; }

    /// <inheritdoc/>
    public Generator Generator => Directions.Generator;

    /// <summary>The estimate of D from the codes.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="prior">P_Z, whose prior is an <see cref="IRotationInvariantPrior"/> on ℝᵈ; no samples are drawn.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in <paramref name="encoded"/>.</returns>
    /// <exception cref="ArgumentException">The prior's projections are not known, or the codes' shape or element type does not fit.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior) => SliceMean.Evaluate(Directions, RuleFor(encoded, prior), encoded);

    Tensor? ISharedDivergence.EvaluateShare(Tensor encoded, RowShare share, PriorSamples prior)
    {
        var rule = RuleFor(encoded, prior);
        using var scope = NewDisposeScope();
        return SliceEngine.Shared(encoded, share, Directions.Draw(encoded.shape[1]), rule.Axes, (codes, axes) => SliceEngine.Mean(rule, codes, null, axes)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (double Value, double StandardError) Estimate(Tensor encoded, PriorSamples prior) => SliceMean.Estimate(Directions, RuleFor(encoded, prior), encoded);

    private KnownQuantilesRule RuleFor(Tensor encoded, PriorSamples prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var known = prior.Require<IRotationInvariantPrior>(nameof(IntegratedSlicedWassersteinDivergence), $"Use {nameof(SlicedWassersteinDivergence)}, which takes samples of any prior.");
        Guard.CheckPoints(encoded, nameof(encoded), known.Dimension);
        var n = encoded.shape[0];
        if (!ReferenceEquals(_last.Prior, known) || _last.Count != n)
        {
            var means = known.ProjectionMeans((int)n);
            if (means is null || means.Length != n)
            {
                throw new ArgumentException($"Expected {n} means of projections of the prior ({known.GetType().Name}), but it returned {(means is null ? "null" : means.Length)}. Return one for each interval.", nameof(prior));
            }

            _last = (known, n, new KnownQuantilesRule(means, known.ProjectionVariance));
        }

        return _last.Rule!;
    }
}
