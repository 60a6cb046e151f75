using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using TorchSharp;
using WassersteinAutoEncoders.Training.Data;

namespace WassersteinAutoEncoders.Training;

/// <summary>One call of <see cref="WaeTrainer.Fit"/>.</summary>
internal sealed class FitLoop(WaeTrainer trainer, IEnumerable<torch.Tensor> batches, int epochs, ObserverHub observers, ILogger logger, CancellationToken cancellationToken)
{
    private readonly List<IReadOnlyList<Metric>> _history = [];
    private long? _batchesPerEpoch;

    public WaeRun Run()
    {
        var clock = Stopwatch.StartNew();
        TrainerLog.RunStarted(logger, trainer.Epoch, trainer.StepCount, epochs, trainer.Options.Seed);
        observers.Raise(new RunStarted(trainer, trainer.StepCount, trainer.Epoch, epochs));
        RunOutcome? stopped = null;
        if (trainer.Options.Pretraining is { } pretraining && !trainer.Counters.Pretrained && trainer.StepCount == 0 && Stopped() is null)
        {
            trainer.Pretrain(batches, pretraining, cancellationToken);
        }

        while (trainer.Epoch < epochs && (stopped = Stopped()) is null)
        {
            stopped = Epoch();
            if (stopped is not null)
            {
                break;
            }
        }

        if (trainer.Epoch >= epochs)
        {
            stopped = null;
        }

        var run = new WaeRun(trainer.Epoch, trainer.StepCount, stopped ?? RunOutcome.Completed, _history, clock.Elapsed);
        TrainerLog.RunCompleted(logger, run.Outcome, run.Epochs, run.Steps);
        observers.Raise(new RunCompleted(trainer, trainer.StepCount, trainer.Epoch, run));
        return run;
    }

    /// <summary>The rest of the current epoch. Returns why it was left early, if it was.</summary>
    private RunOutcome? Epoch()
    {
        var clock = Stopwatch.StartNew();
        using (var reader = Open())
        {
            while (Stopped() is null && reader.Next() is { } batch)
            {
                Batch(batch);
            }
        }

        // What came after the last batch stops the run between epochs, where nothing is lost.
        if (Stopped() is { } early && trainer.BatchInEpoch != _batchesPerEpoch)
        {
            return early;
        }

        if (trainer.BatchInEpoch == 0)
        {
            throw NothingToRead();
        }

        _batchesPerEpoch = trainer.BatchInEpoch;
        if (trainer.Flush() is { } flushed)
        {
            Announce(flushed);
        }

        var evaluation = trainer.Options.HeldOut is { } heldOut ? trainer.Evaluate(heldOut) : null;
        var means = trainer.EndEpoch(evaluation is null ? [] : Metrics(evaluation));
        _history.Add(means);
        if (logger.IsEnabled(LogLevel.Information))
        {
            TrainerLog.EpochCompleted(logger, trainer.Epoch, trainer.StepCount, clock.Elapsed.TotalSeconds, Text(means));
        }

        Record();
        Report(means);
        // The evaluation comes first: a checkpoint written at the end of an epoch holds what observers took from it.
        if (evaluation is not null)
        {
            observers.Raise(new EvaluationCompleted(trainer, trainer.StepCount, trainer.Epoch, evaluation));
        }

        observers.Raise(new EpochCompleted(trainer, trainer.StepCount, trainer.Epoch, means, clock.Elapsed));
        return null;
    }

    private void Batch(torch.Tensor batch)
    {
        if (trainer.PassOver(batch))
        {
            return;
        }

        var result = trainer.StepCore(batch, out var outcome);
        if (outcome == StepOutcome.Updated)
        {
            Announce(result);
        }
    }

    private void Announce(WaeStepResult result)
    {
        Record();
        if (observers.Any)
        {
            observers.Raise(new StepCompleted(trainer, trainer.StepCount, trainer.Epoch, result));
        }
    }

    private void Record()
    {
        if (trainer.TakeRecorded() is not { } recorded)
        {
            return;
        }

        if (logger.IsEnabled(LogLevel.Debug))
        {
            TrainerLog.MetricsRecorded(logger, trainer.StepCount, Text(recorded));
        }

        Report(recorded);
        if (observers.Any)
        {
            observers.Raise(new MetricsRecorded(trainer, trainer.StepCount, trainer.Epoch, recorded));
        }
    }

    private void Report(IReadOnlyList<Metric> metrics)
        => trainer.Options.Progress?.Report(new TrainingProgress(trainer.StepCount, trainer.Epoch, epochs, trainer.BatchInEpoch, _batchesPerEpoch, metrics));

    private RunOutcome? Stopped()
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return RunOutcome.Cancelled;
        }

        return trainer.StopReason is null ? null : RunOutcome.StoppedEarly;
    }

    /// <summary>The batches of the epoch that have not been used yet.</summary>
    private BatchReader Open()
    {
        if (batches is IEpochBatches numbered)
        {
            return new BatchReader(numbered.Epoch(trainer.Epoch, trainer.BatchInEpoch));
        }

        var reader = new BatchReader(batches);
        try
        {
            for (long used = 0; used < trainer.BatchInEpoch && reader.Next() is not null; used++)
            {
            }

            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private ArgumentException NothingToRead() => _history.Count == 0
        ? new ArgumentException("There is no batch to train on. Pass at least one batch of shape [n, …].", nameof(batches))
        : new ArgumentException(
            $"The batches gave nothing in epoch {trainer.Epoch + 1}: they can be enumerated only once, but are needed once an epoch. Pass a collection, such as batches.ToList(), or an enumerable that begins anew each time, such as TensorBatcher.", nameof(batches));

    private static IEnumerable<Metric> Metrics(WaeEvaluation evaluation) =>
    [
        new("evaluation/total", evaluation.Total),
        new("evaluation/reconstruction", evaluation.Reconstruction),
        new("evaluation/penalty", evaluation.Penalty),
    ];

    private static string Text(IReadOnlyList<Metric> metrics)
        => string.Join(", ", metrics.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Name} {m.Value:G6}")));
}
