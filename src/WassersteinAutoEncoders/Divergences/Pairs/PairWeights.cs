namespace WassersteinAutoEncoders.Divergences.Pairs;

/// <summary>The estimate as a weighted sum over pairs: XX·Σk(q, q′) + YY·Σk(p, p′) + XY·Σk(q, p).</summary>
/// <param name="XX">The weight of pairs of codes.</param>
/// <param name="YY">The weight of pairs of prior samples.</param>
/// <param name="XY">The weight of mixed pairs.</param>
/// <param name="SkipWithin">Whether pairs i = j are left out of the first two sums.</param>
/// <param name="SkipAcross">Whether pairs i = j are left out of the third.</param>
internal readonly record struct PairWeights(double XX, double YY, double XY, bool SkipWithin, bool SkipAcross)
{
    /// <summary>The weights of an estimator other than the linear-time one.</summary>
    public static PairWeights Of(MmdEstimator estimator, double n, double m) => estimator switch
    {
        MmdEstimator.Biased => new(1 / (n * n), 1 / (m * m), -2 / (n * m), false, false),
        MmdEstimator.UnbiasedPaired => new(1 / (n * (n - 1)), 1 / (n * (n - 1)), -2 / (n * (n - 1)), true, true),
        _ => new(1 / (n * (n - 1)), 1 / (m * (m - 1)), -2 / (n * m), true, false),
    };

    /// <summary>The weights where there are codes only: all pairs for <see cref="MmdEstimator.Biased"/>, pairs i ≠ j otherwise.</summary>
    public static PairWeights OfOneSample(MmdEstimator estimator, double n)
        => estimator == MmdEstimator.Biased ? new(1 / (n * n), 0, 0, false, false) : new(1 / (n * (n - 1)), 0, 0, true, false);
}
