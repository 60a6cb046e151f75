using System.Globalization;

namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>The checkpoints of one run: files <c>step-0000001200.safetensors</c>, named after their step, and <c>best.safetensors</c>.</summary>
public static class CheckpointFolder
{
    /// <summary>The file of the best epoch.</summary>
    public const string BestName = "best.safetensors";

    private const string Prefix = "step-";
    private const string Extension = ".safetensors";

    /// <summary>The path of the checkpoint of a step.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="step">The step, ≥ 0.</param>
    public static string PathOf(string folder, long step)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D10}{Extension}"));
    }

    /// <summary>The checkpoints of steps, newest first; not the best one. Empty where the folder is missing.</summary>
    /// <remarks>Newest is what was written last (of equal times, the later step): after a run went back to an earlier step, what it left behind there is older than what it writes now.</remarks>
    /// <param name="folder">The folder.</param>
    public static IReadOnlyList<string> List(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return
        [
            .. Directory.EnumerateFiles(folder, Prefix + "*" + Extension)
                .Select(path => (Path: path, Step: StepOf(path)))
                .Where(file => file.Step is not null)
                .OrderByDescending(file => File.GetLastWriteTimeUtc(file.Path))
                .ThenByDescending(file => file.Step)
                .Select(file => file.Path),
        ];
    }

    /// <summary>The newest checkpoint that can be read from beginning to end, or null where there is none at all.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidDataException">There are checkpoints, but every one is damaged.</exception>
    public static string? FindNewest(string folder)
    {
        InvalidDataException? damage = null;
        foreach (var path in List(folder))
        {
            try
            {
                using var content = SafetensorsFile.Read(path);
                return path;
            }
            catch (InvalidDataException e)
            {
                damage ??= e;
            }
        }
        // To begin anew in silence would throw hours away.
        return damage is null ? null : throw new InvalidDataException($"No checkpoint in '{folder}' can be read. Remove them to begin anew. The newest: {damage.Message}", damage);
    }

    /// <summary>Loads the newest readable checkpoint of a folder into a trainer.</summary>
    /// <param name="trainer">A trainer made with the modules and options of the run.</param>
    /// <param name="folder">The folder.</param>
    /// <returns>The path of the checkpoint, or null where there is none: the run begins.</returns>
    /// <exception cref="InvalidDataException">Every checkpoint is damaged, or the newest readable one is not of such modules and options. The trainer is unchanged.</exception>
    public static string? Resume(WaeTrainer trainer, string folder)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        var path = FindNewest(folder);
        if (path is not null)
        {
            trainer.LoadCheckpoint(path);
        }

        return path;
    }

    /// <summary>Removes what a killed process left of checkpoints it was writing.</summary>
    internal static void DeleteTemporaryFiles(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var targets = Directory.EnumerateFiles(folder, "*" + Extension + ".*" + AtomicFile.TemporarySuffix)
            .Select(path => AtomicFile.TargetOf(Path.GetFileName(path)))
            .OfType<string>()
            .Where(name => name == BestName || StepOf(name) is not null)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var name in targets)
        {
            AtomicFile.DeleteLeftovers(Path.Combine(folder, name), TimeSpan.Zero);
        }
    }

    private static long? StepOf(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return name.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
    }
}
