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

/// <summary>A fall by a given ratio over the whole training, a little each epoch: initial · ratio^(−min(e + 1, E) / E) in epoch e = 0, 1, …, E − 1.</summary>
/// <remarks>With ratio 100 and E = 50 the rule of the official code for CelebA ("manual_smooth"), which divides already before the first epoch.</remarks>
public sealed class SmoothDecaySchedule : ISchedule
{
    private readonly double _initial;
    private readonly int _epochs;
    private readonly double _ratio;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initial">The value before the first division, finite and ≥ 0.</param>
    /// <param name="epochs">E, ≥ 1.</param>
    /// <param name="ratio">By how much the value has fallen in the last epoch, ≥ 1; 100 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public SmoothDecaySchedule(double initial, int epochs, double ratio = 100)
        => (_initial, _epochs, _ratio) = (Guard.CheckNonNegative(initial), Guard.CheckAtLeast(epochs, 1), Guard.CheckBetween(ratio, 1, double.MaxValue));

    /// <inheritdoc/>
    public double Value(long step, int epoch) => _initial * Math.Pow(_ratio, -Math.Min(epoch + 1.0, _epochs) / _epochs);
}

/// <summary>The schedules of the authors' code (tolstikhin/wae).</summary>
public static class OfficialSchedules
{
    /// <summary>MNIST ("manual"): divided by 2 after 30 epochs, by another 5 after 50, by another 10 after 100.</summary>
    /// <param name="initial">The first value, finite and ≥ 0; 1e-3 by default, 5e-4 for the critic.</param>
    /// <returns>The schedule.</returns>
    public static ISchedule Mnist(double initial = 1e-3) => new MilestoneSchedule(initial, (30, 1 / 2.0), (50, 1 / 5.0), (100, 1 / 10.0));

    /// <summary>CelebA ("manual_smooth"): falls by a factor of 100 over the training.</summary>
    /// <param name="initial">The value before the first division, finite and ≥ 0; 1e-3 for the MMD and 3e-4 for the adversary by the code's comment.</param>
    /// <param name="epochs">The number of epochs, ≥ 1; 50 by default.</param>
    /// <returns>The schedule.</returns>
    public static ISchedule CelebA(double initial = 1e-3, int epochs = 50) => new SmoothDecaySchedule(initial, epochs);
}
