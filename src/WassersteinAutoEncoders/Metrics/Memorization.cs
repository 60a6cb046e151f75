using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>Does the model repeat its training data? Compares distances of samples to the training set with those of validation data.</summary>
/// <param name="Samples">The nearest training example of each sample: its row, and the Euclidean distance to it.</param>
/// <param name="Validation">The same of each validation example.</param>
/// <param name="Closer">P(a sample is closer to the training data than a validation example is), ties counted half: ½ where samples are like validation data, towards 1 where training data are copied, below ½ where samples are farther off (blurred or wrong) than real data.</param>
/// <param name="ZScore">Mann–Whitney z-score of <paramref name="Closer"/> against ½ (Meehan, Chaudhuri and Dasgupta, AISTATS 2020, whose C_T is its negative); above 3 is evidence of copying.</param>
/// <param name="PValue">One-sided p-value of copying, P(Z ≥ z).</param>
/// <param name="CopyThreshold">The 1 % quantile of the validation distances: below it a sample is closer than real data ordinarily come.</param>
/// <param name="CopyFraction">The fraction of samples below the threshold; 0.01 is expected of samples that are like validation data.</param>
/// <param name="Suspects">The samples at or below the threshold, closest first.</param>
public sealed record Memorization(
    IReadOnlyList<(long Index, double Distance)> Samples,
    IReadOnlyList<(long Index, double Distance)> Validation,
    double Closer,
    double ZScore,
    double PValue,
    double CopyThreshold,
    double CopyFraction,
    IReadOnlyList<int> Suspects)
{
    /// <summary>The nearest training example of each sample.</summary>
    public IReadOnlyList<(long Index, double Distance)> Samples { get; init => field = Guard.CheckGiven(value, nameof(Samples)); } = Guard.CheckGiven(Samples, nameof(Samples));

    /// <summary>The nearest training example of each validation example.</summary>
    public IReadOnlyList<(long Index, double Distance)> Validation { get; init => field = Guard.CheckGiven(value, nameof(Validation)); } = Guard.CheckGiven(Validation, nameof(Validation));

    /// <summary>The samples at or below the threshold, closest first.</summary>
    public IReadOnlyList<int> Suspects { get; init => field = Guard.CheckGiven(value, nameof(Suspects)); } = Guard.CheckGiven(Suspects, nameof(Suspects));

    /// <summary>Compares samples with validation examples by their distance to the nearest training example.</summary>
    /// <param name="samples">Generated examples, <c>[s, …]</c>, float32 or float64, finite.</param>
    /// <param name="training">Training examples, <c>[n, …]</c>, of the same row size, element type and device.</param>
    /// <param name="validation">Real examples that were not trained on, <c>[h, …]</c>; a few hundred or more.</param>
    /// <returns>Neighbours, the probability of being closer with its z-score, and the samples that look like copies.</returns>
    /// <exception cref="ArgumentException">The sets do not fit, are empty or hold values that are not finite.</exception>
    public static Memorization Evaluate(Tensor samples, Tensor training, Tensor validation)
    {
        var near = NearestNeighbors.Find(samples, training);
        var real = NearestNeighbors.Find(validation, training);
        var sorted = real.Select(n => n.Distance).Order().ToArray();
        var threshold = sorted[(sorted.Length - 1) / 100];
        var suspects = Enumerable.Range(0, near.Count)
            .Where(i => near[i].Distance <= threshold)
            .OrderBy(i => near[i].Distance)
            .ToArray();
        var (closer, z) = MannWhitney([.. near.Select(n => n.Distance)], sorted);
        return new(near, real, closer, z, SpecialFunctions.NormalCdf(-z), threshold, (double)suspects.Length / near.Count, suspects);
    }

    /// <summary>One line that says what was found.</summary>
    public override string ToString()
        => FormattableString.Invariant($"Samples are closer to the training data than validation examples with probability {Closer:F3} (0.5 expected, z = {ZScore:F1}); {CopyFraction:P1} lie within the distance that 1 % of validation examples reach: {Verdict}.");

    /// <summary>P(x &lt; y) + ½P(x = y) and its z-score against ½, with the variance corrected for ties.</summary>
    internal static (double Probability, double ZScore) MannWhitney(double[] x, double[] y)
    {
        var pooled = x.Select(v => (Value: v, First: true)).Concat(y.Select(v => (Value: v, First: false))).OrderBy(p => p.Value).ToArray();
        double n = x.Length, m = y.Length, ranks = 0, ties = 0;
        for (var start = 0; start < pooled.Length;)
        {
            var end = start;
            var first = 0;
            for (; end < pooled.Length && pooled[end].Value == pooled[start].Value; end++)
            {
                first += pooled[end].First ? 1 : 0;
            }

            // All members of a tie have the mean of its ranks, which count from 1.
            double size = end - start;
            ranks += first * (start + end + 1) / 2.0;
            ties += size * size * size - size;
            start = end;
        }

        var farther = (ranks - n * (n + 1) / 2) / (n * m);
        var total = n + m;
        var variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)));
        var z = variance > 0 ? (0.5 - farther) * n * m / Math.Sqrt(variance) : 0;
        return (1 - farther, z);
    }

    private string Verdict => ZScore > 3 ? "training data are being copied"
        : CopyFraction > 0.05 && Suspects is { Count: > 2 } ? "some samples copy training data"
        : ZScore < -3 ? "no copying; samples lie farther off than real data"
        : "no sign of copying";
}
