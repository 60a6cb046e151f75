namespace WassersteinAutoEncoders.Training.Schedules;

/// <summary>initial · factor^t.</summary>
public sealed class ExponentialSchedule : ISchedule
{
    private readonly double _initial;
    private readonly double _factor;
    private readonly ScheduleUnit _unit;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initial">The first value, finite and ≥ 0.</param>
    /// <param name="factor">What the value is multiplied with each epoch or step, in (0, 1] to decay.</param>
    /// <param name="unit">Whether t counts epochs (the default) or steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public ExponentialSchedule(double initial, double factor, ScheduleUnit unit = ScheduleUnit.Epochs)
    {
        (_initial, _factor, _unit) = (Guard.CheckNonNegative(initial), Guard.CheckPositive(factor), Guard.CheckDefined(unit));
        Guard.CheckBetween(factor, double.Epsilon, 1);
    }

    /// <inheritdoc/>
    public double Value(long step, int epoch) => _initial * Math.Pow(_factor, _unit.Time(step, epoch));
}
