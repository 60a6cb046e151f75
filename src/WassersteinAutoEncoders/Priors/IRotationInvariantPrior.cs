namespace WassersteinAutoEncoders.Priors;

/// <summary>A prior that no rotation about the origin changes, and whose projection θᵀp onto a unit direction θ is known in closed form.</summary>
public interface IRotationInvariantPrior : IPrior
{
    /// <summary>E (θᵀp)², the same for every unit direction θ.</summary>
    double ProjectionVariance { get; }

    /// <summary>The mean of θᵀp within each of n intervals of equal probability, in ascending order: n·∫ F⁻¹(t) dt from (i − 1)/n to i/n.</summary>
    /// <param name="count">n ≥ 1.</param>
    /// <returns>n values that ascend, of mean 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    double[] ProjectionMeans(int count);
}
