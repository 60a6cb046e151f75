using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace KillResume;

/// <summary>Kills a training process (SIGKILL) at random moments, resumes it each time, and compares everything with a run that was left alone.</summary>
public static partial class Proof
{
    internal const string HashName = "weights.sha256";

    // A process that is not killed within so many steps after the chosen one waits for it.
    private const int Margin = 8;

    /// <summary>Runs the proof in an empty folder.</summary>
    /// <exception cref="ProofFailedException">Something differs, or a checkpoint could not be read after a kill.</exception>
    public static void Run(string folder, int kills, int epochs, int seed, Action<string> report)
    {
        string whole = Path.Combine(folder, "whole"), killed = Path.Combine(folder, "killed");
        Directory.CreateDirectory(whole);
        Directory.CreateDirectory(killed);
        using (var process = Start(whole, epochs, long.MaxValue))
        {
            Finish(process);
        }

        var random = new Random(seed);
        var steps = epochs * Training.StepsPerEpoch;
        var torn = new HashSet<string>(StringComparer.Ordinal);
        // Rising steps, so that the run gets on between the kills; a fifth of them comes while the process is still starting or loading.
        foreach (var step in Enumerable.Range(0, kills).Select(_ => random.Next(1, steps - Margin)).Order())
        {
            using var process = Start(killed, epochs, step + Margin);
            if (random.Next(5) == 0)
            {
                Thread.Sleep(random.Next(600));
            }
            else
            {
                WaitForStep(process, step);
            }
            // Anywhere within the next steps and the checkpoints they write.
            Thread.SpinWait(random.Next(1_000_000));
            process.Kill();
            process.WaitForExit();
            // Their names are unique; one that a process killed while starting did not clean up is seen again.
            torn.UnionWith(Directory.GetFiles(killed, "*.tmp"));
            CheckCheckpoints(killed);
        }
        using (var process = Start(killed, epochs, long.MaxValue))
        {
            Finish(process);
        }

        CheckCheckpoints(killed);

        Compare("the final weights", File.ReadAllText(Path.Combine(whole, HashName)), File.ReadAllText(Path.Combine(killed, HashName)));
        foreach (var log in new[] { "log.jsonl", "log.csv" })
        {
            CompareLines(log, Lines(Path.Combine(whole, log)), Lines(Path.Combine(killed, log)));
        }

        foreach (var checkpoint in Directory.GetFiles(whole, "*.safetensors"))
        {
            Compare(Path.GetFileName(checkpoint), Convert.ToHexString(File.ReadAllBytes(checkpoint)), Convert.ToHexString(File.ReadAllBytes(Path.Combine(killed, Path.GetFileName(checkpoint)))));
        }

        report($"{kills} kills ({torn.Count} in the middle of writing a checkpoint): final weights, checkpoints and logs equal those of the uninterrupted run, bit for bit.");
    }

    private static Process Start(string folder, int epochs, long waitAt)
        => StartSelf("train", folder, epochs.ToString(CultureInfo.InvariantCulture), waitAt.ToString(CultureInfo.InvariantCulture));

    /// <summary>This program in a process of its own, whose output can be read.</summary>
    internal static Process StartSelf(params IEnumerable<string> arguments)
        => Process.Start(new ProcessStartInfo(Host, [Program, .. arguments]) { RedirectStandardOutput = true })!;

    /// <summary>The command that runs <see cref="Program"/>.</summary>
    public static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>This program's assembly.</summary>
    public static string Program => typeof(Proof).Assembly.Location;

    private static void Finish(Process process)
    {
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new ProofFailedException($"The training process ended with {process.ExitCode}.");
        }
    }

    private static void WaitForStep(Process process, int step)
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (int.Parse(line, CultureInfo.InvariantCulture) >= step)
            {
                return;
            }
        }

        throw new ProofFailedException($"The training process ended before step {step}.");
    }

    /// <summary>No moment leaves a checkpoint that cannot be read.</summary>
    private static void CheckCheckpoints(string folder)
    {
        foreach (var path in Directory.GetFiles(folder, "*.safetensors"))
        {
            try
            {
                using var content = SafetensorsFile.Read(path);
            }
            catch (InvalidDataException e)
            {
                throw new ProofFailedException(e.Message);
            }
        }
    }

    private static void Compare(string what, string expected, string actual)
    {
        if (expected != actual)
        {
            throw new ProofFailedException($"{what} differ from those of the uninterrupted run.");
        }
    }

    private static void CompareLines(string what, List<string> expected, List<string> actual)
    {
        for (var i = 0; i < Math.Max(expected.Count, actual.Count); i++)
        {
            if (i >= expected.Count || i >= actual.Count || expected[i] != actual[i])
            {
                throw new ProofFailedException($"Line {i + 1} of {what} differs from that of the uninterrupted run:\n{expected.ElementAtOrDefault(i)}\n{actual.ElementAtOrDefault(i)}");
            }
        }
    }

    /// <summary>A log's lines without times, and without the marks of where a run was started.</summary>
    private static List<string> Lines(string path)
        => [.. File.ReadLines(path).Where(l => !l.Contains("\"run_started\"", StringComparison.Ordinal)).Select(l => Times().Replace(l, ""))];

    [GeneratedRegex("\"(time|elapsed_seconds)\":[^,}]*")]
    private static partial Regex Times();
}
