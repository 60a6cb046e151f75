using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Priors;

/// <summary>The uniform distribution on the sphere ‖z‖ = r in ℝᵈ; for d = 1 the two points ±r.</summary>
/// <remarks>
/// It has no density with respect to volume, so it is no <see cref="IDensityPrior"/>. Immutable; safe to share
/// between threads as long as each brings its own generator.
/// </remarks>
public sealed class SpherePrior : IMomentPrior, ISupportPrior, IRotationInvariantPrior
{
    /// <summary>Creates the uniform distribution on a sphere around the origin.</summary>
    /// <param name="dimension">d ≥ 1, the dimension of the surrounding space.</param>
    /// <param name="radius">r, finite and &gt; 0; 1 by default. Codes of unit variance a coordinate correspond to √d.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public SpherePrior(long dimension, double radius = 1)
    {
        Dimension = Guard.CheckAtLeast(dimension, 1);
        Guard.CheckAllocation(nameof(dimension), sizeof(double), dimension);
        Radius = Guard.CheckPositive(radius);
    }

    /// <inheritdoc/>
    public long Dimension { get; }

    /// <summary>r, the norm of every sample.</summary>
    public double Radius { get; }

    /// <summary>E‖p − p′‖² = 2r².</summary>
    public double ExpectedSquaredDistance => 2 * Radius * Radius;

    /// <summary>Mean 0, covariance (r²/d)·I.</summary>
    public PriorMoments Moments => PriorMoments.Isotropic(Dimension, Radius * Radius / Dimension);

    /// <summary>r²/d, the variance of θᵀp for every unit direction θ.</summary>
    public double ProjectionVariance => Radius * Radius / Dimension;

    /// <summary>The mean of θᵀp between two neighbouring quantiles; (1 + θᵀp/r)/2 follows the distribution Beta((d − 1)/2, (d − 1)/2).</summary>
    /// <param name="count">n ≥ 1.</param>
    /// <returns>n values that ascend.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public double[] ProjectionMeans(int count)
    {
        Guard.CheckAtLeast(count, 1);
        return Array.ConvertAll(SphereProjection.Means(Dimension, count), mean => mean * Radius);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The count is below 1, the generator is not the CPU's, or the element type is not floating-point.</exception>
    public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => PriorSampling.Sample(count, generator, device, dtype, () =>
        {
            // Directions of Gaussian points are uniform. Norms are taken along the coordinates of each sample.
            var points = PriorSampling.Normal(count, Dimension, generator);
            var norms = points.square().sum(1, keepdim: true).sqrt();

            // A point at the origin (probability about 1e-16 in one dimension) has no direction: it is given the first diagonal's.
            var isOrigin = norms.eq(0);
            points = where(isOrigin, ones_like(points), points);
            norms = where(isOrigin, full_like(norms, Math.Sqrt(Dimension)), norms);
            return points.div(norms).mul(Radius);
        });

    /// <summary>z ↦ r·z/√(‖z‖² + 1e-12): onto the sphere along the ray from the origin, which itself stays where it is.</summary>
    /// <param name="points"><c>[n, d]</c>, float32 or float64.</param>
    /// <returns><c>[n, d]</c>, differentiable.</returns>
    /// <exception cref="ArgumentException">The shape or element type does not fit.</exception>
    public Tensor Project(Tensor points)
    {
        Guard.CheckPoints(points, nameof(points), Dimension);
        using var scope = NewDisposeScope();

        // The norm's slope is infinite at the origin; the offset is far below the rounding of any other norm.
        return points.mul(points.square().sum(1, keepdim: true).add(1e-12).rsqrt().mul(Radius)).MoveToOuterDisposeScope();
    }
}
