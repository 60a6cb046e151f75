using System.Diagnostics;
using System.Globalization;
using KillResume;
using Xunit.Abstractions;

namespace WassersteinAutoEncoders.Tests.Training.Checkpoints;

/// <summary>The short forms of tests/kill-resume.sh, and a disk that is full.</summary>
public sealed class KillResumeTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_process_killed_five_times_and_resumed_ends_with_the_weights_of_one_that_was_left_alone()
        => Proof.Run(_folder.Path, kills: 5, epochs: 10, seed: 7, output.WriteLine);

    [Fact]
    public void Two_processes_that_write_one_path_are_never_read_mixed_also_when_some_are_killed()
        => Race.Run(_folder.Path, writes: 40, kills: 3, seed: 7, output.WriteLine);

    /// <summary>The system's limit on the size of a file stands for the full disk: the write fails in the middle in the same way.</summary>
    [Fact]
    public void A_checkpoint_that_no_longer_fits_on_the_disk_leaves_the_previous_one_and_is_one_clear_error()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var path = _folder.File("model.safetensors");
        Assert.Equal(0, Write(path, 1, "unlimited").Code);
        var before = File.ReadAllBytes(path);

        // In blocks of 512 or 1,024 bytes, as the shell has them.
        var (code, error) = Write(path, 2, "256");

        Assert.Equal(4, code);
        Assert.Contains("model.safetensors", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    private static (int Code, string Error) Write(string path, int value, string limit)
    {
        // The signal would end the process before the write can fail; the runtime's own files have no limit that small.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"", limit, Proof.Host, Proof.Program, "write", path, value.ToString(CultureInfo.InvariantCulture), "1"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
