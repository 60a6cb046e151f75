using Microsoft.Extensions.Logging;

namespace WassersteinAutoEncoders.Training.Runs;

/// <summary>The trainer's log messages, with their event ids.</summary>
internal static partial class TrainerLog
{
    [LoggerMessage(1000, LogLevel.Information, "Training from epoch {Epoch}, step {Step}, to epoch {Epochs} with seed {Seed}.")]
    public static partial void RunStarted(ILogger logger, int epoch, long step, int epochs, long seed);

    [LoggerMessage(1001, LogLevel.Information, "Epoch {Epoch} done after step {Step} in {Seconds:F2} s: {Metrics}")]
    public static partial void EpochCompleted(ILogger logger, int epoch, long step, double seconds, string metrics);

    [LoggerMessage(1002, LogLevel.Debug, "Step {Step}: {Metrics}")]
    public static partial void MetricsRecorded(ILogger logger, long step, string metrics);

    [LoggerMessage(1003, LogLevel.Information, "Training ended ({Outcome}) at epoch {Epoch}, step {Step}.")]
    public static partial void RunCompleted(ILogger logger, RunOutcome outcome, int epoch, long step);

    [LoggerMessage(1004, LogLevel.Information, "Stop requested at step {Step}: {Reason}")]
    public static partial void StopRequested(ILogger logger, long step, string reason);

    [LoggerMessage(1005, LogLevel.Information, "Encoder pretraining: {Steps} steps, loss {Loss}.")]
    public static partial void Pretrained(ILogger logger, int steps, double loss);

    [LoggerMessage(1010, LogLevel.Information, "Checkpoint saved to {Path} at step {Step}.")]
    public static partial void CheckpointSaved(ILogger logger, string path, long step);

    [LoggerMessage(1011, LogLevel.Information, "Checkpoint loaded from {Path}: epoch {Epoch}, step {Step}.")]
    public static partial void CheckpointLoaded(ILogger logger, string path, int epoch, long step);

    [LoggerMessage(1012, LogLevel.Warning, "The run that wrote {Path} had other settings, and goes on with these: {Changes}.")]
    public static partial void SettingsChanged(ILogger logger, string path, string changes);

    [LoggerMessage(1020, LogLevel.Warning, "{What}; step {Step} was skipped ({Skipped} of at most {MaximumSkips}).")]
    public static partial void StepSkipped(ILogger logger, string what, long step, int skipped, int maximumSkips);

    [LoggerMessage(1022, LogLevel.Warning, "The values of the first batch lie in [{Low:G4}, {High:G4}], but {Doubt}. Scale the data if this is not meant.")]
    public static partial void DoubtfulBatch(ILogger logger, double low, double high, string doubt);

    [LoggerMessage(1023, LogLevel.Warning, "A batch of {Count} examples is too small for the divergence, which needs {Minimum}; {What}. Further ones are treated alike without a word.")]
    public static partial void SmallBatch(ILogger logger, long count, long minimum, string what);

    [LoggerMessage(1021, LogLevel.Error, "The observer {Observer} failed on {Event}.")]
    public static partial void ObserverFailed(ILogger logger, Exception exception, string observer, string @event);
}

/// <summary>How far training is: everything a checkpoint counts.</summary>
internal sealed class TrainerCounters
{
    /// <summary>Optimizer steps done.</summary>
    public long Step { get; set; }

    /// <summary>Epochs completed.</summary>
    public int Epoch { get; set; }

    /// <summary>Batches used of the current epoch.</summary>
    public long Batch { get; set; }

    /// <summary>Batches whose gradients wait for the next optimizer step.</summary>
    public int Accumulated { get; set; }

    /// <summary>Steps left out because something was not finite.</summary>
    public int Skipped { get; set; }

    /// <summary>Whether the encoder has been pretrained.</summary>
    public bool Pretrained { get; set; }

    public void CopyFrom(TrainerCounters other)
        => (Step, Epoch, Batch, Accumulated, Skipped, Pretrained) = (other.Step, other.Epoch, other.Batch, other.Accumulated, other.Skipped, other.Pretrained);
}
