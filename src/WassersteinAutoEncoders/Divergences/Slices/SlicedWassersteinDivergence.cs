using WassersteinAutoEncoders.Divergences.Slices;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The squared sliced 2-Wasserstein distance: the mean (not the sum) over random unit directions θ of W₂²(θᵀq, θᵀp) of the projections, for a shift a d-th of W₂².</summary>
/// <remarks>
/// <para>In one dimension W₂² = ∫₀¹ (F⁻¹(t) − G⁻¹(t))² dt. For n = m that is the mean squared difference of the sorted projections.
/// For n ≠ m the two quantile functions, steps of width 1/n and 1/m, are evaluated on their common refinement: exact, with no
/// interpolation error, so that repeating every prior sample changes nothing.</para>
/// <para>For N(0, s²I) and N(m, t²I) its expectation is ‖m‖²/d + (s − t)². Never negative, 0 for identical samples.</para>
/// <para>Directions are uniform on the sphere, drawn anew at each evaluation from <see cref="Generator"/>, which checkpoints save.
/// Cost O(L·(n·d + n·log n)). On the CPU, in float32 and for n = m, sorting is linear in n and the gradient comes in closed form,
/// differentiable once. Instances are not to be shared between threads.</para>
/// </remarks>
public sealed class SlicedWassersteinDivergence : ILatentDivergence, IStochasticModule
{
    private (long Codes, long Samples, DeviceNumbers? First, DeviceNumbers? Second, DeviceNumbers? Widths) _grid;

    /// <summary>Creates the divergence with a generator of its own.</summary>
    /// <param name="seed">The seed of the directions.</param>
    /// <param name="projections">L ≥ 1, the number of directions an evaluation; 50 by default, as in cwae. The estimate's standard error falls as 1/√L.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than one projection.</exception>
    public SlicedWassersteinDivergence(ulong seed = 0, int projections = 50)
        : this(new Generator(seed), projections)
    {
    }

    /// <summary>Creates the divergence around a generator.</summary>
    /// <param name="generator">The CPU generator of the directions; it stays the caller's.</param>
    /// <param name="projections">L ≥ 1, the number of directions an evaluation.</param>
    /// <exception cref="ArgumentException">The generator is missing or not the CPU's, or there are fewer than one projection.</exception>
    public SlicedWassersteinDivergence(Generator generator, int projections = 50)
    {
        ArgumentNullException.ThrowIfNull(generator);
        Guard.CheckGenerator(generator, nameof(generator));
        Generator = generator;
        Projections = (int)Guard.CheckAtLeast(projections, 1);
    }

    /// <inheritdoc/>
    public Generator Generator { get; }

    /// <summary>L, the number of directions an evaluation.</summary>
    public int Projections { get; }

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        using var scope = NewDisposeScope();
        var directions = Directions(encoded);
        if (SortedSlices.Accepts(encoded, samples, Projections))
        {
            return SortedSlices.Evaluate(encoded, samples, directions).MoveToOuterDisposeScope();
        }

        // [L, n]: sorting runs along contiguous memory.
        var projectedCodes = directions.mm(encoded.t()).sort(1).Values;
        var projectedSamples = directions.mm(samples.t()).sort(1).Values;
        long n = encoded.shape[0], m = samples.shape[0];
        if (n == m)
        {
            return projectedCodes.sub(projectedSamples).Squared().mean().MoveToOuterDisposeScope();
        }

        if (_grid.Codes != n || _grid.Samples != m)
        {
            var (first, second, widths) = QuantileGrid.CommonRefinement(n, m);
            _grid = (n, m, new(Array.ConvertAll(first, i => (double)i)), new(Array.ConvertAll(second, i => (double)i)), new(widths));
        }

        var difference = projectedCodes.index_select(1, _grid.First!.On(encoded, ScalarType.Int64).reshape(-1))
            - projectedSamples.index_select(1, _grid.Second!.On(encoded, ScalarType.Int64).reshape(-1));
        return difference.Squared().mv(_grid.Widths!.On(encoded, encoded.dtype).reshape(-1)).mean().MoveToOuterDisposeScope();
    }

    /// <summary>Unit vectors, <c>[L, d]</c>, drawn in float64 so that a seed means the same directions in every element type.</summary>
    private Tensor Directions(Tensor like)
    {
        Guard.CheckAllocation(nameof(Projections), sizeof(double), Projections, Math.Max(like.shape[0], like.shape[1]));
        using var noGradient = no_grad();
        var directions = randn([Projections, like.shape[1]], dtype: ScalarType.Float64, device: CPU, generator: Generator);
        directions = directions / directions.Squared().sum(1, keepdim: true).sqrt().AtLeast(double.Epsilon);
        return directions.to(like.dtype).MovedTo(like.device);
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
public sealed class IntegratedSlicedWassersteinDivergence : ISlicedDivergence
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
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var rule = RuleFor(encoded, prior);
        using var scope = NewDisposeScope();
        return SliceEngine.Mean(rule, encoded, null, Directions.Draw(encoded.shape[1])).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (double Value, double StandardError) Estimate(Tensor encoded, PriorSamples prior)
    {
        var rule = RuleFor(encoded, prior);
        using var scope = NewDisposeScope();
        var d = encoded.shape[1];
        return SliceMean.Of(SliceEngine.Values(rule, encoded, null, Directions.Draw(d)), Directions.GroupSize(d), 1);
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

/// <summary>The grid on which two empirical quantile functions, of n and of m equal steps, are both constant.</summary>
internal static class QuantileGrid
{
    /// <summary>For each interval between neighbours of {i/n} ∪ {j/m}: the step of each function that holds there, and the interval's width.</summary>
    /// <remarks>At most n + m − 1 intervals; the widths sum to 1. Boundaries are compared as the integers i·m and j·n, so none is lost to rounding.</remarks>
    public static (long[] First, long[] Second, double[] Widths) CommonRefinement(long n, long m)
    {
        var first = new List<long>((int)(n + m));
        var second = new List<long>((int)(n + m));
        var widths = new List<double>((int)(n + m));
        long i = 0, j = 0, position = 0;
        while (i < n)
        {
            // The last interval ends both, at n·m.
            long endOfFirst = (i + 1) * m, endOfSecond = (j + 1) * n, end = Math.Min(endOfFirst, endOfSecond);
            first.Add(i);
            second.Add(j);
            widths.Add((double)(end - position) / (n * m));
            position = end;
            i += end == endOfFirst ? 1 : 0;
            j += end == endOfSecond ? 1 : 0;
        }

        return ([.. first], [.. second], [.. widths]);
    }
}
