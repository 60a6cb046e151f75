using System.Globalization;
using System.Text.Json;
using WassersteinAutoEncoders.Tool.CommandLine;
using WassersteinAutoEncoders.Tool.Running;
using WassersteinAutoEncoders.Training.Checkpoints;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Files;

/// <summary>Looks through a file of tensors: what it is, whether it is whole, what stands in it.</summary>
internal static class Inspection
{
    private const int MostRows = 10_000;
    private static readonly string[] Counters = ["step", "epoch", "batch", "skipped"];

    /// <summary>Reads, checks and tells.</summary>
    /// <returns>The exit code: a failure where a number is not finite.</returns>
    /// <exception cref="InvalidDataException">The file is damaged or none of the format.</exception>
    public static int Run(string path, bool all, ToolConsole console)
    {
        using var content = SafetensorsFile.Read(path);
        using var scope = NewDisposeScope();
        var names = content.Tensors.Keys.Order(StringComparer.Ordinal).ToArray();
        var weights = names.Any(name => name.StartsWith("encoder/", StringComparison.Ordinal)) && names.Any(name => name.StartsWith("decoder/", StringComparison.Ordinal));
        var checkpoint = content.Metadata.ContainsKey("wae.checkpoint");
        console.Say(FormattableString.Invariant($"{path}: {(checkpoint ? "checkpoint of a training run" : weights ? "weights of a model" : "weights")}, {new FileInfo(path).Length:N0} bytes, {names.Length:N0} tensors"));
        console.Verdict(true, content.Verified ? "every byte fits the checksum" : "the format is kept; there is no checksum, so another program wrote it");
        if (checkpoint)
        {
            Describe(content, console);
        }

        var tensors = names.Select(name => (Name: name, Values: Values.Of(content.Tensors[name]))).ToArray();
        var parts = tensors.GroupBy(tensor => PartOf(tensor.Name), StringComparer.Ordinal).ToArray();
        console.Table("What is in it", ["part", "tensors", "numbers", "type", "from", "to"], [.. parts.Take(MostRows).Select(part => Row(part.Key, Values.Sum(part.Select(tensor => tensor.Values)), $"{part.Count():N0}"))]);
        if (all)
        {
            console.Table("Tensors", ["name", "shape", "numbers", "type", "from", "to"],
                [.. tensors.Take(MostRows).Select(tensor => Row(tensor.Name, tensor.Values, $"[{string.Join(", ", content.Tensors[tensor.Name].shape)}]"))]);
        }

        var broken = tensors.Where(tensor => tensor.Values.NotFinite > 0).ToArray();
        console.Verdict(broken.Length == 0, broken.Length == 0 ? "every number is finite"
            : FormattableString.Invariant($"{broken.Sum(tensor => tensor.Values.NotFinite):N0} numbers are not finite, in {string.Join(", ", broken.Take(5).Select(tensor => ToolConsole.Printable(tensor.Name)))}{(broken.Length > 5 ? ", …" : "")}"));
        return broken.Length == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>The run as the checkpoint's metadata tell it.</summary>
    private static void Describe(SafetensorsFile content, ToolConsole console)
    {
        try
        {
            using var state = JsonDocument.Parse(content.Metadata.GetValueOrDefault("wae.state") ?? "{}");
            using var summary = JsonDocument.Parse(content.Metadata.GetValueOrDefault("wae.summary") ?? "{}");
            var rows = Scalars(state.RootElement).Where(entry => Counters.Contains(entry.Name))
                .Concat(state.RootElement.TryGetProperty("configuration", out var configuration) ? Scalars(configuration) : [])
                .Concat(Scalars(summary.RootElement))
                .DistinctBy(entry => entry.Name).ToList();
            if (ModelDescription.Find(content) is { } model)
            {
                rows.Add(("made by", $"wae train on {ToolConsole.Printable(model.Data)}, pictures of {model.Channels}×{model.Height}×{model.Width}, {Choices.NameOf(Choices.Networks, model.Settings.Network)} networks of width {model.Settings.Width}"));
            }

            console.Table("The run", ["setting", "value"], [.. rows.Select(entry => (IReadOnlyList<string>)[ToolConsole.Printable(entry.Name.Replace('_', ' ')), ToolConsole.Printable(entry.Value)])]);
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"Its description of the run cannot be read: {ToolConsole.Printable(damaged.Message)}", damaged);
        }
    }

    private static IEnumerable<(string Name, string Value)> Scalars(JsonElement element)
        => element.ValueKind != JsonValueKind.Object ? [] : element.EnumerateObject()
            .Where(property => property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
            .Select(property => (property.Name, property.Value.ToString()));

    private static string PartOf(string name)
    {
        var average = name.StartsWith("average/", StringComparison.Ordinal) ? "average/" : "";
        var rest = name[average.Length..];
        return average + (rest.IndexOf('/') is > 0 and var slash ? rest[..slash] : "weights");
    }

    private static IReadOnlyList<string> Row(string name, Values values, string second)
        => [ToolConsole.Printable(name), second, values.Count.ToString("N0", CultureInfo.InvariantCulture), values.Type, Text(values.Least), Text(values.Most)];

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>What tensors hold; the range is that of the finite numbers, NaN where there are none.</summary>
    private sealed record Values(long Count, string Type, double Least, double Most, long NotFinite)
    {
        public static Values Of(Tensor tensor)
        {
            using var scope = NewDisposeScope();
            var count = tensor.numel();
            var type = tensor.dtype.ToString();
            if (count == 0)
            {
                return new(0, type, double.NaN, double.NaN, 0);
            }

            var numbers = tensor.to(ScalarType.Float64).reshape(-1);
            var finite = numbers.isfinite();
            var kept = Numerics.Scalars.Count(finite);
            using var those = kept == count ? numbers.alias() : numbers.masked_select(finite);
            return new(count, type, kept > 0 ? Numerics.Scalars.Read(those.min()) : double.NaN, kept > 0 ? Numerics.Scalars.Read(those.max()) : double.NaN, count - kept);
        }

        public static Values Sum(IEnumerable<Values> values)
        {
            var all = values.ToArray();
            return new(all.Sum(one => one.Count), string.Join(", ", all.Select(one => one.Type).Distinct().Order(StringComparer.Ordinal)),
                all.Select(one => one.Least).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min(), all.Select(one => one.Most).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max(), all.Sum(one => one.NotFinite));
        }
    }
}
