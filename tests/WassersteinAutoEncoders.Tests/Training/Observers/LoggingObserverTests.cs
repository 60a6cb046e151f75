using Microsoft.Extensions.Logging;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Observers;

namespace WassersteinAutoEncoders.Tests.Training.Observers;

public sealed class LoggingObserverTests
{
    [Fact]
    public void Every_metric_is_a_property_of_the_entry()
    {
        var logger = new Recorder(LogLevel.Debug);
        var observer = new LoggingObserver(logger);
        observer.Observe(new RunStarted(AnyTrainer.Instance, 0, 0, 1));
        observer.Observe(new MetricsRecorded(AnyTrainer.Instance, 50, 0, [new("loss/total", 1.5)]));
        observer.Observe(new EpochCompleted(AnyTrainer.Instance, 60, 1, [new("loss/total", 1.25), new("lambda", 10)], TimeSpan.Zero));
        observer.Observe(new ValidationCompleted(AnyTrainer.Instance, 60, 1, new WaeEvaluation(1, 2, 21, [0], [1], 7)));

        Assert.Equal([1100, 1101, 1102], logger.Entries.Select(e => e.Id));
        Assert.Equal([LogLevel.Debug, LogLevel.Information, LogLevel.Information], logger.Entries.Select(e => e.Level));
        Assert.Equal("EpochCompleted at step 60, epoch 1: loss/total 1.25 lambda 10", logger.Entries[1].Text);
        Assert.Equal(new Dictionary<string, object?> { ["Step"] = 60L, ["Epoch"] = 1, ["loss/total"] = 1.25, ["lambda"] = 10.0 }, logger.Entries[1].State);
        Assert.Equal(21.0, logger.Entries[2].State["validation/total"]);
    }

    [Fact]
    public void Levels_that_are_off_cost_nothing()
    {
        var logger = new Recorder(LogLevel.Information);
        new LoggingObserver(logger).Observe(new MetricsRecorded(AnyTrainer.Instance, 50, 0, [new("loss/total", 1.5)]));
        Assert.Empty(logger.Entries);
    }

    private sealed class Recorder(LogLevel minimum) : ILogger
    {
        public List<(int Id, LogLevel Level, string Text, Dictionary<string, object?> State)> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Entries.Add((eventId.Id, logLevel, formatter(state, exception), ((IReadOnlyList<KeyValuePair<string, object?>>)state!).Where(p => p.Key != "{OriginalFormat}").ToDictionary()));
    }
}
