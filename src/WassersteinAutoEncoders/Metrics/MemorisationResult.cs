namespace WassersteinAutoEncoders.Metrics;

/// <summary>How much closer samples lie to the training data than validation data do.</summary>
/// <param name="Samples">The nearest training example of each sample.</param>
/// <param name="Validation">The nearest training example of each validation example.</param>
/// <param name="Closer">P(a sample is closer to the training data than a validation example is), ties counted half: ½ where samples are like validation data, towards 1 where training data are copied, below ½ where samples are farther off (blurred or wrong) than real data.</param>
/// <param name="ZScore">Mann–Whitney z-score of <paramref name="Closer"/> against ½ (Meehan, Chaudhuri and Dasgupta, AISTATS 2020, whose C_T is its negative); above 3 is evidence of copying.</param>
/// <param name="PValue">One-sided p-value of copying, P(Z ≥ z).</param>
/// <param name="CopyThreshold">The 1 % quantile of the validation distances: below it a sample is closer than real data ordinarily come.</param>
/// <param name="CopyFraction">The fraction of samples below the threshold; 0.01 is expected of samples that are like validation data.</param>
/// <param name="Suspects">The samples at or below the threshold, closest first.</param>
public sealed record MemorisationResult(
    Neighbours Samples,
    Neighbours Validation,
    double Closer,
    double ZScore,
    double PValue,
    double CopyThreshold,
    double CopyFraction,
    IReadOnlyList<int> Suspects)
{
    /// <summary>One line that says what was found.</summary>
    public override string ToString()
        => FormattableString.Invariant($"Samples are closer to the training data than validation examples with probability {Closer:F3} (0.5 expected, z = {ZScore:F1}); {CopyFraction:P1} lie within the distance that 1 % of validation examples reach: {Verdict}.");

    private string Verdict => ZScore > 3 ? "training data are being copied"
        : CopyFraction > 0.05 && Suspects is { Count: > 2 } ? "some samples copy training data"
        : ZScore < -3 ? "no copying; samples lie farther off than real data"
        : "no sign of copying";
}
