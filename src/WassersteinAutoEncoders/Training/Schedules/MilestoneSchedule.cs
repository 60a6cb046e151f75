namespace WassersteinAutoEncoders.Training.Schedules;

/// <summary>A value that is multiplied with a factor at each of several moments and stays so: initial · Π factorᵢ over all i with momentᵢ ≤ t.</summary>
public sealed class MilestoneSchedule : ISchedule
{
    private readonly double _initial;
    private readonly (long At, double Factor)[] _milestones;
    private readonly ScheduleUnit _unit;

    /// <summary>Creates a schedule that counts epochs.</summary>
    /// <param name="initial">The first value, finite and ≥ 0.</param>
    /// <param name="milestones">After how many epochs (≥ 0, increasing) the value is multiplied with which factor (finite, &gt; 0).</param>
    /// <exception cref="ArgumentException">The milestones are not increasing, or an argument is outside its range.</exception>
    public MilestoneSchedule(double initial, params IReadOnlyList<(long At, double Factor)> milestones)
        : this(initial, ScheduleUnit.Epochs, milestones)
    {
    }

    /// <summary>Creates the schedule.</summary>
    /// <param name="initial">The first value, finite and ≥ 0.</param>
    /// <param name="unit">Whether moments are counts of epochs or of steps.</param>
    /// <param name="milestones">After how many of them (≥ 0, increasing) the value is multiplied with which factor (finite, &gt; 0).</param>
    /// <exception cref="ArgumentException">The milestones are not increasing, or an argument is outside its range.</exception>
    public MilestoneSchedule(double initial, ScheduleUnit unit, params IReadOnlyList<(long At, double Factor)> milestones)
    {
        ArgumentNullException.ThrowIfNull(milestones);
        _initial = Guard.CheckNonNegative(initial);
        _unit = Guard.CheckDefined(unit);
        _milestones = [.. milestones];
        for (var i = 0; i < _milestones.Length; i++)
        {
            Guard.CheckAtLeast(_milestones[i].At, i == 0 ? 0 : _milestones[i - 1].At + 1, nameof(milestones));
            Guard.CheckPositive(_milestones[i].Factor, nameof(milestones));
        }
    }

    /// <inheritdoc/>
    public double Value(long step, int epoch)
    {
        var value = _initial;
        var time = _unit.Time(step, epoch);
        foreach (var (at, factor) in _milestones)
        {
            if (time >= at)
            {
                value *= factor;
            }
        }

        return value;
    }
}
