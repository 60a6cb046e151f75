namespace WassersteinAutoEncoders.Training.Schedules;

/// <summary>The same value throughout.</summary>
public sealed class ConstantSchedule : ISchedule
{
    private readonly double _value;

    /// <summary>Creates the schedule.</summary>
    /// <param name="value">The value, finite and ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative or not finite.</exception>
    public ConstantSchedule(double value) => _value = Guard.CheckNonNegative(value);

    /// <inheritdoc/>
    public double Value(long step, int epoch) => _value;
}

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

/// <summary>A linear rise to a peak, then half a cosine down to a floor, where it stays.</summary>
/// <remarks>
/// peak · (t + 1) / (w + 1) for t &lt; w; then floor + ½ (peak − floor) (1 + cos(π · min(1, (t − w) / (T − w)))).
/// Source of the second part: Loshchilov and Hutter, "SGDR", ICLR 2017, equation (5), without restarts.
/// </remarks>
public sealed class CosineSchedule : ISchedule
{
    private readonly double _peak;
    private readonly long _total;
    private readonly long _warmup;
    private readonly double _floor;
    private readonly ScheduleUnit _unit;

    /// <summary>Creates the schedule.</summary>
    /// <param name="peak">The highest value, finite and ≥ 0.</param>
    /// <param name="total">T, after how many steps or epochs the floor is reached, ≥ 1.</param>
    /// <param name="warmup">w, how long the rise takes, ≥ 0 and less than <paramref name="total"/>; 0 by default.</param>
    /// <param name="floor">The last value, ≥ 0 and at most <paramref name="peak"/>; 0 by default.</param>
    /// <param name="unit">Whether t counts steps (the default) or epochs.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public CosineSchedule(double peak, long total, long warmup = 0, double floor = 0, ScheduleUnit unit = ScheduleUnit.Steps)
    {
        _peak = Guard.CheckNonNegative(peak);
        _total = Guard.CheckAtLeast(total, 1);
        Guard.CheckBetween(warmup, 0, total - 1);
        _warmup = warmup;
        _floor = Guard.CheckBetween(floor, 0, peak);
        _unit = Guard.CheckDefined(unit);
    }

    /// <inheritdoc/>
    public double Value(long step, int epoch)
    {
        var time = _unit.Time(step, epoch);
        if (time < _warmup)
        {
            return _peak * (time + 1) / (_warmup + 1);
        }

        return _floor + 0.5 * (_peak - _floor) * (1 + Math.Cos(Math.PI * Math.Min(1, (time - _warmup) / (_total - _warmup))));
    }
}
