using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WassersteinAutoEncoders.Training;

/// <summary>Something with a small state that a checkpoint has to hold, such as an adaptive schedule.</summary>
public interface IResumable
{
    /// <summary>The state now; a copy. Floating-point numbers must survive the round trip through JSON to the bit.</summary>
    JsonObject SaveState();

    /// <summary>Takes over a state saved by the same type. Validates all of it before changing anything.</summary>
    /// <param name="state">What <see cref="SaveState"/> returned.</param>
    /// <exception cref="InvalidDataException">The state does not fit.</exception>
    void LoadState(JsonObject state);
}

/// <summary>Several states that belong together.</summary>
internal static class ResumableStates
{
    /// <summary>Loads all of them or none: what was changed before one refuses is put back.</summary>
    public static void LoadAll(IEnumerable<(IResumable Value, JsonObject State)> states)
    {
        var before = new List<(IResumable Value, JsonObject State)>();
        try
        {
            foreach (var (resumable, state) in states)
            {
                before.Add((resumable, resumable.SaveState()));
                resumable.LoadState(state);
            }
        }
        catch
        {
            foreach (var (resumable, state) in before)
            {
                resumable.LoadState(state);
            }

            throw;
        }
    }
}

/// <summary>Numbers in saved states, to the bit, and their checked reading.</summary>
/// <remarks>A double is saved as text in the shortest form that reads back to the same bits; JSON numbers know neither NaN nor infinity.</remarks>
internal static class JsonNumbers
{
    /// <summary>No count reaches it, 2⁵³; beyond it counting on would overflow.</summary>
    public const long MaximumLong = 1L << 53;

    private const int MaximumInt = 1 << 30;

    public static JsonNode Save(double value) => JsonValue.Create(value.ToString("R", CultureInfo.InvariantCulture));

    public static double Double(JsonObject state, string name)
        => state[name] is JsonValue value && value.TryGetValue(out string? text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong(name, "a number");

    /// <summary>A finite number, at least <paramref name="minimum"/>.</summary>
    public static double Double(JsonObject state, string name, double minimum)
        => Double(state, name) is var number && double.IsFinite(number) && number >= minimum ? number : throw Wrong(name, FormattableString.Invariant($"a finite number of at least {minimum}"));

    public static long Long(JsonObject state, string name, long minimum = long.MinValue)
        => state[name] is JsonValue value && value.TryGetValue(out long number) && number >= minimum && number <= MaximumLong ? number : throw Wrong(name, $"an integer of at least {minimum} and at most {MaximumLong}");

    public static int Int(JsonObject state, string name, int minimum = int.MinValue)
        => Long(state, name, minimum) is var number && number is >= int.MinValue and <= MaximumInt ? (int)number : throw Wrong(name, $"an integer of at most {MaximumInt}");

    public static bool Bool(JsonObject state, string name)
        => state[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : throw Wrong(name, "true or false");

    public static string Text(JsonObject state, string name)
        => state[name] is JsonValue value && value.TryGetValue(out string? text) && text is not null ? text : throw Wrong(name, "a text");

    public static JsonObject Object(JsonNode? node, string name) => node as JsonObject ?? throw Wrong(name, "an object");

    public static JsonArray Array(JsonNode? node, string name) => node as JsonArray ?? throw Wrong(name, "an array");

    /// <summary>Reads JSON text; what is not an object is refused.</summary>
    public static JsonObject Parse(string text, string name)
    {
        try
        {
            return Object(JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }), name);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"The saved state '{name}' is not readable JSON.", e);
        }
    }

    private static InvalidDataException Wrong(string name, string expected) => new($"The saved state lacks '{name}' or it is not {expected}.");
}
