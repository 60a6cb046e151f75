using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Training.Observers;

/// <summary>Writes checkpoints into a folder while a run goes on: at intervals, at its end, and of its best epoch.</summary>
/// <remarks>
/// <para>
/// Files are called <c>step-0000001200.safetensors</c> after the step, and <c>best.safetensors</c>; <see cref="CheckpointFolder.Resume"/> continues from
/// the newest. A folder belongs to one run. Several processes that train together all have such an observer with the same options; the first writes.
/// </para>
/// <para>
/// Put it last among the observers. A step's or an epoch's last event is the one a checkpoint is written at: what observers before this one
/// keep themselves is then complete up to the checkpoint, and a resumed run repeats no event and leaves none out.
/// </para>
/// </remarks>
public sealed class CheckpointObserver : ITrainingObserver, IResumable
{
    private readonly string _folder;
    private readonly CheckpointOptions _options;
    private readonly ILogger _logger;
    private (long Step, int Epoch)? _written;
    private double? _best;

    /// <summary>Creates the observer.</summary>
    /// <param name="folder">Where checkpoints go; created where it is missing.</param>
    /// <param name="options">When to write, and what to keep; defaults when <see langword="null"/>.</param>
    /// <param name="logger">Receives failures, event ids 1110 and 1111; nobody when <see langword="null"/>.</param>
    public CheckpointObserver(string folder, CheckpointOptions? options = null, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
        _options = options ?? new CheckpointOptions();
        _options.Validate();
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>The exception of the last attempt to write, or null when it succeeded.</summary>
    public Exception? LastFailure { get; private set; }

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent)
    {
        switch (trainingEvent)
        {
            case RunStarted e:
                _written = null;
                if (IsWriter(e))
                {
                    CheckpointFolder.DeleteTemporaryFiles(_folder);
                }

                break;
            case StepCompleted e:
                if (_options.EverySteps > 0 && e.Step % _options.EverySteps == 0)
                {
                    Save(e);
                }

                break;
            case EpochCompleted e:
                try
                {
                    // First, so that the other checkpoint knows of it.
                    SaveBest(e);
                }
                finally
                {
                    // A metric that cannot be read must not cost the run its checkpoints.
                    if (_options.EveryEpochs > 0 && e.Epoch % _options.EveryEpochs == 0)
                    {
                        Save(e);
                    }
                }
                break;
            case RunCompleted e:
                if (_written != (e.Step, e.Epoch))
                {
                    Save(e);
                }

                break;
        }
    }

    /// <inheritdoc/>
    public JsonObject SaveState() => new() { ["best"] = _best is { } value ? JsonNumbers.Save(value) : null };

    /// <inheritdoc/>
    public void LoadState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _best = state["best"] is null ? null : JsonNumbers.Double(state, "best");
    }

    /// <summary>Of several processes the first writes; the others take part for the random states of their own.</summary>
    private static bool IsWriter(TrainingEvent e) => e.Trainer.Options.Processes is null or { Rank: 0 };

    private void Save(TrainingEvent e)
    {
        if (!TrySave(e, CheckpointFolder.PathOf(_folder, e.Step)))
        {
            return;
        }

        _written = (e.Step, e.Epoch);
        if (IsWriter(e))
        {
            DeleteOld(e.Step);
        }
    }

    private void SaveBest(EpochCompleted e)
    {
        if (_options.Best is not { } metric || metric.Read(e) is not { } value || !metric.IsBetter(value, _best))
        {
            return;
        }
        // Set before saving: the value is part of the state that is saved.
        var before = _best;
        _best = value;
        if (!TrySave(e, Path.Combine(_folder, CheckpointFolder.BestName)))
        {
            _best = before;
        }
    }

    private bool TrySave(TrainingEvent e, string path)
    {
        try
        {
            if (IsWriter(e))
            {
                Directory.CreateDirectory(_folder);
            }

            e.Trainer.SaveCheckpoint(path);
            LastFailure = null;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LastFailure = failure;
            CheckpointLog.SaveFailed(_logger, failure, path, e.Step);
            if (_options.OnFailure == ErrorPolicy.Stop)
            {
                e.Trainer.RequestStop($"The checkpoint '{path}' could not be written: {failure.Message}");
            }

            return false;
        }
    }

    private void DeleteOld(long step)
    {
        // What was just written is kept whatever the clock says about the others.
        var kept = CheckpointFolder.PathOf(_folder, step);
        foreach (var path in CheckpointFolder.List(_folder).Where(p => p != kept).Skip(_options.Keep - 1))
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                CheckpointLog.DeleteFailed(_logger, failure, path);
            }
        }
    }
}

/// <summary>When a <see cref="CheckpointObserver"/> writes, and what it keeps.</summary>
public sealed record CheckpointOptions
{
    /// <summary>Write after every so many epochs.</summary>
    /// <value>≥ 0; 0 for never by epochs. Default 1.</value>
    public int EveryEpochs { get; init; } = 1;

    /// <summary>Write after every so many optimizer steps, in the middle of epochs too.</summary>
    /// <value>≥ 0; 0, the default, for never by steps.</value>
    public long EverySteps { get; init; }

    /// <summary>How many of the newest checkpoints are kept; the best one is kept beside them.</summary>
    /// <value>≥ 1. Default 3: should the newest be damaged by what no program prevents, there is another.</value>
    public int Keep { get; init; } = 3;

    /// <summary>The metric by which the best epoch is kept as <c>best.safetensors</c>.</summary>
    /// <value>Default: none is kept.</value>
    public MonitoredMetric? Best { get; init; }

    /// <summary>What happens when a checkpoint cannot be written; the failure is logged, and the previous checkpoints are intact.</summary>
    /// <value>Default: <see cref="ErrorPolicy.Continue"/>, and the next checkpoint is tried when it is due. With <see cref="ErrorPolicy.Stop"/> the run stops after the step in progress.</value>
    public ErrorPolicy OnFailure { get; init; } = ErrorPolicy.Continue;

    internal void Validate()
    {
        Guard.CheckAtLeast(EveryEpochs, 0);
        Guard.CheckAtLeast(EverySteps, 0);
        Guard.CheckAtLeast(Keep, 1);
        Guard.CheckDefined(OnFailure);
    }
}

/// <summary>The log messages of the observers that write checkpoints, with their event ids.</summary>
internal static partial class CheckpointLog
{
    [LoggerMessage(1110, LogLevel.Error, "The checkpoint {Path} of step {Step} could not be written; earlier ones are intact.")]
    public static partial void SaveFailed(ILogger logger, Exception exception, string path, long step);

    [LoggerMessage(1111, LogLevel.Warning, "The old checkpoint {Path} could not be deleted.")]
    public static partial void DeleteFailed(ILogger logger, Exception exception, string path);
}
