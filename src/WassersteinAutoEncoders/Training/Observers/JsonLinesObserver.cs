using System.Buffers;
using System.Text.Json;

namespace WassersteinAutoEncoders.Training.Observers;

/// <summary>Appends what happens in a run to a file of JSON lines: one object a line, UTF-8.</summary>
/// <remarks>
/// <para>
/// Every line has <c>event</c>, <c>step</c>, <c>epoch</c> and <c>time</c> (UTC, ISO 8601). <c>metrics</c> and <c>epoch</c> lines hold the
/// values by name under <c>metrics</c>, <c>validation</c> lines the evaluation's terms and latent moments; <c>run_started</c> and <c>run_completed</c> lines
/// bracket a run. Numbers are written so that they read back to the bit; NaN and the infinities, which JSON lacks, as the strings
/// <c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c>.
/// </para>
/// <para>
/// When a run starts, the file's lines of later steps or epochs and a torn last line are dropped: a killed and resumed run
/// leaves each step's line once, a run that begins anew at step 0 keeps at most the line of step 0. A file that is something else is refused, not overwritten.
/// Every line reaches the operating system before the event returns.
/// </para>
/// </remarks>
public sealed class JsonLinesObserver : ITrainingObserver, IDisposable
{
    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private LineLog? _log;

    /// <summary>Prepares to write; the file is opened at the first event.</summary>
    /// <param name="path">The file; its folder is created where it is missing.</param>
    /// <param name="clock">Where <c>time</c> comes from; the system's clock by default.</param>
    public JsonLinesObserver(string path, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        _clock = clock ?? TimeProvider.System;
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
                Write(e, "run_started", json => json.WriteNumber("epochs", e.Epochs));
                break;
            case MetricsRecorded e:
                Write(e, "metrics", json => WriteMetrics(json, e.Metrics));
                break;
            case EpochCompleted e:
                Write(e, "epoch", json =>
                {
                    json.WriteNumber("elapsed_seconds", e.Elapsed.TotalSeconds);
                    WriteMetrics(json, e.Metrics);
                });
                break;
            case ValidationCompleted e:
                Write(e, "validation", json => WriteEvaluation(json, e.Evaluation));
                break;
            case RunCompleted e:
                Write(e, "run_completed", json =>
                {
                    json.WriteString("outcome", e.Run.Outcome.ToString());
                    json.WriteNumber("elapsed_seconds", e.Run.Elapsed.TotalSeconds);
                });
                break;
        }
    }

    /// <summary>Closes the file. A later event opens it again.</summary>
    public void Dispose() => Close();

    private void Close()
    {
        _log?.Dispose();
        _log = null;
    }

    private void Write(TrainingEvent e, string kind, Action<Utf8JsonWriter> content)
    {
        _log ??= LineLog.Open(_path, JsonLineFormat.Instance, e);
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer))
        {
            json.WriteStartObject();
            json.WriteString("event", kind);
            json.WriteNumber("step", e.Step);
            json.WriteNumber("epoch", e.Epoch);
            json.WriteString("time", _clock.GetUtcNow().UtcDateTime);
            content(json);
            json.WriteEndObject();
        }
        _buffer.Write("\n"u8);
        _log.Append(_buffer.WrittenSpan);
    }

    private static void WriteMetrics(Utf8JsonWriter json, IReadOnlyList<Metric> metrics)
    {
        json.WriteStartObject("metrics");
        foreach (var metric in metrics)
        {
            json.WritePropertyName(metric.Name);
            WriteNumber(json, metric.Value);
        }
        json.WriteEndObject();
    }

    private static void WriteEvaluation(Utf8JsonWriter json, WaeEvaluation evaluation)
    {
        json.WriteNumber("count", evaluation.Count);
        WriteMetrics(json, evaluation.Metrics);
        WriteArray(json, "latent_mean", evaluation.LatentMean);
        WriteArray(json, "latent_standard_deviation", evaluation.LatentStandardDeviation);
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IReadOnlyList<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            WriteNumber(json, value);
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }

    private sealed class JsonLineFormat : ILineFormat
    {
        public static readonly JsonLineFormat Instance = new();

        public string Name => "a metrics log in JSON lines";

        public string? Header => null;

        public bool MayBegin(string text) => text.StartsWith('{');

        public (long Step, long Epoch)? PlaceOf(string line)
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                return document.RootElement.ValueKind == JsonValueKind.Object
                    && document.RootElement.TryGetProperty("step", out var step) && step.TryGetInt64(out var stepValue)
                    && document.RootElement.TryGetProperty("epoch", out var epoch) && epoch.TryGetInt64(out var epochValue) ? (stepValue, epochValue) : null;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return null;
            }
        }
    }
}
