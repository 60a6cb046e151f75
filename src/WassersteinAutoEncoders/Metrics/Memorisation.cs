using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>Does the model repeat its training data? Compares distances of samples to the training set with those of validation data.</summary>
public static class Memorisation
{
    /// <summary>Compares samples with validation examples by their distance to the nearest training example.</summary>
    /// <param name="samples">Generated examples, <c>[s, …]</c>, float32 or float64, finite.</param>
    /// <param name="training">Training examples, <c>[n, …]</c>, of the same row size, element type and device.</param>
    /// <param name="validation">Real examples that were not trained on, <c>[h, …]</c>; a few hundred or more.</param>
    /// <returns>Neighbours, the probability of being closer with its z-score, and the samples that look like copies.</returns>
    /// <exception cref="ArgumentException">The sets do not fit, are empty or hold values that are not finite.</exception>
    public static MemorisationResult Evaluate(Tensor samples, Tensor training, Tensor validation)
    {
        var near = NearestNeighbours.Find(samples, training);
        var real = NearestNeighbours.Find(validation, training);
        var sorted = real.Distances.Order().ToArray();
        var threshold = sorted[(sorted.Length - 1) / 100];
        var suspects = Enumerable.Range(0, near.Distances.Count)
            .Where(i => near.Distances[i] <= threshold)
            .OrderBy(i => near.Distances[i])
            .ToArray();
        var (closer, z) = MannWhitney([.. near.Distances], sorted);
        return new(near, real, closer, z, SpecialFunctions.NormalCdf(-z), threshold, (double)suspects.Length / near.Distances.Count, suspects);
    }

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
}
