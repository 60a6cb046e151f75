namespace WassersteinAutoEncoders.Training.Schedules;

/// <summary>initial · factor^⌊t / every⌋: for instance halved every 30 epochs, as the review does.</summary>
public sealed class StepDecaySchedule : ISchedule
{
    private readonly double _initial;
    private readonly double _factor;
    private readonly long _every;
    private readonly ScheduleUnit _unit;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initial">The first value, finite and ≥ 0.</param>
    /// <param name="factor">What the value is multiplied with each time, finite and &gt; 0.</param>
    /// <param name="every">How many epochs or steps a value lasts, ≥ 1.</param>
    /// <param name="unit">Whether t counts epochs (the default) or steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public StepDecaySchedule(double initial, double factor, long every, ScheduleUnit unit = ScheduleUnit.Epochs)
        => (_initial, _factor, _every, _unit) = (Guard.CheckNonNegative(initial), Guard.CheckPositive(factor), Guard.CheckAtLeast(every, 1), Guard.CheckDefined(unit));

    /// <inheritdoc/>
    public double Value(long step, int epoch) => _initial * Math.Pow(_factor, Math.Floor(_unit.Time(step, epoch) / _every));
}
