using System.Diagnostics;
using System.Globalization;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace DistributedWorker;

/// <summary>Kills one of several processes again and again, resumes what is left, and compares the end with that of a run that nobody disturbed.</summary>
internal static class Proof
{
    private const int Epochs = 20, Pause = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Returns 0 where everything held.</summary>
    public static int Run(int processes, int kills, int seed)
    {
        var folder = Directory.CreateTempSubdirectory("kill-processes-").FullName;
        try
        {
            var random = new Random(seed);
            var (whole, broken) = (Path.Combine(folder, "whole"), Path.Combine(folder, "broken"));
            Require(Start(processes, Path.Combine(folder, "undisturbed"), whole).WaitForExit(TimeSpan.FromMinutes(5)), "the undisturbed run ends");
            var expected = File.ReadAllText(whole);
            var checkpoints = Path.Combine(folder, "killed");
            for (var kill = 1; kill <= kills; kill++)
            {
                // Of a run that is through, another begins anew.
                if (File.Exists(broken))
                {
                    Require(File.ReadAllText(broken) == expected, "the resumed run ends with the bits of the undisturbed one");
                    File.Delete(broken);
                    Directory.Delete(checkpoints, recursive: true);
                }

                Kill(processes, checkpoints, broken, random, kill);
            }

            using (var last = Start(processes, checkpoints, broken))
            {
                Require(last.WaitForExit(TimeSpan.FromMinutes(5)) && last.ExitCode == 0, "the last run ends");
            }

            Require(File.ReadAllText(broken) == expected, "the resumed run ends with the bits of the undisturbed one");
            Console.WriteLine($"{kills} kills of one of {processes} processes: the end has the bits of the undisturbed run");
            return 0;
        }
        catch (InvalidOperationException e)
        {
            Console.Error.WriteLine($"FAILED: {e.Message}");
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Kill(int processes, string checkpoints, string output, Random random, int kill)
    {
        Directory.CreateDirectory(checkpoints);
        foreach (var old in Directory.EnumerateFiles(checkpoints, "*.pid"))
        {
            File.Delete(old);
        }

        using var launcher = Start(processes, checkpoints, output);
        var victim = random.Next(processes);
        var file = Path.Combine(checkpoints, $"{victim}.pid");
        while (!File.Exists(file) || new FileInfo(file).Length == 0)
        {
            Require(!launcher.HasExited, "the processes begin");
            Thread.Sleep(10);
        }

        var wait = random.Next(0, 4000);
        launcher.WaitForExit(wait);
        var alone = launcher.HasExited;
        if (!alone)
        {
            using var process = Process.GetProcessById(int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture));
            process.Kill();
        }

        var clock = Stopwatch.StartNew();
        Require(launcher.WaitForExit(Limit), $"all processes end within {Limit.TotalSeconds} s of the death of process {victim}");
        var seconds = clock.Elapsed.TotalSeconds;
        var left = Directory.EnumerateFiles(checkpoints, "*.pid").Select(File.ReadAllText).Where(pid => Directory.Exists($"/proc/{pid}")).ToList();
        for (var waited = 0; left.Count > 0 && clock.Elapsed < Limit; waited++)
        {
            Thread.Sleep(50);
            left = left.FindAll(pid => Directory.Exists($"/proc/{pid}"));
        }

        Require(left.Count == 0, $"no process is left, but {string.Join(", ", left)} are");
        var newest = CheckpointFolder.List(checkpoints);
        Require(newest.Count == 0 || CheckpointFolder.FindNewest(checkpoints) == newest[0], "the last checkpoint is whole");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kill}: process {victim} {(alone ? "had ended" : $"killed after {wait} ms")}, all gone after {seconds:F2} s, {(newest.Count == 0 ? "no checkpoint yet" : Path.GetFileName(newest[0]))}"));
    }

    private static Process Start(int processes, string checkpoints, string output)
    {
        var start = new ProcessStartInfo(
            "mpirun", ["-n", processes.ToString(CultureInfo.InvariantCulture), Environment.ProcessPath!, typeof(Proof).Assembly.Location, "train", checkpoints, output, Epochs.ToString(CultureInfo.InvariantCulture), Pause.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) != "dotnet")
        {
            start.ArgumentList.RemoveAt(3);
        }

        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Not so: {what}.");
        }
    }
}
