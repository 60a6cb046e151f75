using System.Globalization;
using System.Text;

namespace WassersteinAutoEncoders.Training.Observers;

/// <summary>Appends metrics to a CSV file, one value a line, so that the columns stay the same whatever is measured.</summary>
/// <remarks>
/// Columns: <c>event</c> (<c>metrics</c>, <c>epoch</c> or <c>validation</c>), <c>step</c>, <c>epoch</c>, <c>metric</c>, <c>value</c>. Values read back to the
/// bit; not-a-number is <c>NaN</c>, the infinities are <c>Infinity</c> and <c>-Infinity</c>. A table with a column for each metric is one
/// pivot away: <c>frame.pivot_table(index="step", columns="metric", values="value")</c> in pandas. Resumed runs continue the file as <see cref="JsonLinesObserver"/> does.
/// </remarks>
public sealed class CsvObserver : ITrainingObserver, IDisposable
{
    private readonly string _path;
    private LineLog? _log;

    /// <summary>Prepares to write; the file is opened at the first event.</summary>
    /// <param name="path">The file; its folder is created where it is missing.</param>
    public CsvObserver(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidDataException">The file exists and is not a log of this kind.</exception>
    public void Observe(TrainingEvent trainingEvent)
    {
        switch (trainingEvent)
        {
            case RunStarted e:
                Close();
                Open(e);
                break;
            case MetricsRecorded e:
                Write(e, "metrics", e.Metrics);
                break;
            case EpochCompleted e:
                Write(e, "epoch", e.Metrics);
                break;
            case ValidationCompleted e:
                Write(e, "validation", e.Evaluation.Metrics);
                break;
        }
    }

    /// <summary>Closes the file. A later event opens it again.</summary>
    public void Dispose() => Close();

    private LineLog Open(TrainingEvent e) => _log ??= LineLog.Open(_path, CsvFormat.Instance, e);

    private void Close()
    {
        _log?.Dispose();
        _log = null;
    }

    private void Write(TrainingEvent e, string kind, IReadOnlyList<Metric> metrics)
    {
        var lines = new StringBuilder();
        foreach (var metric in metrics)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{kind},{e.Step},{e.Epoch},{Quoted(metric.Name)},{metric.Value:R}\n");
        }
        // All lines of an event at once: a kill tears at most the last of them off.
        Open(e).Append(Encoding.UTF8.GetBytes(lines.ToString()));
    }

    private static string Quoted(string text)
        => text.AsSpan().ContainsAny(",\"\r\n") ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal).ReplaceLineEndings(" ") + "\"" : text;

    private sealed class CsvFormat : ILineFormat
    {
        public static readonly CsvFormat Instance = new();

        public string Name => "a metrics log in CSV";

        public string Header => "event,step,epoch,metric,value";

        public bool MayBegin(string text) => Header.StartsWith(text, StringComparison.Ordinal);

        public (long Step, long Epoch)? PlaceOf(string line)
            => line.Split(',') is [_, var step, var epoch, _, _, ..]
                && long.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var stepValue)
                && long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var epochValue) ? (stepValue, epochValue) : null;
    }
}
