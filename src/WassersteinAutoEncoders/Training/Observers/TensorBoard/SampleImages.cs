using TorchSharp;

namespace WassersteinAutoEncoders.Training.Observers.TensorBoard;

/// <summary>Decoded prior samples: the same codes after every epoch, so that one sees them develop.</summary>
public sealed class SampleImages : ISummarySource
{
    private readonly long count;
    private readonly long[] shape;
    private readonly long seed;
    private readonly PixelRange range;
    private readonly string tag;

    /// <summary>Creates the source.</summary>
    /// <param name="count">How many samples, ≥ 1.</param>
    /// <param name="shape">A picture's shape <c>[channels, height, width]</c>; the decoder's output is reshaped to it.</param>
    /// <param name="range">Which values are black and white; 0 and 1 when <see langword="null"/>.</param>
    /// <param name="seed">Decides the codes.</param>
    /// <param name="tag">The name they appear under.</param>
    public SampleImages(long count, long[] shape, PixelRange? range = null, long seed = 0, string tag = "samples")
    {
        Check.AtLeast(count, 1);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentException.ThrowIfNullOrEmpty(tag);
        if (shape is not [> 0, > 0, > 0]) throw new ArgumentException($"Expected the shape [channels, height, width], got [{string.Join(", ", shape)}]. Pass the shape of one picture.", nameof(shape));
        (this.count, this.seed, this.tag) = (count, seed, tag);
        this.shape = [count, .. shape];
        this.range = PixelRange.Check(range);
    }

    /// <inheritdoc/>
    public IReadOnlyList<SummaryValue> Summarize(EpochCompleted epoch)
    {
        using var generator = new torch.Generator((ulong)seed);
        return [new ImageSummary(tag, range.Normalize(epoch.Trainer.Sample(count, generator).reshape(shape)))];
    }
}
