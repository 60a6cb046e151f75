using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Priors;

/// <summary>The uniform distribution on the cube [−a, a]ᵈ.</summary>
/// <remarks>Immutable; safe to share between threads as long as each brings its own generator.</remarks>
public sealed class UniformPrior : IDensityPrior, IMomentPrior, IMarginalPrior, ISupportPrior
{
    /// <summary>Creates the uniform distribution on [−a, a]ᵈ.</summary>
    /// <param name="dimension">d ≥ 1.</param>
    /// <param name="halfWidth">a, finite and &gt; 0; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public UniformPrior(long dimension, double halfWidth = 1)
    {
        Dimension = Guard.CheckAtLeast(dimension, 1);
        Guard.CheckAllocation(nameof(dimension), sizeof(double), dimension);
        HalfWidth = Guard.CheckPositive(halfWidth);
    }

    /// <inheritdoc/>
    public long Dimension { get; }

    /// <summary>a, half the length of an edge.</summary>
    public double HalfWidth { get; }

    /// <summary>E‖p − p′‖² = (2d/3)·a². (The official code takes d as base scale for a = 1.)</summary>
    public double ExpectedSquaredDistance => 2.0 / 3 * Dimension * HalfWidth * HalfWidth;

    /// <summary>Mean 0, covariance (a²/3)·I.</summary>
    public PriorMoments Moments => PriorMoments.Isotropic(Dimension, HalfWidth * HalfWidth / 3);

    /// <summary>a·(2p − 1), the same for every coordinate.</summary>
    /// <param name="dimension">The coordinate, from 0 to d − 1.</param>
    /// <param name="probability">p, strictly between 0 and 1.</param>
    /// <returns>The quantile.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public double Quantile(long dimension, double probability)
    {
        Guard.CheckDimension(dimension, Dimension);
        return HalfWidth * (2 * Guard.CheckProbability(probability) - 1);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The count is below 1, the generator is not the CPU's, or the element type is not floating-point.</exception>
    public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => PriorSampling.Sample(count, generator, device, dtype,
            () => PriorSampling.Uniform([count, Dimension], generator).Times(2 * HalfWidth).Minus(HalfWidth));

    /// <summary>log p(z) = −d·log(2a) inside the cube and on its faces, −∞ outside.</summary>
    /// <param name="z">Points, <c>[n, d]</c>, float32 or float64.</param>
    /// <returns><c>[n]</c>, in nats; the gradient is 0 everywhere.</returns>
    /// <exception cref="ArgumentException">The shape or element type does not fit.</exception>
    public Tensor LogDensity(Tensor z)
    {
        Guard.CheckPoints(z, nameof(z), Dimension);
        using var scope = NewDisposeScope();

        // A zero that is attached to z: the result is part of the graph, as for every other density.
        var inside = z.Times(0).sum(1).Minus(Dimension * Math.Log(2 * HalfWidth));
        var outside = inside.Filled(double.NegativeInfinity);
        return where(z.abs().IsAbove(HalfWidth).sum(1).IsZero(), inside, outside).MoveToOuterDisposeScope();
    }

    /// <summary>z ↦ a·tanh(z/a), coordinate by coordinate: into the cube, and nearly unchanged around the origin.</summary>
    /// <param name="points"><c>[n, d]</c>, float32 or float64.</param>
    /// <returns><c>[n, d]</c>, differentiable.</returns>
    /// <exception cref="ArgumentException">The shape or element type does not fit.</exception>
    public Tensor Project(Tensor points)
    {
        Guard.CheckPoints(points, nameof(points), Dimension);
        using var scope = NewDisposeScope();
        return points.Over(HalfWidth).tanh().Times(HalfWidth).MoveToOuterDisposeScope();
    }
}
