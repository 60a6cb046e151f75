namespace WassersteinAutoEncoders.Training.Schedules;

/// <summary>A hyper-parameter that changes in the course of training: a learning rate, or the factor λ of the penalty.</summary>
/// <remarks>
/// Most schedules are pure functions of step and epoch, so that a resumed run needs nothing but those two numbers.
/// One that reacts to the run also implements <see cref="IStepFeedback"/> or <see cref="IEpochFeedback"/>, and
/// <see cref="IResumable"/>, by which checkpoints hold its state; such an instance belongs to one trainer.
/// </remarks>
public interface ISchedule
{
    /// <summary>The value that the next step uses.</summary>
    /// <param name="step">Optimizer steps done so far, ≥ 0.</param>
    /// <param name="epoch">Epochs completed so far, ≥ 0.</param>
    /// <returns>The value, finite and ≥ 0.</returns>
    double Value(long step, int epoch);
}

/// <summary>A schedule that reacts to the terms of single steps.</summary>
public interface IStepFeedback
{
    /// <summary>Called once after each optimizer step. Reading the result's values waits for the device; a schedule reads them as rarely as it can.</summary>
    /// <param name="step">Optimizer steps done, this one included.</param>
    /// <param name="result">The step's terms; valid only during the call.</param>
    void StepTaken(long step, WaeStepResult result);
}

/// <summary>A schedule that reacts to the means of whole epochs.</summary>
public interface IEpochFeedback
{
    /// <summary>Called once after each epoch.</summary>
    /// <param name="epoch">Epochs completed, this one included.</param>
    /// <param name="metrics">Means over the epoch.</param>
    void EpochCompleted(int epoch, IReadOnlyList<Metric> metrics);
}

/// <summary>What a schedule counts.</summary>
public enum ScheduleUnit
{
    /// <summary>Completed epochs: the value changes between epochs only.</summary>
    Epochs,

    /// <summary>Optimizer steps.</summary>
    Steps,
}

/// <summary>Picks the time that a schedule counts.</summary>
internal static class ScheduleUnits
{
    public static double Time(this ScheduleUnit unit, long step, int epoch) => unit == ScheduleUnit.Steps ? step : epoch;
}
