namespace WassersteinAutoEncoders.Training;

/// <summary>What an evaluation of batches that are not trained on found.</summary>
/// <param name="Reconstruction">Mean reconstruction cost an example.</param>
/// <param name="Penalty">Mean latent divergence a batch, weighted by batch size.</param>
/// <param name="Total">Reconstruction + λ·penalty.</param>
/// <param name="LatentMean">Mean of each latent dimension, <c>d</c> values.</param>
/// <param name="LatentStandardDeviation">Standard deviation of each latent dimension, <c>d</c> values.</param>
/// <param name="Count">Examples seen.</param>
public sealed record WaeEvaluation(
    double Reconstruction,
    double Penalty,
    double Total,
    IReadOnlyList<double> LatentMean,
    IReadOnlyList<double> LatentStandardDeviation,
    long Count)
{
    /// <summary>The scalar terms under the names they have among an epoch's means: <c>validation/total</c>, <c>validation/reconstruction</c>, <c>validation/penalty</c>.</summary>
    internal IReadOnlyList<Metric> Metrics =>
    [
        new("validation/total", Total),
        new("validation/reconstruction", Reconstruction),
        new("validation/penalty", Penalty),
    ];
}
