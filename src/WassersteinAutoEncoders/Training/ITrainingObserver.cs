namespace WassersteinAutoEncoders.Training;

/// <summary>Watches a training run: logs, writes checkpoints, draws reports, stops early.</summary>
/// <remarks>
/// Called on the training thread, in the order in which observers were given, outside any dispose scope and gradient
/// recording. An observer matches on the kinds of event it cares about and ignores the rest, so that new kinds of
/// event break nobody. What it throws is reported and, by choice, stops the run; it never corrupts it.
/// <para>
/// Order of events: <see cref="RunStarted"/>; in each epoch, for each step, <see cref="MetricsRecorded"/> where an interval
/// ends, then <see cref="StepCompleted"/>; after the steps <see cref="ValidationCompleted"/> where there are validation
/// batches, then <see cref="EpochCompleted"/>; at last <see cref="RunCompleted"/>, which an exception that ends the run
/// leaves out. An observer that writes checkpoints belongs behind those whose states the checkpoints hold.
/// </para>
/// </remarks>
public interface ITrainingObserver
{
    /// <summary>Takes notice of an event.</summary>
    /// <param name="trainingEvent">What happened; tensors in it are valid only during the call.</param>
    void Observe(TrainingEvent trainingEvent);
}

/// <summary>Something that happened in a training run.</summary>
/// <param name="Trainer">The trainer that runs.</param>
/// <param name="Step">Optimizer steps done so far, over all epochs and resumed runs.</param>
/// <param name="Epoch">Epochs completed so far.</param>
public abstract record TrainingEvent(WaeTrainer Trainer, long Step, int Epoch)
{
    /// <summary>The trainer that runs.</summary>
    public WaeTrainer Trainer { get; init => field = Guard.CheckGiven(value, nameof(Trainer)); } = Guard.CheckGiven(Trainer, nameof(Trainer));
}

/// <summary>A call of <c>Fit</c> is about to take its first step.</summary>
/// <param name="Trainer">The trainer that runs.</param>
/// <param name="Step">Steps done before.</param>
/// <param name="Epoch">Epochs completed before.</param>
/// <param name="Epochs">The epoch count at which the run ends.</param>
public sealed record RunStarted(WaeTrainer Trainer, long Step, int Epoch, int Epochs) : TrainingEvent(Trainer, Step, Epoch);

/// <summary>A step was taken. Reading <paramref name="Result"/>'s values waits for the device; most observers wait for <see cref="MetricsRecorded"/>.</summary>
/// <param name="Trainer">The trainer that runs.</param>
/// <param name="Step">Steps done, this one included.</param>
/// <param name="Epoch">Epochs completed so far.</param>
/// <param name="Result">The step's terms; valid only during the call.</param>
public sealed record StepCompleted(WaeTrainer Trainer, long Step, int Epoch, WaeStepResult Result) : TrainingEvent(Trainer, Step, Epoch)
{
    /// <summary>The step's terms; valid only during the call.</summary>
    public WaeStepResult Result { get; init => field = Guard.CheckGiven(value, nameof(Result)); } = Guard.CheckGiven(Result, nameof(Result));
}

/// <summary>Means over the steps since the last event of this kind, read from the device at the logging interval.</summary>
/// <param name="Trainer">The trainer that runs.</param>
/// <param name="Step">Steps done so far.</param>
/// <param name="Epoch">Epochs completed so far.</param>
/// <param name="Metrics">Named values.</param>
public sealed record MetricsRecorded(WaeTrainer Trainer, long Step, int Epoch, IReadOnlyList<Metric> Metrics) : TrainingEvent(Trainer, Step, Epoch)
{
    /// <summary>Named values.</summary>
    public IReadOnlyList<Metric> Metrics { get; init => field = MetricNames.Check(value, nameof(Metrics)); } = MetricNames.Check(Metrics, nameof(Metrics));
}

/// <summary>An epoch is over; schedules, counters and random states already stand at the beginning of the next one, so a checkpoint written now resumes there.</summary>
/// <param name="Trainer">The trainer that runs.</param>
/// <param name="Step">Steps done so far.</param>
/// <param name="Epoch">Epochs completed, this one included.</param>
/// <param name="Metrics">Means over the epoch.</param>
/// <param name="Elapsed">Wall-clock time of the epoch.</param>
public sealed record EpochCompleted(WaeTrainer Trainer, long Step, int Epoch, IReadOnlyList<Metric> Metrics, TimeSpan Elapsed) : TrainingEvent(Trainer, Step, Epoch)
{
    /// <summary>Means over the epoch.</summary>
    public IReadOnlyList<Metric> Metrics { get; init => field = MetricNames.Check(value, nameof(Metrics)); } = MetricNames.Check(Metrics, nameof(Metrics));
}

/// <summary>The batches for validation were evaluated.</summary>
/// <param name="Trainer">The trainer that runs.</param>
/// <param name="Step">Steps done so far.</param>
/// <param name="Epoch">Epochs completed so far.</param>
/// <param name="Evaluation">What was found.</param>
public sealed record ValidationCompleted(WaeTrainer Trainer, long Step, int Epoch, WaeEvaluation Evaluation) : TrainingEvent(Trainer, Step, Epoch)
{
    /// <summary>What was found.</summary>
    public WaeEvaluation Evaluation { get; init => field = Guard.CheckGiven(value, nameof(Evaluation)); } = Guard.CheckGiven(Evaluation, nameof(Evaluation));
}

/// <summary>The run ended: finished, stopped early or cancelled.</summary>
/// <param name="Trainer">The trainer that ran.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Epoch">Epochs completed.</param>
/// <param name="Run">The run's summary.</param>
public sealed record RunCompleted(WaeTrainer Trainer, long Step, int Epoch, WaeRun Run) : TrainingEvent(Trainer, Step, Epoch)
{
    /// <summary>The run's summary.</summary>
    public WaeRun Run { get; init => field = Guard.CheckGiven(value, nameof(Run)); } = Guard.CheckGiven(Run, nameof(Run));
}

/// <summary>A named value of a training run.</summary>
/// <param name="Name">Such as <c>loss/total</c>, <c>loss/reconstruction</c>, <c>loss/penalty</c>, <c>lambda</c>, <c>learning_rate</c>, <c>critic/loss</c>.</param>
/// <param name="Value">The value.</param>
public readonly record struct Metric(string Name, double Value);

/// <summary>Observers write metrics under their names.</summary>
internal static class MetricNames
{
    public static IReadOnlyList<Metric> Check(IReadOnlyList<Metric> metrics, string name)
    {
        ArgumentNullException.ThrowIfNull(metrics, name);
        return metrics.Any(metric => metric.Name is null) ? throw new ArgumentException("Expected a name for each metric, but one has none. Give it one, such as loss/total.", name) : metrics;
    }

    public static IReadOnlyList<IReadOnlyList<Metric>> CheckAll(IReadOnlyList<IReadOnlyList<Metric>> epochs, string name)
    {
        foreach (var metrics in Guard.CheckItems(epochs, name))
        {
            Check(metrics, name);
        }

        return epochs;
    }
}

/// <summary>An observer threw and the options say that this stops the run. The trainer itself is intact; <c>Fit</c> may be called again and goes on where it stopped.</summary>
public sealed class ObserverException : Exception
{
    internal ObserverException(ITrainingObserver observer, TrainingEvent trainingEvent, Exception inner)
        : base($"The observer {observer.GetType().Name} failed on {trainingEvent.GetType().Name} after step {trainingEvent.Step}: {inner.Message}", inner)
        => Observer = observer;

    /// <summary>The observer that threw.</summary>
    public ITrainingObserver Observer { get; }
}
