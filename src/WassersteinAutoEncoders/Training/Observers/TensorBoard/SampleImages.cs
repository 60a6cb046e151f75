using TorchSharp;

namespace WassersteinAutoEncoders.Training.Observers.TensorBoard;

/// <summary>Decoded prior samples: the same codes after every epoch, so that one sees them develop.</summary>
public sealed class SampleImages : ISummarySource
{
    private readonly long _count;
    private readonly long[] _shape;
    private readonly long _seed;
    private readonly PixelRange _range;
    private readonly string _tag;

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
        if (shape is not [> 0, > 0, > 0])
        {
            throw new ArgumentException($"Expected the shape [channels, height, width], got [{string.Join(", ", shape)}]. Pass the shape of one picture.", nameof(shape));
        }

        (_count, _seed, _tag) = (count, seed, tag);
        _shape = [count, .. shape];
        _range = PixelRange.Check(range);
    }

    /// <inheritdoc/>
    public IReadOnlyList<SummaryValue> Summarize(EpochCompleted epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch?.Trainer, nameof(epoch));
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator((ulong)_seed);
        var samples = epoch.Trainer.Sample(_count, generator);
        if (samples.numel() != _shape.Aggregate(1.0, (a, b) => a * b))
        {
            throw new ArgumentException($"Expected a decoder whose output can be seen as [{string.Join(", ", _shape)}], but it gave {Guard.Shape(samples)}. Pass the shape of one decoded picture.", nameof(epoch));
        }

        return [new ImageSummary(_tag, _range.Normalize(samples.reshape(_shape)).MoveToOuterDisposeScope())];
    }
}
