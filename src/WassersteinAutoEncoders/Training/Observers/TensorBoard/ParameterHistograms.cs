using TorchSharp;

namespace WassersteinAutoEncoders.Training.Observers.TensorBoard;

/// <summary>A histogram of each parameter of a module.</summary>
/// <param name="prefix">Put before each parameter's name, such as <c>encoder</c>.</param>
/// <param name="module">The module; stays the caller's.</param>
public sealed class ParameterHistograms(string prefix, torch.nn.Module module) : ISummarySource
{
    private readonly string _prefix = prefix ?? throw new ArgumentNullException(nameof(prefix));
    private readonly torch.nn.Module _module = module ?? throw new ArgumentNullException(nameof(module));

    /// <inheritdoc/>
    public IReadOnlyList<SummaryValue> Summarize(EpochCompleted epoch)
        => [.. _module.named_parameters().Select(p => new HistogramSummary($"{_prefix}/{p.name}", p.parameter))];
}
