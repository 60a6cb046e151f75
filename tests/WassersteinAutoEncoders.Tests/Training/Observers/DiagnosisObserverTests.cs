using Microsoft.Extensions.Logging;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Observers;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training.Observers;

public sealed class DiagnosisObserverTests
{
    private static readonly LatentDiagnosisOptions Fast = new() { Permutations = 19, PriorSamples = 200 };

    [Fact]
    public void Every_so_many_epochs_the_report_is_logged_and_the_run_is_not_changed()
    {
        using var generator = new Generator(1);
        using var validation = randn([700, 4], generator: generator);
        var logger = new Recorder();
        var observer = new DiagnosisObserver(validation, logger, everyEpochs: 2, Fast);
        using var watched = new SmallRun(fit: new FitOptions { Observers = [observer] });
        using var alone = new SmallRun(new());
        Assert.Null(observer.Latest);
        watched.Fit(5);
        alone.Fit(5);

        Assert.Equal(2, logger.Entries.Count);
        Assert.Equal(700, observer.Latest!.Count);
        Assert.Contains($"Epoch 4: {observer.Latest}", logger.Entries[1].Text);
        Assert.Equal(alone.Weights(), watched.Weights());

        // Random weights of an encoder do not make a standard normal of its codes.
        Assert.False(observer.Latest.Matches);
        Assert.Equal(1121, logger.Entries[1].Id);
        Assert.Equal(observer.Latest.Findings[0].Severity == FindingSeverity.Problem ? LogLevel.Warning : LogLevel.Information, logger.Entries[1].Level);
    }

    [Fact]
    public void Codes_that_match_are_logged_as_such()
    {
        using var generator = new Generator(2);
        using var validation = randn([300, 4], generator: generator);
        var logger = new Recorder();
        using var run = new SmallRun(new() { LearningRate = new ConstantSchedule(1e-12) }, new() { Observers = [new DiagnosisObserver(validation, logger, options: Fast)] });
        using (no_grad())
        {
            foreach (var parameter in run.Encoder.parameters())
            {
                using var values = parameter.dim() == 2 ? eye(2, 4) : zeros([2]);
                parameter.copy_(values);
            }
        }

        run.Fit(1);
        Assert.Equal((1120, LogLevel.Information), (logger.Entries[0].Id, logger.Entries[0].Level));
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var validation = zeros(2, 3);
        using var single = zeros(1, 3);
        Assert.Throws<ArgumentException>("validation", () => new DiagnosisObserver(single, new Recorder()));
        Assert.Throws<ArgumentNullException>("logger", () => new DiagnosisObserver(validation, null!));
        Assert.Throws<ArgumentOutOfRangeException>("everyEpochs", () => new DiagnosisObserver(validation, new Recorder(), 0));
        Assert.Throws<ArgumentOutOfRangeException>("Level", () => new DiagnosisObserver(validation, new Recorder(), options: new() { Level = 2 }));
    }

    private sealed class Recorder : ILogger
    {
        public List<(int Id, LogLevel Level, string Text)> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Entries.Add((eventId.Id, logLevel, formatter(state, exception)));
    }
}
