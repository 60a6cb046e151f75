using TorchSharp;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Observers;

namespace WassersteinAutoEncoders.Tests.Training.Observers;

public sealed class ConsoleObserverTests
{
    private const int Examples = 8;
    private static readonly Metric[] Losses = [new("loss/total", 3), new("loss/reconstruction", 2.5), new("loss/penalty", 0.05)];

    [Fact]
    public void A_run_leaves_plain_lines_with_losses_units_and_speed()
    {
        using var text = new StringWriter();
        using var run = new SmallRun(fit: new FitOptions { Observers = [new ConsoleObserver(text)] });
        run.Fit(2);
        var lines = text.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.Equal(4, lines.Length);
        Assert.Equal("2 epochs; reconstruction: 0.05·Σ(x−x̂)² per example; penalty: MmdDivergence, weighted with λ = 10", lines[0]);
        Assert.Matches(@"^epoch 1/2  reconstruction \d+\.\d+  penalty -?\d+\.\d+  [\d,]+ examples/s  .+ left$", lines[1]);
        Assert.Matches(@"^epoch 2/2  reconstruction \d+\.\d+  penalty -?\d+\.\d+  [\d,]+ examples/s$", lines[2]);
        Assert.Matches(@"^done: 2 epochs, 10 steps in [\d.]+ s$", lines[3]);
        Assert.DoesNotContain(text.ToString().ReplaceLineEndings(""), char.IsControl);
    }

    [Fact]
    public void Speed_is_what_the_steps_take_and_the_time_left_what_an_epoch_takes_with_everything()
    {
        var (lines, _) = Events(rewrites: false, seconds: 2, steps: 5, epochs: 3, afterwards: 12);
        // Between the first and the last of five steps: 4 · 8 examples in 4 · 2 seconds; then 12 s of validation and reports.
        Assert.Equal("epoch 1/3  reconstruction 2.500  penalty 0.05000  4 examples/s  40 s left", lines[1]);
        Assert.Equal("epoch 2/3  reconstruction 2.500  penalty 0.05000  4 examples/s  22 s left", lines[2]);
        Assert.Equal("epoch 3/3  reconstruction 2.500  penalty 0.05000  4 examples/s", lines[3]);
    }

    [Fact]
    public void A_long_epoch_has_a_line_a_minute_where_nothing_can_be_written_over()
    {
        var (lines, raw) = Events(rewrites: false, seconds: 30, steps: 5, epochs: 1);
        Assert.Equal(["epoch 1/1  step 2  0 examples/s", "epoch 1/1  step 4  0 examples/s"], lines[1..3]);
        Assert.DoesNotContain('\r', raw.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void On_a_terminal_the_epochs_line_is_written_over_and_leaves_nothing(int steps)
    {
        var (plain, _) = Events(rewrites: false, seconds: 1, steps, epochs: 2);
        var (_, raw) = Events(rewrites: true, seconds: 1, steps, epochs: 2);
        Assert.Contains('\r', raw);
        Assert.DoesNotContain('\u001b', raw);
        Assert.Equal(plain, raw.TrimEnd().Split('\n').Select(Shown));
    }

    [Fact]
    public void Progress_and_time_left_follow_what_ends_a_run_before_its_epochs()
    {
        // 40 of 200 s when the first epoch ends, where epochs are a million; epochs of less than ten seconds share a line.
        var (lines, _) = Events(rewrites: false, seconds: 8, steps: 5, epochs: 3, length: new RunLength("200 s of processor time", step => step / 25.0), planned: 1_000_000);
        Assert.StartsWith("200 s of processor time; reconstruction: ", lines[0], StringComparison.Ordinal);
        Assert.Equal("epoch 1, 20 %  reconstruction 2.500  penalty 0.05000  1 examples/s  2:40 min left", lines[1]);
        Assert.Equal("epoch 2, 40 %  reconstruction 2.500  penalty 0.05000  1 examples/s  2:00 min left", lines[2]);
        var (fast, _) = Events(rewrites: false, seconds: 1, steps: 5, epochs: 4, length: new RunLength("25 steps", step => step / 25.0), planned: 1_000_000);
        Assert.Equal(["epoch 2, 40 %", "epoch 4, 80 %"], fast[1..3].Select(line => line.Split("  ")[0]));
        Assert.Equal(4, fast.Length);
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(2, 16)]
    [InlineData(5, 40)]
    public void A_step_counts_the_examples_of_all_its_batches(int accumulated, long expected)
    {
        var counts = new List<long>();
        using var run = new SmallRun(new WaeTrainerOptions { AccumulationSteps = accumulated }, new FitOptions { Observers = [new Watcher(counts)] });
        run.Fit(2);
        // Five batches an epoch; what is left of two at an epoch's end is one.
        Assert.Equal(80, counts.Sum());
        Assert.Equal(expected, counts[0]);
    }

    /// <summary>The events of a run whose steps take so many seconds each, and each epoch more afterwards.</summary>
    private static (string[] Lines, string Raw) Events(bool rewrites, double seconds, int steps, int epochs, double afterwards = 0, RunLength? length = null, int? planned = null)
    {
        var clock = new Clock();
        using var text = new StringWriter { NewLine = "\n" };
        using var run = new SmallRun();
        using var zero = torch.tensor(0f);
        var observer = new ConsoleObserver(text, rewrites, length, clock);
        observer.Observe(new RunStarted(run.Trainer, 0, 0, planned ?? epochs));
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            for (var step = 1; step <= steps; step++)
            {
                clock.Seconds += seconds;
                observer.Observe(new StepCompleted(run.Trainer, (epoch * steps) + step, epoch, new WaeStepResult(zero, zero, zero, 1, []) { Count = Examples }));
            }

            clock.Seconds += afterwards;
            observer.Observe(new EpochCompleted(run.Trainer, (epoch + 1) * steps, epoch + 1, Losses, TimeSpan.FromSeconds(steps * seconds)));
        }

        observer.Observe(new RunCompleted(run.Trainer, epochs * steps, epochs, new WaeRun(epochs, epochs * steps, RunOutcome.Completed, [], TimeSpan.FromSeconds(90))));
        return (text.ToString().TrimEnd().Split('\n'), text.ToString());
    }

    /// <summary>What a terminal shows of a line with carriage returns in it.</summary>
    private static string Shown(string line)
    {
        var shown = "";
        foreach (var part in line.Split('\r'))
        {
            shown = part.Length >= shown.Length ? part : part + shown[part.Length..];
        }

        return shown.TrimEnd();
    }

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; } = 100;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)Math.Round(Seconds * 1000);
    }

    private sealed class Watcher(List<long> counts) : ITrainingObserver
    {
        public void Observe(TrainingEvent trainingEvent)
        {
            if (trainingEvent is StepCompleted step)
            {
                counts.Add(step.Result.Count);
            }
        }
    }
}
