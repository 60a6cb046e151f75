using System.Globalization;
using TorchSharp;

namespace WassersteinAutoEncoders.Training.Observers.TensorBoard;

/// <summary>A histogram of each latent dimension over the codes of some examples.</summary>
public sealed class CodeHistograms : ISummarySource
{
    private readonly torch.Tensor _examples;
    private readonly int _maximumDimensions;

    /// <summary>Creates the source.</summary>
    /// <param name="examples"><c>[n, …]</c>, as the trainer takes them; stays the caller's.</param>
    /// <param name="maximumDimensions">How many dimensions are shown, the first ones, ≥ 1; 16 by default.</param>
    public CodeHistograms(torch.Tensor examples, int maximumDimensions = 16)
    {
        Guard.CheckTensor(examples, nameof(examples));
        Check.AtLeast(maximumDimensions, 1);
        _examples = examples;
        _maximumDimensions = maximumDimensions;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SummaryValue> Summarize(EpochCompleted epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch?.Trainer, nameof(epoch));
        using var scope = torch.NewDisposeScope();
        var codes = epoch.Trainer.Encode(_examples);
        var summaries = new List<SummaryValue>();
        for (var i = 0; i < Math.Min(codes.shape[1], _maximumDimensions); i++)
        {
            summaries.Add(new HistogramSummary(string.Create(CultureInfo.InvariantCulture, $"codes/{i:D2}"), codes.select(1, i).MoveToOuterDisposeScope()));
        }

        return summaries;
    }
}
