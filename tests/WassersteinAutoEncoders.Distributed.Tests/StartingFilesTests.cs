using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace WassersteinAutoEncoders.Distributed.Tests;

/// <summary>The script and the manifest beside the sample start it, with options that it has.</summary>
public sealed partial class StartingFilesTests : IDisposable
{
    private static readonly string Sample = Path.Combine(Root(), "samples", "Distributed");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wae-slurm-");

    public void Dispose() => _folder.Delete(recursive: true);

    [BashTheory]
    [UnsupportedOSPlatform("windows")]
    [InlineData("", "--batch 2048 --epochs 50")]
    [InlineData("--epochs 3 --data digits", "--epochs 3 --data digits")]
    public void The_Slurm_script_starts_the_program_in_each_task(string given, string passed)
    {
        // What srun is told, a word a line, by a stand-in for it.
        File.WriteAllText(Path.Combine(_folder.FullName, "srun"), "#!/bin/sh\nprintf '%s\\n' \"threads $OMP_NUM_THREADS\" \"$@\"\n");
        File.SetUnixFileMode(Path.Combine(_folder.FullName, "srun"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo("bash", [Path.Combine(Sample, "slurm.sh"), .. given.Split(' ', StringSplitOptions.RemoveEmptyEntries)]) { RedirectStandardOutput = true, WorkingDirectory = _folder.FullName };
        start.Environment["PATH"] = $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["SLURM_CPUS_PER_TASK"] = "1";
        start.Environment["SLURM_SUBMIT_DIR"] = "/a folder";
        using var script = Process.Start(start)!;
        var said = script.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        script.WaitForExit();

        Assert.Equal(0, script.ExitCode);
        Assert.Equal(["threads 1", "--mpi=pmi2", "--kill-on-bad-exit=1", "dotnet", "published/Distributed.dll", "--output", "/a folder/out/distributed", .. passed.Split(' ')], said);
    }

    [Fact]
    public void The_manifest_starts_as_many_processes_as_there_are_places()
    {
        var manifest = File.ReadAllText(Path.Combine(Sample, "mpijob.yaml"));

        Assert.Equal(
            int.Parse(Found(manifest, @"Worker:\s+replicas: (\d+)")) * int.Parse(Found(manifest, @"slotsPerWorker: (\d+)")),
            int.Parse(Found(manifest, @"mpirun, -n, ""(\d+)""")));
    }

    [Fact]
    public void Options_that_are_passed_are_those_of_the_program()
    {
        var program = File.ReadAllText(Path.Combine(Sample, "Program.cs"));
        var commands = File.ReadLines(Path.Combine(Sample, "slurm.sh")).Where(l => !l.StartsWith('#')).Concat(File.ReadLines(Path.Combine(Sample, "mpijob.yaml")).Where(l => l.Contains("mpirun", StringComparison.Ordinal)));
        var passed = commands.SelectMany(l => OptionPattern().Matches(l)).Select(m => m.Value).Except(["--mpi", "--kill-on-bad-exit"]).Distinct().ToList();

        Assert.Equal(["--batch", "--epochs", "--output"], passed.Order(StringComparer.Ordinal));
        Assert.All(passed, option => Assert.Contains($"\"{option}\"", program, StringComparison.Ordinal));
    }

    private static string Found(string text, string pattern) => Regex.Match(text, pattern).Groups[1].Value;

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "WassersteinAutoEncoders.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [GeneratedRegex("--[a-z][a-z-]+")]
    private static partial Regex OptionPattern();

    private sealed class BashTheoryAttribute : TheoryAttribute
    {
        public BashTheoryAttribute() => Skip = File.Exists("/bin/bash") ? null : "There is no bash to run the script with.";
    }
}
