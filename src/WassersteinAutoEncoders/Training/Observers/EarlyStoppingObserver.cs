using System.Globalization;
using System.Text.Json.Nodes;

namespace WassersteinAutoEncoders.Training.Observers;

/// <summary>Stops a run when a metric has not become better for a number of epochs.</summary>
/// <remarks>After each epoch that has a value: if it is better than the best so far by more than the margin, it becomes the best; otherwise a count rises, and stops the run when it reaches the patience. Best and count are part of checkpoints; a run resumed from one at which the patience was at an end stops before its first step, as the interrupted one would have.</remarks>
public sealed class EarlyStoppingObserver : ITrainingObserver, IResumable
{
    private readonly MonitoredMetric _metric;
    private readonly int _patience;
    private readonly double _margin;

    /// <summary>Creates the observer.</summary>
    /// <param name="metric">What is watched.</param>
    /// <param name="patience">Epochs without improvement after which the run stops, ≥ 1; 10 by default.</param>
    /// <param name="margin">By how much a value must be better to count, ≥ 0 and finite, in the metric's unit; 0 by default.</param>
    public EarlyStoppingObserver(MonitoredMetric metric, int patience = 10, double margin = 0)
    {
        ArgumentNullException.ThrowIfNull(metric);
        Guard.CheckAtLeast(patience, 1);
        Guard.CheckNonNegative(margin);
        _metric = metric;
        _patience = patience;
        _margin = margin;
    }

    /// <summary>The best value so far, or null before the first.</summary>
    public double? Best { get; private set; }

    /// <summary>The epoch of the best value; 0 before the first.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>Epochs since then without improvement.</summary>
    public int Waited { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The epoch has no such metric.</exception>
    public void Observe(TrainingEvent trainingEvent)
    {
        if (trainingEvent is RunStarted && Waited >= _patience)
        {
            Stop(trainingEvent.Trainer);
        }

        if (trainingEvent is not EpochCompleted epoch || _metric.Read(epoch) is not { } value)
        {
            return;
        }

        if (_metric.IsBetter(value, Best, _margin))
        {
            (Best, BestEpoch, Waited) = (value, epoch.Epoch, 0);
            return;
        }
        Waited++;
        if (Waited >= _patience)
        {
            Stop(epoch.Trainer);
        }
    }

    /// <inheritdoc/>
    public JsonObject SaveState() => new()
    {
        ["best"] = Best is { } best ? JsonNumbers.Save(best) : null,
        ["best_epoch"] = BestEpoch,
        ["waited"] = Waited,
    };

    /// <inheritdoc/>
    public void LoadState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        double? best = state["best"] is null ? null : JsonNumbers.Double(state, "best");
        var (bestEpoch, waited) = (JsonNumbers.Int(state, "best_epoch", 0), JsonNumbers.Int(state, "waited", 0));
        (Best, BestEpoch, Waited) = (best, bestEpoch, waited);
    }

    private void Stop(WaeTrainer trainer)
    {
        var best = Best is { } b ? string.Create(CultureInfo.InvariantCulture, $"the best was {b:G6} in epoch {BestEpoch}") : "there was no finite value";
        trainer.RequestStop($"'{_metric.Name}' has not become better for {Waited} epochs; {best}.");
    }
}
