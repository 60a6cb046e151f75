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
