using System.Collections;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace WassersteinAutoEncoders.Training.Observers;

/// <summary>Logs metrics as structured entries: every metric is a property of its own, beside <c>Step</c> and <c>Epoch</c>.</summary>
/// <remarks>Event ids: 1100 means of an interval (debug), 1101 means of an epoch (information), 1102 an evaluation (information). What else happens in a run the trainer logs itself.</remarks>
public sealed class LoggingObserver : ITrainingObserver
{
    private static readonly EventId Interval = new(1100, "MetricsRecorded");
    private static readonly EventId Epoch = new(1101, "EpochCompleted");
    private static readonly EventId Evaluation = new(1102, "ValidationCompleted");

    private readonly ILogger _logger;

    /// <summary>Creates the observer.</summary>
    /// <param name="logger">Where to log.</param>
    public LoggingObserver(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        _logger = logger;
    }

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent)
    {
        switch (trainingEvent)
        {
            case MetricsRecorded e:
                Log(LogLevel.Debug, Interval, e, e.Metrics);
                break;
            case EpochCompleted e:
                Log(LogLevel.Information, Epoch, e, e.Metrics);
                break;
            case ValidationCompleted e:
                Log(LogLevel.Information, Evaluation, e, e.Evaluation.Metrics);
                break;
        }
    }

    private void Log(LogLevel level, EventId id, TrainingEvent e, IReadOnlyList<Metric> metrics)
    {
        if (_logger.IsEnabled(level))
        {
            _logger.Log(level, id, new Entry(id.Name!, e.Step, e.Epoch, metrics), null, static (entry, _) => entry.ToString());
        }
    }

    /// <summary>The state of a log entry, as structured sinks read it.</summary>
    private sealed class Entry(string what, long step, int epoch, IReadOnlyList<Metric> metrics) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => metrics.Count + 3;

        public KeyValuePair<string, object?> this[int index] => index switch
        {
            0 => new("Step", step),
            1 => new("Epoch", epoch),
            _ when index == Count - 1 => new("{OriginalFormat}", what + " at step {Step}, epoch {Epoch}"),
            _ => new(metrics[index - 2].Name, metrics[index - 2].Value),
        };

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            for (var i = 0; i < Count; i++)
            {
                yield return this[i];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString()
        {
            var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{what} at step {step}, epoch {epoch}:");
            foreach (var metric in metrics)
            {
                text.Append(CultureInfo.InvariantCulture, $" {metric.Name} {metric.Value:G6}");
            }

            return text.ToString();
        }
    }
}
