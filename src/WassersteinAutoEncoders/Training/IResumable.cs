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
