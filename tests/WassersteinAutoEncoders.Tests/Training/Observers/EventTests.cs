using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Tests.Training.Observers;

/// <summary>Observers look at the parts of an event without asking: one that lacks a part can't be made.</summary>
public class EventTests
{
    private static readonly WaeEvaluation Evaluation = new(1, 2, 21, [0], [1], 7);

    [Fact]
    public void An_event_without_its_parts_is_refused()
    {
        var trainer = AnyTrainer.Instance;
        Action[] calls =
        [
            () => new RunStarted(null!, 0, 0, 1), () => new StepCompleted(trainer, 0, 0, null!), () => new MetricsRecorded(trainer, 0, 0, null!),
            () => new EpochCompleted(trainer, 0, 0, null!, default), () => new ValidationCompleted(trainer, 0, 0, null!), () => new RunCompleted(trainer, 0, 0, null!),
            () => _ = new ValidationCompleted(trainer, 0, 0, Evaluation) with { Trainer = null! }, () => _ = new ValidationCompleted(trainer, 0, 0, Evaluation) with { Evaluation = null! },
            () => new WaeRun(0, 0, RunOutcome.Completed, null!, default), () => new WaeStepResult(null!, null!, null!, 1, []), () => new WaeEvaluation(1, 1, 1, null!, [1], 1),
        ];
        Assert.All(calls, call => Assert.Throws<ArgumentNullException>(call));
        Assert.Throws<ArgumentException>(() => new MetricsRecorded(trainer, 0, 0, [new("a", 1), default]));
        Assert.Throws<ArgumentException>(() => new WaeRun(0, 0, RunOutcome.Completed, [[], null!], default));
    }
}
