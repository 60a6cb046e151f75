using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Observers;
using Xunit.Abstractions;

namespace WassersteinAutoEncoders.Tests.Training.Observers;

[Collection(LiveTensors.Name)]
public sealed class LongRunTests(ITestOutputHelper output) : IDisposable
{
    private const long Megabyte = 1 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Five_thousand_steps_with_every_observer_leave_tensors_and_memory_as_they_were()
    {
        using var jsonLines = new JsonLinesObserver(_folder.File("log.jsonl"));
        using var csv = new CsvObserver(_folder.File("log.csv"));
        var probe = new Probe();
        using var run = new SmallRun(fit: new FitOptions
        {
            LoggingInterval = 10,
            Observers =
            [
                new LoggingObserver(NullLogger.Instance), jsonLines, csv,
                new EarlyStoppingObserver(new MonitoredMetric("loss/total"), patience: 10_000), probe,
                new CheckpointObserver(_folder.File("checkpoints"), new CheckpointOptions { EveryEpochs = 0, EverySteps = 200, Best = new MonitoredMetric("m", e => e.Epoch / 100, largerIsBetter: true) }),
            ],
        });
        run.Fit(5_000 / SmallRun.StepsPerEpoch);

        output.WriteLine($"live tensors {probe.TensorsAfterWarmUp} and {probe.TensorsAtEnd}, resident {probe.MemoryAfterWarmUp / Megabyte} and {probe.MemoryAtEnd / Megabyte} MiB");
        Assert.Equal(5_000, run.Trainer.StepCount);
        Assert.Equal(probe.TensorsAfterWarmUp, probe.TensorsAtEnd);
        Assert.InRange(probe.MemoryAtEnd - probe.MemoryAfterWarmUp, long.MinValue, 10 * Megabyte);
    }

    private sealed class Probe : ITrainingObserver
    {
        private const long WarmUp = 3_000, End = 4_995;

        public long TensorsAfterWarmUp { get; private set; }

        public long TensorsAtEnd { get; private set; }

        public long MemoryAfterWarmUp { get; private set; }

        public long MemoryAtEnd { get; private set; }

        public void Observe(TrainingEvent trainingEvent)
        {
            switch (trainingEvent)
            {
                case EpochCompleted { Step: WarmUp }:
                    (TensorsAfterWarmUp, MemoryAfterWarmUp) = (LiveTensors.Count(), Resident());
                    break;
                case EpochCompleted { Step: End }:
                    (TensorsAtEnd, MemoryAtEnd) = (LiveTensors.Count(), Resident());
                    break;
            }
        }

        /// <summary>After a collection that gives back what it can: how much the heap keeps in hand depends on the tests before.</summary>
        private static long Resident()
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64;
        }
    }
}
