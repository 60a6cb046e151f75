using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Samples.Data;
using WassersteinAutoEncoders.Tool.CommandLine;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Observers;

namespace WassersteinAutoEncoders.Tool.Running;

/// <summary>Ends a run after a number of steps, and notes when the first one was done.</summary>
internal sealed class StepLimit(long? maximum) : ITrainingObserver
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Time until the first step was done, from the observer's making.</summary>
    public TimeSpan FirstStep { get; private set; }

    public void Observe(TrainingEvent trainingEvent)
    {
        if (trainingEvent is StepCompleted && FirstStep == default)
        {
            FirstStep = _watch.Elapsed;
        }

        // At the start too: a resumed run may have done its steps already.
        if (trainingEvent is RunStarted or StepCompleted && trainingEvent.Step >= maximum)
        {
            trainingEvent.Trainer.RequestStop($"--max-steps {maximum}");
        }
    }
}

/// <summary>Ends a run once the process has had so much processor time since the first step began: fair to the others on a busy machine too.</summary>
internal sealed class TimeLimit(double? seconds) : ITrainingObserver
{
    private TimeSpan _start;

    /// <summary>The limit, where there is one.</summary>
    public double? Seconds => seconds;

    /// <summary>The part of the limit that was used when the last step was done, from 0 to 1.</summary>
    public double Used { get; private set; }

    public void Observe(TrainingEvent trainingEvent)
    {
        if (trainingEvent is RunStarted)
        {
            (_start, Used) = (Environment.CpuUsage.TotalTime, 0);
        }
        else if (trainingEvent is StepCompleted && seconds is { } limit)
        {
            Used = Math.Min(1, (Environment.CpuUsage.TotalTime - _start).TotalSeconds / limit);
            if (Used == 1)
            {
                trainingEvent.Trainer.RequestStop(string.Create(CultureInfo.InvariantCulture, $"--seconds {limit}"));
            }
        }
    }
}

/// <summary>What a run is measured by on the console.</summary>
internal static class RunLimits
{
    /// <summary>The most steps of a run; and what ends it before its epochs do, processor time or a number of steps, or <see langword="null"/>.</summary>
    public static (long Steps, RunLength? Length) Of(TrainingSettings settings, long batchesPerEpoch, TimeLimit? time = null)
    {
        var whole = settings.Epochs * batchesPerEpoch;
        var steps = Math.Min(whole, settings.MaxSteps ?? whole);
        return (steps, time?.Seconds is { } seconds
            ? new RunLength(string.Create(CultureInfo.InvariantCulture, $"{seconds} s of processor time"), step => Math.Max(time.Used, Math.Min(1, (double)step / steps)))
            : steps < whole ? new RunLength(string.Create(CultureInfo.InvariantCulture, $"{steps:N0} step{(steps == 1 ? "" : "s")}"), step => Math.Min(1, (double)step / steps)) : null);
    }
}

/// <summary>What networks a run has and for which pictures: <c>wae sample</c> builds them again.</summary>
internal sealed record ModelDescription(TrainingSettings Settings, string Data, int Channels, int Height, int Width)
{
    private const int MostPixels = 1 << 20;
    private static readonly JsonSerializerOptions Format = new() { Converters = { new JsonStringEnumConverter(allowIntegerValues: false) } };

    /// <summary>Of a run.</summary>
    public static ModelDescription Of(TrainingSettings settings, ImageData data)
        => new(settings with { DataFolder = null, Output = null, Resume = null }, data.Name, data.Train.Channels, data.Train.Height, data.Train.Width);

    /// <summary>The shape of a picture.</summary>
    public ImageShape Shape => new(Channels, Height, Width);

    /// <summary>As checkpoints hold it.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Format)!.AsObject();

    /// <summary>The description in a checkpoint of <c>wae train</c>, or <see langword="null"/> where there is none; a checkpoint may be anyone's, so it is looked through.</summary>
    /// <exception cref="InvalidDataException">There is one that cannot be.</exception>
    public static ModelDescription? Find(SafetensorsFile content)
    {
        try
        {
            var states = JsonNode.Parse(content.Metadata.GetValueOrDefault("wae.state") ?? "{}") is JsonObject state ? state["states"] as JsonObject : null;
            var found = states?.FirstOrDefault(entry => entry.Key.EndsWith(": " + typeof(DescriptionKeeper).FullName, StringComparison.Ordinal)).Value;
            var description = found.Deserialize<ModelDescription>(Format);
            if (description is null)
            {
                return null;
            }

            var mistake = description.Settings is null or { Network: not (NetworkKind.Mlp or NetworkKind.Conv or NetworkKind.Review) } ? "no settings" : description.Settings.Mistakes().FirstOrDefault();
            var possible = description is { Channels: 1 or 3, Height: >= 1, Width: >= 1 } && (long)description.Height * description.Width <= MostPixels;
            return mistake is null && possible ? description
                : throw new InvalidDataException($"Its description of the model cannot be: {ToolConsole.Printable(mistake ?? $"pictures of {description.Channels}×{description.Height}×{description.Width}")}");
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"Its description of the model cannot be read: {ToolConsole.Printable(damaged.Message)}", damaged);
        }
    }
}

/// <summary>Puts the description of the model into every checkpoint of the run.</summary>
internal sealed class DescriptionKeeper(ModelDescription description) : ITrainingObserver, IResumable
{
    public void Observe(TrainingEvent trainingEvent)
    {
    }

    public JsonObject SaveState() => description.ToJson();

    public void LoadState(JsonObject state)
    {
    }
}
