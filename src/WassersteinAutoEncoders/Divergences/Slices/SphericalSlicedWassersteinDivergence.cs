using WassersteinAutoEncoders.Divergences.Slices;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>Squared sliced 2-Wasserstein distance on the sphere: the mean over random planes of W₂² between the angles of codes and prior on a circle of length 1.</summary>
/// <remarks>
/// <para>Every point is projected onto a plane through the origin and from there onto its unit circle. The uniform distribution on the sphere becomes the
/// uniform distribution on the circle, against which W₂² has a closed form (Bonet et al., ICLR 2023): with a <see cref="SpherePrior"/> it is integrated out. With other
/// priors, or with samples alone, it compares as many samples as codes, by the best cyclic shift of the sorted angles.</para>
/// <para>It sees directions and not norms: use it with an encoder whose codes lie on the sphere. W₂² on a circle of length 1 is at most 1/12 against the
/// uniform distribution, in turns squared. A code that projects onto the centre of a plane has no gradient there.</para>
/// <para>Cost O(L·(n·d + n·log n)). On the CPU the gradient comes in closed form, once, with the same bits on any number of threads.
/// Never negative beyond rounding. Not to be shared between threads.</para>
/// </remarks>
public sealed class SphericalSlicedWassersteinDivergence : ISlicedDivergence, ISharedDivergence
{
    private static readonly CircleRule Rule = new();

    /// <summary>Creates the divergence.</summary>
    /// <param name="directions">The planes of an evaluation, <see cref="SliceDirections.Count"/> of them; those of 50 <see cref="RandomDirections"/> by default.</param>
    public SphericalSlicedWassersteinDivergence(SliceDirections? directions = null) => Directions = directions ?? SliceDirections.Random();

    /// <inheritdoc/>
    public SliceDirections Directions { get; }

    /// <inheritdoc/>
    public Generator Generator => Directions.Generator;

    /// <summary>The estimate of the divergence.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c> with d ≥ 2, float32 or float64.</param>
    /// <param name="prior">P_Z: a <see cref="SpherePrior"/>, of which no samples are drawn, or as many samples as codes.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in <paramref name="encoded"/>.</returns>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit, the numbers of codes and samples differ, or there is one dimension.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var samples = Checked(encoded, prior);
        using var scope = NewDisposeScope();
        return SliceEngine.Mean(Rule, encoded, samples, Directions.DrawPlanes(encoded.shape[1])).MoveToOuterDisposeScope();
    }

    Tensor? ISharedDivergence.EvaluateShare(Tensor encoded, RowShare share, PriorSamples prior)
    {
        var samples = Checked(encoded, prior);
        using var scope = NewDisposeScope();
        return SliceEngine.Shared(encoded, share, Directions.DrawPlanes(encoded.shape[1]), 2, (codes, axes) => SliceEngine.Mean(Rule, codes, samples, axes)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (double Value, double StandardError) Estimate(Tensor encoded, PriorSamples prior)
    {
        var samples = Checked(encoded, prior);
        using var scope = NewDisposeScope();
        var d = encoded.shape[1];

        // Planes take two directions each.
        var group = Directions.GroupSize(d);
        group = group == Directions.Count ? group : Math.Max(1, group / 2);
        return SliceMean.Of(SliceEngine.Values(Rule, encoded, samples, Directions.DrawPlanes(d)), group, 1);
    }

    private static Tensor? Checked(Tensor encoded, PriorSamples prior)
    {
        Guard.CheckPoints(encoded, nameof(encoded), prior?.Prior?.Dimension);
        ArgumentNullException.ThrowIfNull(prior);
        if (encoded.shape[1] < 2)
        {
            throw new ArgumentException(
                $"Expected codes of at least 2 dimensions, which have planes, but '{nameof(encoded)}' has shape {Guard.Shape(encoded)}. Use {nameof(SlicedWassersteinDivergence)}.", nameof(encoded));
        }

        if (prior.Prior is SpherePrior)
        {
            return null;
        }

        var samples = PriorSamples.For(encoded, prior);
        if (samples.shape[0] != encoded.shape[0])
        {
            throw new ArgumentException(
                $"Expected as many prior samples as codes, but there are {samples.shape[0]} and {encoded.shape[0]}. Draw as many samples as there are codes.", nameof(prior));
        }

        return samples;
    }
}
