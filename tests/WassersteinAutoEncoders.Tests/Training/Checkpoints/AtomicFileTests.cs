using System.Diagnostics;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Observers;

namespace WassersteinAutoEncoders.Tests.Training.Checkpoints;

public sealed class AtomicFileTests : IDisposable
{
    private const string Mark = ".0123456789abcdef.tmp";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_writers_of_one_path_at_once_never_mix()
    {
        var path = _folder.File("x");
        AtomicFile.WriteAllBytes(path, Content(0));
        using var end = new CancellationTokenSource();
        var writers = Enumerable.Range(1, 2).Select(i => Task.Run(() =>
        {
            for (var n = 0; n < 200; n++)
            {
                AtomicFile.WriteAllBytes(path, Content(i));
            }
        })).ToArray();
        var reader = Task.Run(() =>
        {
            var reads = 0;
            for (; !end.IsCancellationRequested || reads == 0; reads++)
            {
                var bytes = File.ReadAllBytes(path);
                Assert.Equal(Content(bytes[0]), bytes);
            }
        });
        await Task.WhenAll(writers);
        await end.CancelAsync();
        await reader;
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_link_under_the_former_temporary_name_is_not_followed()
    {
        string path = _folder.File("x"), victim = _folder.File("victim");
        File.WriteAllText(victim, "mine");
        File.CreateSymbolicLink(path + ".tmp", victim);
        AtomicFile.WriteAllBytes(path, [1]);
        Assert.Equal("mine", File.ReadAllText(victim));
        Assert.Equal([1], File.ReadAllBytes(path));
    }

    [Fact]
    public void What_a_killed_writer_left_is_removed_by_a_later_write_to_the_same_path_and_nothing_else_is()
    {
        var old = DateTime.UtcNow - TimeSpan.FromMinutes(2);
        string[] kept = ["other" + Mark, "x.tmp", "x.0123456789ABCDEF.tmp", "y.x" + Mark, "x" + Mark.Replace('0', '1')];
        foreach (var name in kept.Append("x" + Mark))
        {
            File.WriteAllText(_folder.File(name), "");
            File.SetLastWriteTimeUtc(_folder.File(name), old);
        }

        // A young one may have a writer that is about to lock it.
        File.SetLastWriteTimeUtc(_folder.File(kept[^1]), DateTime.UtcNow);
        AtomicFile.WriteAllBytes(_folder.File("x"), [1]);
        Assert.Equal(kept.Append("x").Order(StringComparer.Ordinal), Directory.GetFiles(_folder.Path).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_temporary_file_that_is_being_written_is_left_alone()
    {
        var path = _folder.File("x");
        AtomicFile.Write(path, outer =>
        {
            AtomicFile.DeleteLeftovers(path, TimeSpan.Zero);
            outer.WriteByte(7);
        });
        Assert.Equal([7], File.ReadAllBytes(path));
    }

    public static TheoryData<string> Obstacles => ["folder", "link", "broken link", "pipe", "device"];

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void A_target_that_is_no_regular_file_is_refused_at_once_and_stays(string kind)
    {
        if (Place(kind) is not { } path)
        {
            return;
        }

        var before = Describe();
        Action[] writes =
        [
            () => AtomicFile.WriteAllBytes(path, [1]),
            () => SafetensorsFile.Write(path, new Dictionary<string, TorchSharp.torch.Tensor>(), new Dictionary<string, string>()),
            () => AppendFile.Open(path).Dispose(),
        ];
        foreach (var write in writes)
        {
            Assert.Contains(path, Timely(() => Assert.Throws<IOException>(write)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, Describe());
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("pipe")]
    [InlineData("device")]
    public void Reading_what_is_no_regular_file_is_refused_at_once(string kind)
    {
        if (Place(kind) is { } path)
        {
            Assert.Contains(path, Timely(() => Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_pipe_among_checkpoints_is_passed_over()
    {
        if (Place("pipe") is not { } pipe)
        {
            return;
        }

        var good = CheckpointFolder.PathOf(_folder.Path, 1);
        SafetensorsFile.Write(good, new Dictionary<string, TorchSharp.torch.Tensor>(), new Dictionary<string, string>());
        File.Move(pipe, CheckpointFolder.PathOf(_folder.Path, 2));
        Assert.Equal(good, Timely(() => CheckpointFolder.FindNewest(_folder.Path)));
    }

    [Fact]
    public void A_pipe_in_the_place_of_a_log_does_not_hold_up_the_run()
    {
        if (Place("pipe") is not { } pipe)
        {
            return;
        }

        var start = new WassersteinAutoEncoders.Training.RunStarted(Observers.AnyTrainer.Instance, 0, 0, 1);
        using var csv = new CsvObserver(pipe);
        using var lines = new JsonLinesObserver(pipe);
        foreach (var observer in new WassersteinAutoEncoders.Training.ITrainingObserver[] { csv, lines })
        {
            Timely(() => Assert.ThrowsAny<IOException>(() => observer.Observe(start)));
        }
    }

    private static byte[] Content(int writer) => [.. Enumerable.Repeat((byte)writer, 100_000 + writer)];

    private string Describe() => string.Join("; ", Directory.GetFileSystemEntries(_folder.Path).Order(StringComparer.Ordinal).Select(p => $"{p} {new FileInfo(p).Attributes} {new FileInfo(p).LinkTarget}"));

    /// <summary>Puts something of a kind into the folder, or gives null where the system has none or does not allow it.</summary>
    private string? Place(string kind)
    {
        var path = _folder.File("target");
        switch (kind)
        {
            case "folder":
                Directory.CreateDirectory(path);
                return path;
            case "link":
                File.WriteAllText(_folder.File("victim"), "mine");
                File.CreateSymbolicLink(path, _folder.File("victim"));
                return path;
            case "broken link":
                File.CreateSymbolicLink(path, _folder.File("nothing"));
                return path;
            case "pipe":
                return Run("mkfifo", path) ? path : null;
            default:
                // A node of our own that acts like the null device.
                return Run("mknod", path, "c", "1", "3") ? path : null;
        }
    }

    private static bool Run(string command, params string[] arguments)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static T Timely<T>(Func<T> action)
    {
        var task = Task.Run(action);
        Assert.True(Task.WhenAny(task, Task.Delay(TimeSpan.FromSeconds(20))).GetAwaiter().GetResult() == task, "It hangs.");
        return task.GetAwaiter().GetResult();
    }
}
