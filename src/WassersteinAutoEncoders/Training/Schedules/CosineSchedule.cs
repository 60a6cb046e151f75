namespace WassersteinAutoEncoders.Training.Schedules;

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
