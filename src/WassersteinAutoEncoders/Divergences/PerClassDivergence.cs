using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>A divergence of each class's codes from the prior, Σ_y (n_y/n)·D(Q_Z|y, P_Z): the codes of every class by themselves follow the prior, so that they tell nothing about the label.</summary>
/// <remarks>
/// <para>For conditional models. Without it, the divergence of all codes together leaves the classes free to share the prior's space out among themselves, and decoding
/// a prior sample with a label meets codes that no example of that class has.</para>
/// <para>Each class is compared with as many of the prior samples as it has codes. A class with fewer codes in a batch than the divergence can be estimated from
/// is left out of the sum, and so is its weight; where no class has enough, the value is 0. The labels of a batch are read, which waits for the device.</para>
/// </remarks>
public sealed class PerClassDivergence : ILatentDivergence, ICompositeDivergence
{
    private readonly long _minimum;

    /// <summary>Creates Σ_y (n_y/n)·D(Q_Z|y, P_Z).</summary>
    /// <param name="divergence">D.</param>
    /// <exception cref="ArgumentException">The divergence is missing or has a critic to train.</exception>
    public PerClassDivergence(ILatentDivergence divergence)
    {
        Divergence = CompositeDivergences.CheckedWithoutCritic(divergence, nameof(divergence));
        _minimum = CompositeDivergences.MinimumSampleSize(divergence);
    }

    /// <summary>D, the divergence of one class's codes.</summary>
    public ILatentDivergence Divergence { get; }

    IReadOnlyList<ILatentDivergence> ICompositeDivergence.Parts => [Divergence];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The samples carry no labels (<see cref="PriorSamples.Labels"/>), or not one whole number for each code.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        var count = encoded.shape[0];
        if (prior.Count < count)
        {
            throw new ArgumentException($"Expected at least one prior sample for each of the {count} codes, but got {prior.Count}. Draw more.", nameof(prior));
        }

        using var scope = NewDisposeScope();
        Tensor? sum = null;
        long start = 0, judged = 0;
        foreach (var group in Labels(prior, count).Index().GroupBy(l => l.Item, l => (long)l.Index).OrderBy(g => g.Key))
        {
            long[] rows = [.. group];
            if (rows.Length < _minimum)
            {
                continue;
            }

            var codes = encoded.index_select(0, tensor(rows).MovedTo(encoded.device));
            using var part = new PriorSamples(samples.narrow(0, start, rows.Length), prior.Prior);
            var value = Guard.CheckScalarResult(Divergence.Evaluate(codes, part), "the divergence of a class").Times(rows.Length);
            sum = sum is null ? value : sum.Plus(value);
            start += rows.Length;
            judged += rows.Length;
        }

        return (sum is null ? encoded.sum().Times(0) : sum.Over(judged)).MoveToOuterDisposeScope();
    }

    private static long[] Labels(PriorSamples prior, long count)
    {
        if (prior.Labels is not { IsInvalid: false } labels)
        {
            throw new ArgumentException("Expected a label for each code, but got none. Train on batches with labels (TensorBatcher.WithLabels), or set PriorSamples.Labels.", nameof(prior));
        }

        if (labels.numel() != count || is_floating_point(labels) || labels.dtype is not (ScalarType.Int64 or ScalarType.Int32 or ScalarType.Int16 or ScalarType.Int8 or ScalarType.Byte or ScalarType.Bool))
        {
            throw new ArgumentException($"Expected {count} whole numbers as labels, one for each code, but got {labels.dtype} of shape {Guard.Shape(labels)}. Pass class numbers, for instance with argmax(1) of one-hot rows.", nameof(prior));
        }

        using var scope = NewDisposeScope();
        return TensorSpan.ToArray<long>(labels.to(ScalarType.Int64));
    }
}
