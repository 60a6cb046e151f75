using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using WassersteinAutoEncoders.Tool.CommandLine;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Tool.Bakeoff;

/// <summary>
/// Keeps each finished run of a bake-off as two files, its figures with the settings they belong to and a picture, so that a
/// comparison of hours that was interrupted, or is given more seeds, goes on where it was.
/// </summary>
internal sealed class RunStore
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
    };

    private readonly string _folder;

    /// <summary>Makes the store.</summary>
    /// <param name="folder">The bake-off's folder.</param>
    public RunStore(string folder)
    {
        _folder = Path.Combine(folder, "runs");
        Directory.CreateDirectory(_folder);
    }

    /// <summary>What decides a run's figures, as text that two equal runs share.</summary>
    public static JsonObject Key(Study study, TrainingSettings settings, string data)
    {
        var key = JsonSerializer.SerializeToNode(settings with { DataFolder = null, Output = null, Threads = null, Device = "cpu" }, Format)!.AsObject();
        key["Data"] = data;
        key["Images"] = study.Images;
        key["Seconds"] = study.Seconds;
        return key;
    }

    /// <summary>The run's figures and picture, or <see langword="null"/> if it has not been done with these settings.</summary>
    public (Measurement Figures, byte[] Picture)? Find(string name, JsonObject key)
    {
        var (figures, picture) = Files(name);
        try
        {
            var record = File.Exists(figures) && File.Exists(picture) ? JsonNode.Parse(File.ReadAllBytes(figures)) as JsonObject : null;
            return record is not null && JsonNode.DeepEquals(record["settings"], key) && record["figures"].Deserialize<Measurement>(Format) is { Divergences: not null } found
                ? (found, File.ReadAllBytes(picture))
                : null;
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Keeps a run.</summary>
    public void Keep(string name, JsonObject key, Measurement figures, byte[] picture)
    {
        var files = Files(name);
        AtomicFile.WriteAllBytes(files.Picture, picture);
        var record = new JsonObject { ["settings"] = key, ["figures"] = JsonSerializer.SerializeToNode(figures, Format) };
        AtomicFile.WriteAllBytes(files.Figures, JsonSerializer.SerializeToUtf8Bytes(record, Format));
    }

    private (string Figures, string Picture) Files(string name) => (Path.Combine(_folder, name + ".json"), Path.Combine(_folder, name + ".png"));
}
