namespace WassersteinAutoEncoders.Training.Schedules;

/// <summary>A straight line from one value to another, flat before and after: for instance λ raised slowly once reconstructions have formed.</summary>
/// <remarks>from + (to − from) · clamp((t − delay) / length, 0, 1).</remarks>
public sealed class RampSchedule : ISchedule
{
    private readonly double _from;
    private readonly double _to;
    private readonly long _length;
    private readonly long _delay;
    private readonly ScheduleUnit _unit;

    /// <summary>Creates the schedule.</summary>
    /// <param name="from">The first value, finite and ≥ 0.</param>
    /// <param name="to">The last value, finite and ≥ 0.</param>
    /// <param name="length">How many steps or epochs the change takes, ≥ 1.</param>
    /// <param name="delay">How many pass before it begins, ≥ 0; 0 by default.</param>
    /// <param name="unit">Whether t counts steps (the default) or epochs.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public RampSchedule(double from, double to, long length, long delay = 0, ScheduleUnit unit = ScheduleUnit.Steps)
        => (_from, _to, _length, _delay, _unit)
            = (Guard.CheckNonNegative(from), Guard.CheckNonNegative(to), Guard.CheckAtLeast(length, 1), Guard.CheckAtLeast(delay, 0), Guard.CheckDefined(unit));

    /// <inheritdoc/>
    public double Value(long step, int epoch) => _from + (_to - _from) * Math.Clamp((_unit.Time(step, epoch) - _delay) / _length, 0, 1);
}
