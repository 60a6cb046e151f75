using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Priors;

/// <summary>The isotropic Gaussian N(0, σ²I), the usual prior of the literature with σ = 1.</summary>
/// <remarks>Immutable; safe to share between threads as long as each brings its own generator.</remarks>
public sealed class GaussianPrior : IScorePrior, IMomentPrior, IMarginalPrior, IRotationInvariantPrior
{
    /// <summary>Creates N(0, σ²I) on ℝᵈ.</summary>
    /// <param name="dimension">d ≥ 1.</param>
    /// <param name="standardDeviation">σ, finite and &gt; 0; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public GaussianPrior(long dimension, double standardDeviation = 1)
    {
        Dimension = Guard.CheckAtLeast(dimension, 1);
        Guard.CheckAllocation(nameof(dimension), sizeof(double), dimension);
        StandardDeviation = Guard.CheckPositive(standardDeviation);
    }

    /// <inheritdoc/>
    public long Dimension { get; }

    /// <summary>σ, the standard deviation of every coordinate.</summary>
    public double StandardDeviation { get; }

    /// <summary>E‖p − p′‖² = 2dσ².</summary>
    public double ExpectedSquaredDistance => 2 * Dimension * StandardDeviation * StandardDeviation;

    /// <summary>Mean 0, covariance σ²I.</summary>
    public PriorMoments Moments => PriorMoments.Isotropic(Dimension, StandardDeviation * StandardDeviation);

    /// <summary>σ², the variance of θᵀp for every unit direction θ.</summary>
    public double ProjectionVariance => StandardDeviation * StandardDeviation;

    /// <summary>n·σ·(φ(z_{i−1}) − φ(z_i)) with z_i = Φ⁻¹(i/n): the mean of θᵀp between two neighbouring quantiles.</summary>
    /// <param name="count">n ≥ 1.</param>
    /// <returns>n values that ascend.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public double[] ProjectionMeans(int count)
    {
        Guard.CheckAtLeast(count, 1);
        Guard.CheckArray(nameof(count), count);
        var means = new double[count];
        for (var i = 0; i < count; i++)
        {
            means[i] = (i + 1.0) / count;
        }

        var quantiles = SpecialFunctions.NormalQuantiles(means);
        double before = 0;
        for (var i = 0; i < count; i++)
        {
            var z = quantiles[i];
            var density = i + 1 == count ? 0 : Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
            means[i] = count * StandardDeviation * (before - density);
            before = density;
        }

        return means;
    }

    /// <summary>σ·Φ⁻¹(p), the same for every coordinate.</summary>
    /// <param name="dimension">The coordinate, from 0 to d − 1.</param>
    /// <param name="probability">p, strictly between 0 and 1.</param>
    /// <returns>The quantile.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public double Quantile(long dimension, double probability)
    {
        Guard.CheckDimension(dimension, Dimension);
        return StandardDeviation * SpecialFunctions.NormalQuantile(Guard.CheckProbability(probability));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The count is below 1, the generator is not the CPU's, or the element type is not floating-point.</exception>
    public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => PriorSampling.Sample(count, generator, device, dtype,
            () => PriorSampling.Normal(count, Dimension, generator).Times(StandardDeviation));

    /// <summary>∇ log p(z) = −z/σ².</summary>
    /// <param name="z">Points, <c>[n, d]</c>, float32 or float64.</param>
    /// <returns><c>[n, d]</c>, differentiable.</returns>
    /// <exception cref="ArgumentException">The shape or element type does not fit.</exception>
    public Tensor Score(Tensor z)
    {
        Guard.CheckPoints(z, nameof(z), Dimension);
        return z.Times(-1 / (StandardDeviation * StandardDeviation));
    }

    /// <summary>log p(z) = −‖z‖²/(2σ²) − (d/2)·log(2πσ²).</summary>
    /// <param name="z">Points, <c>[n, d]</c>, float32 or float64.</param>
    /// <returns><c>[n]</c>, in nats, differentiable.</returns>
    /// <exception cref="ArgumentException">The shape or element type does not fit.</exception>
    public Tensor LogDensity(Tensor z)
    {
        Guard.CheckPoints(z, nameof(z), Dimension);
        using var scope = NewDisposeScope();
        var variance = StandardDeviation * StandardDeviation;
        return z.Squared().sum(1).Times(-0.5 / variance).Minus(0.5 * Dimension * Math.Log(2 * Math.PI * variance)).MoveToOuterDisposeScope();
    }
}
