using TorchSharp;

namespace WassersteinAutoEncoders.Training;

/// <summary>How a call of <see cref="WaeTrainer.Fit(IEnumerable{torch.Tensor}, int, FitOptions?, CancellationToken)"/> is conducted: what watches it and what it is measured on. What is learned stands in <see cref="WaeTrainerOptions"/>.</summary>
/// <remarks>Observers belong to one trainer; everything else may be shared.</remarks>
public sealed record FitOptions
{
    /// <summary>Batches <c>[n, …]</c> that are not trained on and evaluated after each epoch; enumerated each time.</summary>
    /// <value>Default: none.</value>
    public IEnumerable<torch.Tensor>? Validation { get; init; }

    /// <summary>Batches <c>[n, …]</c> with labels, in place of <see cref="Validation"/>, for conditional models and divergences that look at labels.</summary>
    /// <value>Default: none.</value>
    public IEnumerable<(torch.Tensor Input, torch.Tensor Labels)>? LabeledValidation { get; init; }

    /// <summary>What watches the run, called in this order.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<ITrainingObserver> Observers { get; init; } = [];

    /// <summary>What happens when an observer throws; the error is logged, and the other observers are called.</summary>
    /// <value>Default: <see cref="ErrorPolicy.Continue"/>. With <see cref="ErrorPolicy.Stop"/> <c>Fit</c> then throws an <see cref="ObserverException"/>; the trainer stays usable.</value>
    public ErrorPolicy ObserverErrors { get; init; } = ErrorPolicy.Continue;

    /// <summary>After how many optimizer steps means are read, logged and sent to observers.</summary>
    /// <value>≥ 1; default 50.</value>
    public int LoggingInterval { get; init; } = 50;

    /// <summary>The most batches of an epoch, of pretraining's passes and of a validation that are used: one or two take a study through everything it does, checkpoints and reports included, before it takes hours.</summary>
    /// <value>≥ 1, or <see langword="null"/> (the default) for all.</value>
    public int? BatchLimit { get; init; }

    /// <summary>Is told how far the run is, each <see cref="LoggingInterval"/> steps and after each epoch.</summary>
    /// <value>Default: nobody.</value>
    public IProgress<TrainingProgress>? Progress { get; init; }

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Observers);
        if (Observers.Any(o => o is null))
        {
            throw new ArgumentNullException(nameof(Observers), $"Expected observers, but one of '{nameof(Observers)}' is null. Leave it out.");
        }

        if (Validation is not null && LabeledValidation is not null)
        {
            throw new ArgumentException($"Expected batches for validation with or without labels, but both '{nameof(Validation)}' and '{nameof(LabeledValidation)}' are set. Set one.", nameof(Validation));
        }

        Guard.CheckDefined(ObserverErrors);
        Guard.CheckAtLeast(LoggingInterval, 1);
        if (BatchLimit is { } limit)
        {
            Guard.CheckAtLeast(limit, 1, nameof(BatchLimit));
        }
    }
}

/// <summary>Whether a run goes on when something beside training fails: an observer (<see cref="FitOptions.ObserverErrors"/>), the writing of a checkpoint (<see cref="Observers.CheckpointOptions.OnFailure"/>). The error is logged in either case.</summary>
public enum ErrorPolicy
{
    /// <summary>Training goes on.</summary>
    Continue,

    /// <summary>Training stops.</summary>
    Stop,
}

/// <summary>How far a run is.</summary>
/// <param name="Step">Optimizer steps done, over all resumed runs.</param>
/// <param name="Epoch">Epochs completed.</param>
/// <param name="Epochs">The epoch count at which the run ends.</param>
/// <param name="Batch">Batches of the current epoch that were used.</param>
/// <param name="Batches">Batches of a whole epoch, once one has been seen; <see langword="null"/> before.</param>
/// <param name="Metrics">Means since the last report.</param>
public sealed record TrainingProgress(long Step, int Epoch, int Epochs, long Batch, long? Batches, IReadOnlyList<Metric> Metrics)
{
    /// <summary>Means since the last report.</summary>
    public IReadOnlyList<Metric> Metrics { get; init => field = MetricNames.Check(value, nameof(Metrics)); } = MetricNames.Check(Metrics, nameof(Metrics));
}
