using Microsoft.Extensions.Logging;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Observers;

namespace WassersteinAutoEncoders.Tests.Training.Observers;

public sealed class CheckpointObserverTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 0, 3, 4, new[] { 10, 15, 20 })]
    [InlineData(1, 0, 1, 4, new[] { 20 })]
    [InlineData(3, 0, 9, 7, new[] { 15, 30, 35 })]
    [InlineData(0, 4, 9, 3, new[] { 4, 8, 12, 15 })]
    [InlineData(0, 4, 2, 3, new[] { 12, 15 })]
    [InlineData(0, 0, 3, 3, new[] { 15 })]
    [InlineData(1, 3, 9, 2, new[] { 3, 5, 6, 9, 10 })]
    public void It_writes_at_its_intervals_and_at_the_end_and_keeps_the_newest(int everyEpochs, long everySteps, int keep, int epochs, int[] steps)
    {
        using var run = Run(new CheckpointOptions { EveryEpochs = everyEpochs, EverySteps = everySteps, Keep = keep });
        run.Fit(epochs);
        Assert.Equal(steps.Select(s => $"step-{s:D10}.safetensors"), Names());
    }

    [Fact]
    public void The_last_checkpoint_holds_the_final_weights()
    {
        using var run = Run(new CheckpointOptions { EverySteps = 5, EveryEpochs = 0 });
        run.Fit(2);
        using var resumed = Run(new CheckpointOptions());
        var path = CheckpointFolder.Resume(resumed.Trainer, _folder.Path);
        Assert.Equal(CheckpointFolder.PathOf(_folder.Path, 10), path);
        Assert.Equal((10, 2), (resumed.Trainer.StepCount, resumed.Trainer.Epoch));
        Assert.Equal(run.Weights(), resumed.Weights());
    }

    [Fact]
    public void The_best_epoch_is_kept_beside_the_newest_and_remembered_by_them()
    {
        double[] values = [5, 3, double.NaN, 4, 2, 6];
        var best = new MonitoredMetric("m", e => values[e.Epoch - 1]);
        using (var run = Run(new CheckpointOptions { Keep = 1, Best = best }))
        {
            run.Fit(4);
            Assert.Equal(10, StepOf("best.safetensors"));
        }
        using (var resumed = Run(new CheckpointOptions { Keep = 1, Best = best }))
        {
            CheckpointFolder.Resume(resumed.Trainer, _folder.Path);
            values[4] = 3.5;
            resumed.Fit(5);
            Assert.Equal(10, StepOf("best.safetensors"));
            values[5] = 2;
            resumed.Fit(6);
            Assert.Equal(30, StepOf("best.safetensors"));
        }
        Assert.Equal(["best.safetensors", "step-0000000030.safetensors"], Names());
    }

    [Fact]
    public void A_metric_that_is_not_there_does_not_cost_the_run_its_checkpoints()
    {
        using var run = Run(new CheckpointOptions { Best = new MonitoredMetric("validation/total") });
        run.Fit(2);
        Assert.Equal(["step-0000000005.safetensors", "step-0000000010.safetensors"], Names());
    }

    [Theory]
    [InlineData(ErrorPolicy.Continue, RunOutcome.Completed, 20)]
    [InlineData(ErrorPolicy.Stop, RunOutcome.StoppedEarly, 15)]
    public void A_failed_write_leaves_earlier_checkpoints_and_the_run_goes_on_or_stops(ErrorPolicy choice, RunOutcome outcome, long steps)
    {
        var logger = new Recorder();
        var observer = new CheckpointObserver(_folder.Path, new CheckpointOptions { OnFailure = choice }, logger);
        var full = new ObstacleObserver(CheckpointFolder.PathOf(_folder.Path, 15));
        using var run = new SmallRun(fit: new FitOptions { Observers = [full, observer] });
        var result = run.Fit(4);

        Assert.Equal((outcome, steps), (result.Outcome, result.Steps));
        Assert.Equal(1110, Assert.Single(logger.Ids));
        Assert.DoesNotContain("step-0000000015.safetensors", choice == ErrorPolicy.Continue ? Names() : []);
        using var content = SafetensorsFile.Read(CheckpointFolder.PathOf(_folder.Path, 10));
        Assert.True(content.Verified);
        Assert.Null(observer.LastFailure);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_reported_and_the_run_goes_on()
    {
        // A file in the place of the folder refuses every user, root included.
        var place = _folder.File("in the way");
        File.WriteAllText(place, "");
        var observer = new CheckpointObserver(place);
        using var run = new SmallRun(fit: new FitOptions { Observers = [observer] });
        Assert.Equal(RunOutcome.Completed, run.Fit(2).Outcome);
        Assert.IsAssignableFrom<IOException>(observer.LastFailure);
        Assert.Equal("", File.ReadAllText(place));
    }

    [Fact]
    public void A_folder_without_permission_is_reported_and_earlier_checkpoints_are_intact()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return;
        }

        var observer = new CheckpointObserver(_folder.Path);
        using var run = new SmallRun(fit: new FitOptions { Observers = [observer] });
        run.Fit(1);
        var before = File.ReadAllBytes(CheckpointFolder.PathOf(_folder.Path, 5));
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Assert.Equal(RunOutcome.Completed, run.Fit(2).Outcome);
            Assert.IsType<UnauthorizedAccessException>(observer.LastFailure);
            Assert.Equal(before, File.ReadAllBytes(CheckpointFolder.PathOf(_folder.Path, 5)));
        }
        finally
        {
            File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Damaged_checkpoints_are_passed_over_for_the_newest_readable_one()
    {
        using (var run = Run(new CheckpointOptions()))
        {
            run.Fit(3);
        }

        var newest = CheckpointFolder.PathOf(_folder.Path, 15);
        var bytes = File.ReadAllBytes(newest);
        bytes[^1] ^= 1;
        File.WriteAllBytes(newest, bytes);
        using (var resumed = Run(new CheckpointOptions()))
        {
            Assert.Equal(CheckpointFolder.PathOf(_folder.Path, 10), CheckpointFolder.Resume(resumed.Trainer, _folder.Path));
            Assert.Equal(10, resumed.Trainer.StepCount);
        }

        foreach (var path in CheckpointFolder.List(_folder.Path))
        {
            File.WriteAllBytes(path, bytes[..100]);
        }

        Assert.Throws<InvalidDataException>(() => CheckpointFolder.FindNewest(_folder.Path));
    }

    [Fact]
    public void Without_checkpoints_a_run_begins()
    {
        using var run = Run(new CheckpointOptions());
        Assert.Null(CheckpointFolder.Resume(run.Trainer, _folder.File("none")));
        File.WriteAllText(_folder.File("step-x.safetensors"), "not a checkpoint's name");
        Assert.Null(CheckpointFolder.Resume(run.Trainer, _folder.Path));
    }

    [Fact]
    public void What_a_killed_process_left_behind_is_removed_and_nothing_else()
    {
        const string mark = ".0123456789abcdef.tmp";
        string[] mine = ["best.safetensors.tmp", "mine.safetensors" + mark, "mine.tmp"];
        foreach (var name in mine.Concat(["step-0000000007.safetensors" + mark, "best.safetensors" + mark]))
        {
            File.WriteAllText(_folder.File(name), "");
        }

        using var run = Run(new CheckpointOptions());
        run.Fit(1);
        Assert.Equal([.. mine, "step-0000000005.safetensors"], Names());
    }

    [Fact]
    public void A_run_that_went_back_resumes_from_its_own_checkpoints()
    {
        using (var run = Run(new CheckpointOptions { Keep = 9 }))
        {
            run.Fit(4);
        }

        using (var back = Run(new CheckpointOptions { Keep = 9 }))
        {
            back.Trainer.LoadCheckpoint(CheckpointFolder.PathOf(_folder.Path, 5));
            back.Fit(2);
        }
        Assert.Equal(CheckpointFolder.PathOf(_folder.Path, 10), CheckpointFolder.FindNewest(_folder.Path));
    }

    [Fact]
    public void Options_out_of_range_are_argument_errors()
    {
        foreach (var options in new CheckpointOptions[] { new() { Keep = 0 }, new() { EveryEpochs = -1 }, new() { EverySteps = -1 }, new() { OnFailure = (ErrorPolicy)9 } })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new CheckpointObserver(_folder.Path, options));
        }
    }

    private SmallRun Run(CheckpointOptions options) => new(fit: new FitOptions { Observers = [new CheckpointObserver(_folder.Path, options)] });

    private IEnumerable<string> Names() => Directory.GetFiles(_folder.Path).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal);

    private long StepOf(string name)
    {
        using var run = Run(new CheckpointOptions());
        run.Trainer.LoadCheckpoint(_folder.File(name));
        return run.Trainer.StepCount;
    }

    /// <summary>Puts a folder in the place of one checkpoint, at the event it is due, and takes it away at the next.</summary>
    private sealed class ObstacleObserver(string path) : ITrainingObserver
    {
        public void Observe(TrainingEvent trainingEvent)
        {
            if (trainingEvent is EpochCompleted { Epoch: 3 })
            {
                Directory.CreateDirectory(path);
            }
            else if (Directory.Exists(path))
            {
                Directory.Delete(path);
            }
        }
    }

    private sealed class Recorder : ILogger
    {
        public List<int> Ids { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Ids.Add(eventId.Id);
    }
}
