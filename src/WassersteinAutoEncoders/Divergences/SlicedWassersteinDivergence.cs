using WassersteinAutoEncoders.Divergences.Slices;
using WassersteinAutoEncoders.Encoders;
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
            return projectedCodes.sub(projectedSamples).square().mean().MoveToOuterDisposeScope();
        }

        var (codeIndices, sampleIndices, widths) = QuantileGrid.CommonRefinement(n, m);
        var difference = projectedCodes.index_select(1, tensor(codeIndices).to(encoded.device))
            - projectedSamples.index_select(1, tensor(sampleIndices).to(encoded.device));
        return difference.square().mv(tensor(widths).to(encoded.dtype).to(encoded.device)).mean().MoveToOuterDisposeScope();
    }

    /// <summary>Unit vectors, <c>[L, d]</c>, drawn in float64 so that a seed means the same directions in every element type.</summary>
    private Tensor Directions(Tensor like)
    {
        using var noGradient = no_grad();
        var directions = randn([Projections, like.shape[1]], dtype: ScalarType.Float64, device: CPU, generator: Generator);
        directions = directions / directions.square().sum(1, keepdim: true).sqrt().clamp_min(double.Epsilon);
        return directions.to(like.dtype).to(like.device);
    }
}
