namespace WassersteinAutoEncoders.Metrics;

/// <summary>Over which directions the codes are spread.</summary>
/// <param name="EffectiveRank">exp of the entropy of the codes' normalised covariance eigenvalues, in [1, d] (see <see cref="Metrics.EffectiveRank"/>); 0 where all codes coincide.</param>
/// <param name="PriorEffectiveRank">The same of the prior: what the codes should reach.</param>
/// <param name="CollapsedDimensions">Coordinates (from 0) whose variance is below the threshold's share of the prior's.</param>
/// <param name="CollapsedDirections">
/// The number of directions, along coordinates or not, with as little variance: eigenvalues of the covariance relative to the
/// prior's that are below the threshold's share of (1 − √(d/(n − 1)))², where the eigenvalues of n samples of the prior begin
/// (Marchenko and Pastur, 1967). At least the number of <paramref name="CollapsedDimensions"/>, and equal to it where n ≤ d + 1.
/// </param>
public sealed record LatentSpectrum(double EffectiveRank, double PriorEffectiveRank, IReadOnlyList<int> CollapsedDimensions, int CollapsedDirections);
