using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>The effective rank of a covariance: over how many directions the variance is really spread.</summary>
/// <remarks>
/// exp(H(p)) with p_i = λ_i/Σλ the normalised eigenvalues and H their Shannon entropy (Roy and Vetterli 2007): k equal
/// eigenvalues give k, a dominant one gives a value near 1. Real-valued, in [1, d]; 0 for a covariance of zero.
/// </remarks>
public static class EffectiveRank
{
    /// <summary>The effective rank of a covariance matrix.</summary>
    /// <param name="covariance">Symmetric positive semi-definite, <c>[d, d]</c>, float32 or float64, finite.</param>
    /// <returns>A number in [1, d], or 0 for a matrix of zeros.</returns>
    /// <exception cref="ArgumentException">The matrix is not square or not finite.</exception>
    public static double OfCovariance(Tensor covariance)
    {
        Guard.CheckPoints(covariance, nameof(covariance));
        if (covariance.shape[0] != covariance.shape[1])
        {
            throw new ArgumentException($"Expected a square matrix, but '{nameof(covariance)}' has shape {Guard.Shape(covariance)}. For points use {nameof(OfPoints)}.", nameof(covariance));
        }

        Guard.CheckFiniteValues(covariance, nameof(covariance));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var matrix = TensorData.Float64Cpu(covariance);
        return OfEigenvalues(TensorData.ToArray(linalg.eigvalsh(matrix.Plus(matrix.t()).Over(2))));
    }

    /// <summary>The effective rank of the covariance of points.</summary>
    /// <param name="x">Points, <c>[n, d]</c> with n ≥ 2, float32 or float64, finite.</param>
    /// <returns>A number in [1, d], or 0 where all points coincide.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, there is one point only, or a value is not finite.</exception>
    public static double OfPoints(Tensor x)
    {
        using var moments = FeatureStatistics.FromFeatures(x);
        using var covariance = moments.Covariance;
        return OfCovariance(covariance);
    }

    /// <summary>exp of the entropy of eigenvalues; those at or below 0 (rounding) count for nothing.</summary>
    internal static double OfEigenvalues(IReadOnlyCollection<double> eigenvalues)
    {
        var total = eigenvalues.Where(v => v > 0).Sum();
        return total > 0 ? Math.Exp(-eigenvalues.Where(v => v > 0).Sum(v => v / total * Math.Log(v / total))) : 0;
    }
}

/// <summary>Over which directions the codes are spread.</summary>
/// <param name="EffectiveRank">exp of the entropy of the codes' normalised covariance eigenvalues, in [1, d] (see <see cref="Metrics.EffectiveRank"/>); 0 where all codes coincide.</param>
/// <param name="PriorEffectiveRank">The same of the prior: what the codes should reach.</param>
/// <param name="CollapsedDimensions">Coordinates (from 0) whose variance is below the threshold's share of the prior's.</param>
/// <param name="CollapsedDirections">
/// The number of directions, along coordinates or not, with as little variance: eigenvalues of the covariance relative to the
/// prior's that are below the threshold's share of (1 − √(d/(n − 1)))², where the eigenvalues of n samples of the prior begin
/// (Marchenko and Pastur, 1967). At least the number of <paramref name="CollapsedDimensions"/>, and equal to it where n ≤ d + 1.
/// </param>
public sealed record LatentSpectrum(double EffectiveRank, double PriorEffectiveRank, IReadOnlyList<int> CollapsedDimensions, int CollapsedDirections)
{
    /// <summary>Coordinates (from 0) that have collapsed.</summary>
    public IReadOnlyList<int> CollapsedDimensions { get; init => field = Guard.CheckGiven(value, nameof(CollapsedDimensions)); } = Guard.CheckGiven(CollapsedDimensions, nameof(CollapsedDimensions));
}
