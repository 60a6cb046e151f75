using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Steps;

namespace WassersteinAutoEncoders.Training.Runs;

/// <summary>One call of <c>Fit</c>: epochs of steps, what is measured after them, and who is told.</summary>
internal sealed class FitLoop(WaeTrainer trainer, TrainerState state, StepSequence steps, BatchSource batches, int epochs, FitOptions options, ILogger logger, CancellationToken cancellationToken)
{
    private readonly ObserverHub _observers = new(options.Observers, options.ObserverErrors, logger);
    private readonly List<IReadOnlyList<Metric>> _history = [];
    private long? _batchesPerEpoch;
    private bool _saidSmallBatch;
    private RunOutcome? _agreedStop;

    private JoinedProcesses? Joined => state.Step.Joined;

    private TrainerCounters Counters => state.Counters;

    /// <summary>Runs; of several processes none returns, or throws, before the others.</summary>
    public WaeRun Run()
    {
        if (Joined is not { } joined)
        {
            return RunAll();
        }

        try
        {
            joined.Begin(state, again: true);
            var run = RunAll();
            joined.Agree(Intent.Finish);
            return run;
        }
        catch (Exception e) when (!joined.Knows(e))
        {
            joined.Fail(e);
            throw;
        }
    }

    private WaeRun RunAll()
    {
        var clock = Stopwatch.StartNew();
        TrainerLog.RunStarted(logger, Counters.Epoch, Counters.Step, epochs, state.Options.Seed);
        _observers.Raise(new RunStarted(trainer, Counters.Step, Counters.Epoch, epochs));
        if (state.Options.Pretraining is { } pretraining && !Counters.Pretrained && Counters.Step == 0 && Stopped() is null)
        {
            new PretrainingLoop(state, pretraining, options.BatchLimit, logger, cancellationToken).Run(batches);
        }

        RunOutcome? stopped = null;
        while (Counters.Epoch < epochs && stopped is null)
        {
            stopped = Stopped() ?? Epoch();
        }

        if (Counters.Epoch >= epochs)
        {
            stopped = null;
        }

        var run = new WaeRun(Counters.Epoch, Counters.Step, stopped ?? RunOutcome.Completed, _history, clock.Elapsed);
        TrainerLog.RunCompleted(logger, run.Outcome, run.Epochs, run.Steps);
        _observers.Raise(new RunCompleted(trainer, Counters.Step, Counters.Epoch, run));
        return run;
    }

    /// <summary>The rest of the current epoch. Returns why it was left early, if it was.</summary>
    private RunOutcome? Epoch()
    {
        var clock = Stopwatch.StartNew();
        using (var reader = batches.Open(Counters.Epoch, Counters.Batch))
        {
            while (Stopped() is null && Counters.Batch < (options.BatchLimit ?? long.MaxValue) && Next(reader) is var (batch, share))
            {
                Take(batch, share);
            }
        }

        // What came after the last batch stops the run between epochs, where nothing is lost.
        if (Stopped() is { } early && Counters.Batch != _batchesPerEpoch)
        {
            return early;
        }

        if (Counters.Batch == 0)
        {
            throw NothingToRead();
        }

        _batchesPerEpoch = Counters.Batch;
        if (steps.Flush() is { } flushed)
        {
            Announce(flushed);
        }

        var validation = Validate();
        var means = steps.EndEpoch(validation?.Metrics ?? []);
        _history.Add(means);
        if (logger.IsEnabled(LogLevel.Information))
        {
            TrainerLog.EpochCompleted(logger, Counters.Epoch, Counters.Step, clock.Elapsed.TotalSeconds, Text(means));
        }

        Report(means);
        // The validation comes first: a checkpoint written at the end of an epoch holds what observers took from it.
        if (validation is not null)
        {
            _observers.Raise(new ValidationCompleted(trainer, Counters.Step, Counters.Epoch, validation));
        }

        _observers.Raise(new EpochCompleted(trainer, Counters.Step, Counters.Epoch, means, clock.Elapsed));
        return null;
    }

    /// <summary>The next batch; of several processes each reads its own rows, and all take the batch if any has some.</summary>
    private (Batch Batch, BatchShare? Share)? Next(BatchReader reader)
    {
        if (Joined is not { } joined)
        {
            return reader.Next() is { } alone ? (alone, null) : null;
        }

        Batch? next = null;
        Exception? failure = null;
        var intent = trainer.StopReason is null ? Intent.End : Intent.Stop;
        try
        {
            if (cancellationToken.IsCancellationRequested)
            {
                intent = Intent.Cancel;
            }
            else if (intent == Intent.End && (next = reader.Next()) is { } batch)
            {
                (intent, failure) = JoinedProcesses.Looked(batch, state.Step.Update.Parameters.Kind);
            }
        }
        catch (Exception e)
        {
            (intent, failure) = (Intent.Fail, e);
        }

        var agreed = joined.Agree(intent, next, failure);
        if (agreed.Stop is { } outcome)
        {
            _agreedStop = outcome;
            if (outcome == RunOutcome.StoppedEarly && trainer.StopReason is null)
            {
                trainer.RequestStop("Another process asked to stop.");
            }
        }

        return agreed.Share is { } share ? (next ?? default, share) : null;
    }

    private void Take(Batch batch, BatchShare? share)
    {
        if (PassesOver(batch, share))
        {
            Counters.Batch++;
            return;
        }

        var report = steps.Take(batch, share);
        if (report.Outcome == StepOutcome.Updated)
        {
            Announce(report.Result);
        }
    }

    /// <summary>Whether a batch is a remainder of an epoch that the divergence cannot take; says once that it is passed over.</summary>
    private bool PassesOver(Batch batch, BatchShare? share)
    {
        var minimum = state.Latent.MinimumSampleSize;
        if (Counters.Batch == 0 || (share is null && (batch.Input.IsInvalid || batch.Input.dim() < 2 || batch.Input.numel() == 0)))
        {
            return false;
        }

        var rows = share?.Total ?? batch.Input.shape[0];
        if (rows >= minimum)
        {
            return false;
        }

        if (!_saidSmallBatch)
        {
            TrainerLog.SmallBatch(logger, rows, minimum, "training passes over it");
            _saidSmallBatch = true;
        }

        return true;
    }

    private void Announce(WaeStepResult result)
    {
        if (Counters.Step % options.LoggingInterval == 0)
        {
            var recorded = steps.TakeInterval();
            if (logger.IsEnabled(LogLevel.Debug))
            {
                TrainerLog.MetricsRecorded(logger, Counters.Step, Text(recorded));
            }

            Report(recorded);
            _observers.Raise(new MetricsRecorded(trainer, Counters.Step, Counters.Epoch, recorded));
        }

        if (_observers.Any)
        {
            _observers.Raise(new StepCompleted(trainer, Counters.Step, Counters.Epoch, result));
        }
    }

    private WaeEvaluation? Validate()
    {
        var validation = options.Validation is { } plain ? Batch.Of(plain) : options.LabeledValidation is { } labeled ? Batch.Of(labeled) : null;
        return validation is null ? null : trainer.EvaluateAll(options.BatchLimit is { } limit ? validation.Take(limit) : validation);
    }

    private void Report(IReadOnlyList<Metric> metrics)
        => options.Progress?.Report(new TrainingProgress(Counters.Step, Counters.Epoch, epochs, Counters.Batch, _batchesPerEpoch, metrics));

    private RunOutcome? Stopped()
    {
        if (Joined is not null)
        {
            return _agreedStop;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return RunOutcome.Cancelled;
        }

        return trainer.StopReason is null ? null : RunOutcome.StoppedEarly;
    }

    private ArgumentException NothingToRead() => _history.Count == 0
        ? new ArgumentException("There is no batch to train on. Pass at least one batch of shape [n, …].", nameof(batches))
        : new ArgumentException(
            $"The batches gave nothing in epoch {Counters.Epoch + 1}: they can be enumerated only once, but are needed once an epoch. Pass a collection, such as batches.ToList(), or an enumerable that begins anew each time, such as TensorBatcher.", nameof(batches));

    private static string Text(IReadOnlyList<Metric> metrics)
        => string.Join(", ", metrics.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Name} {m.Value:G6}")));
}
