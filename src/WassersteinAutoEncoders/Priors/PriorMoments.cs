namespace WassersteinAutoEncoders.Priors;

/// <summary>The first two moments of a prior.</summary>
/// <param name="Mean">E p, <c>d</c> values.</param>
/// <param name="Covariance">E (p − E p)(p − E p)ᵀ, <c>[d, d]</c>, symmetric positive semi-definite.</param>
public sealed record PriorMoments(IReadOnlyList<double> Mean, double[,] Covariance)
{
    /// <summary>Mean 0 and covariance v·I.</summary>
    /// <param name="dimension">d ≥ 1.</param>
    /// <param name="variance">v ≥ 0, finite.</param>
    /// <returns>The moments of a centred prior whose coordinates are uncorrelated and of one variance.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static PriorMoments Isotropic(long dimension, double variance)
    {
        Guard.CheckAtLeast(dimension, 1);
        Guard.CheckNonNegative(variance);
        Guard.CheckArray(nameof(dimension), dimension, dimension);
        var covariance = new double[dimension, dimension];
        for (long i = 0; i < dimension; i++)
        {
            covariance[i, i] = variance;
        }

        return new PriorMoments(new double[dimension], covariance);
    }
}
