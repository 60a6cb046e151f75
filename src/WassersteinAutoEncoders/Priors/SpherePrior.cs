using WassersteinAutoEncoders.Numerics;
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
            var norms = points.Squared().sum(1, keepdim: true).sqrt();

            // A point at the origin (probability about 1e-16 in one dimension) has no direction: it is given the first diagonal's.
            var isOrigin = norms.IsZero();
            points = where(isOrigin, ones_like(points), points);
            norms = where(isOrigin, norms.Filled(Math.Sqrt(Dimension)), norms);
            return points.div(norms).Times(Radius);
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
        return points.mul(points.Squared().sum(1, keepdim: true).Plus(1e-12).rsqrt().Times(Radius)).MoveToOuterDisposeScope();
    }
}

/// <summary>The law of one coordinate x = −cos α of a uniform point on the unit sphere in ℝᵈ, whose angle α has the density sin^{d−2}α/I_{d−2}(π).</summary>
internal static class SphereProjection
{
    /// <summary>The mean of x within each of n intervals of equal probability, ascending.</summary>
    public static double[] Means(long dimension, int count)
    {
        Guard.CheckArray(nameof(count), count);
        var means = new double[count];
        var total = dimension == 1 ? 0 : Integral(dimension - 2, Math.PI);
        double before = 0;
        for (var i = 0; i < count; i++)
        {
            // ∫ x·f(x) dx = −sin^{d−1}α/((d − 1)·I); for d = 1 the law is −1 and 1 with a half each, and the integral |t − ½| − ½ of the quantiles.
            var t = (i + 1.0) / count;
            var after = i + 1 == count ? 0
                : dimension == 1 ? 0.5 - Math.Abs(t - 0.5)
                : Math.Pow(Math.Sin(Angle(dimension - 2, t * total)), dimension - 1) / ((dimension - 1) * total);
            means[i] = count * (before - after);
            before = after;
        }

        return means;
    }

    /// <summary>The angle at which the integral of sin^k reaches a value, by Newton's steps kept between bounds.</summary>
    private static double Angle(long k, double value)
    {
        double low = 0, high = Math.PI, angle = Math.PI / 2;
        for (var step = 0; step < 200; step++)
        {
            var excess = Integral(k, angle) - value;
            if (excess > 0)
            {
                high = angle;
            }
            else
            {
                low = angle;
            }

            var next = angle - excess / Math.Pow(Math.Sin(angle), k);
            if (!(next > low && next < high))
            {
                next = (low + high) / 2;
            }

            if (Math.Abs(next - angle) < 1e-15)
            {
                return next;
            }

            angle = next;
        }

        return angle;
    }

    /// <summary>I_k(α) = ∫₀^α sin^k, by I_k = ((k − 1)·I_{k−2} − sin^{k−1}α·cos α)/k.</summary>
    private static double Integral(long k, double angle)
    {
        var (sine, cosine) = Math.SinCos(angle);
        var even = k % 2 == 0;
        var sum = even ? angle : 1 - cosine;
        var power = even ? sine : sine * sine;
        for (var j = even ? 2L : 3; j <= k; j += 2)
        {
            sum = ((j - 1) * sum - power * cosine) / j;
            power *= sine * sine;
        }

        return sum;
    }
}
