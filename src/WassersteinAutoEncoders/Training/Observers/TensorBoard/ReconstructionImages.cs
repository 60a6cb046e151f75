using TorchSharp;

namespace WassersteinAutoEncoders.Training.Observers.TensorBoard;

/// <summary>Pictures and their reconstructions, side by side.</summary>
public sealed class ReconstructionImages : ISummarySource
{
    private const int PairsInARow = 4;

    private readonly torch.Tensor _examples;
    private readonly long[] _shape;
    private readonly PixelRange _range;
    private readonly string _tag;

    /// <summary>Creates the source.</summary>
    /// <param name="examples"><c>[n, …]</c>, as the trainer takes them, such as the first of the held-out set; stays the caller's.</param>
    /// <param name="shape">A picture's shape <c>[channels, height, width]</c>; the examples' own when <see langword="null"/>.</param>
    /// <param name="range">Which values are black and white; 0 and 1 when <see langword="null"/>.</param>
    /// <param name="tag">The name they appear under.</param>
    public ReconstructionImages(torch.Tensor examples, long[]? shape = null, PixelRange? range = null, string tag = "reconstructions")
    {
        Guard.CheckTensor(examples, nameof(examples));
        ArgumentException.ThrowIfNullOrEmpty(tag);
        if (examples.dim() < 1)
        {
            throw new ArgumentException($"Expected examples of shape [n, …], but '{nameof(examples)}' is a scalar. Keep the batch dimension first.", nameof(examples));
        }

        shape ??= examples.shape[1..];
        if (shape is not [> 0, > 0, > 0] || shape.Aggregate(examples.shape[0], (a, b) => a * b) != examples.numel())
        {
            throw new ArgumentException($"Expected pictures of shape [channels, height, width]; [{string.Join(", ", shape)}] is not one of examples [{string.Join(", ", examples.shape)}]. Pass the shape of one picture.", nameof(shape));
        }

        _examples = examples;
        _shape = shape;
        _range = PixelRange.Check(range);
        _tag = tag;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SummaryValue> Summarize(EpochCompleted epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch?.Trainer, nameof(epoch));
        Guard.CheckTensor(_examples, "examples");
        using var scope = torch.NewDisposeScope();
        var reconstructions = epoch.Trainer.Reconstruct(_examples);
        if (reconstructions.numel() != _examples.numel())
        {
            throw new ArgumentException($"Expected reconstructions of the examples' shape {Guard.Shape(_examples)}, but the decoder gave {Guard.Shape(reconstructions)}. Pass examples as the trainer takes them.", nameof(epoch));
        }

        var pairs = torch.stack([_examples, reconstructions.reshape(_examples.shape)], 1);
        return [new ImageSummary(_tag, _range.Normalize(pairs.reshape([2 * _examples.shape[0], .. _shape])).MoveToOuterDisposeScope(), 2 * PairsInARow)];
    }
}
