namespace WassersteinAutoEncoders.Training.Schedules;

/// <summary>See <see cref="Schedule.Constant"/>.</summary>
internal sealed class ConstantSchedule : Schedule
{
    private readonly double _value;

    public ConstantSchedule(double value) => _value = Guard.CheckNonNegative(value);

    public override double Value(long step, int epoch) => _value;
}

/// <summary>See <see cref="Schedule.Ramp"/>.</summary>
internal sealed class RampSchedule : Schedule
{
    private readonly double _from;
    private readonly double _to;
    private readonly long _length;
    private readonly long _delay;
    private readonly ScheduleUnit _unit;

    public RampSchedule(double from, double to, long length, long delay = 0, ScheduleUnit unit = ScheduleUnit.Steps)
        => (_from, _to, _length, _delay, _unit)
            = (Guard.CheckNonNegative(from), Guard.CheckNonNegative(to), Guard.CheckAtLeast(length, 1), Guard.CheckAtLeast(delay, 0), Guard.CheckDefined(unit));

    public override double Value(long step, int epoch) => _from + (_to - _from) * Math.Clamp((_unit.Time(step, epoch) - _delay) / _length, 0, 1);
}

/// <summary>See <see cref="Schedule.Cosine"/>.</summary>
internal sealed class CosineSchedule : Schedule
{
    private readonly double _peak;
    private readonly long _total;
    private readonly long _warmup;
    private readonly double _floor;
    private readonly ScheduleUnit _unit;

    public CosineSchedule(double peak, long total, long warmup = 0, double floor = 0, ScheduleUnit unit = ScheduleUnit.Steps)
    {
        _peak = Guard.CheckNonNegative(peak);
        _total = Guard.CheckAtLeast(total, 1);
        Guard.CheckBetween(warmup, 0, total - 1);
        _warmup = warmup;
        _floor = Guard.CheckBetween(floor, 0, peak);
        _unit = Guard.CheckDefined(unit);
    }

    public override double Value(long step, int epoch)
    {
        var time = _unit.Time(step, epoch);
        if (time < _warmup)
        {
            return _peak * (time + 1) / (_warmup + 1);
        }

        return _floor + 0.5 * (_peak - _floor) * (1 + Math.Cos(Math.PI * Math.Min(1, (time - _warmup) / (_total - _warmup))));
    }
}

/// <summary>See <see cref="Schedule.StepDecay"/>.</summary>
internal sealed class StepDecaySchedule : Schedule
{
    private readonly double _initial;
    private readonly double _factor;
    private readonly long _every;
    private readonly ScheduleUnit _unit;

    public StepDecaySchedule(double initial, double factor, long every, ScheduleUnit unit = ScheduleUnit.Epochs)
        => (_initial, _factor, _every, _unit) = (Guard.CheckNonNegative(initial), Guard.CheckPositive(factor), Guard.CheckAtLeast(every, 1), Guard.CheckDefined(unit));

    public override double Value(long step, int epoch) => _initial * Math.Pow(_factor, Math.Floor(_unit.Time(step, epoch) / _every));
}

/// <summary>See <see cref="Schedule.Milestones(double, IReadOnlyList{ValueTuple{long, double}})"/>.</summary>
internal sealed class MilestoneSchedule : Schedule
{
    private readonly double _initial;
    private readonly (long At, double Factor)[] _milestones;
    private readonly ScheduleUnit _unit;

    public MilestoneSchedule(double initial, params IReadOnlyList<(long At, double Factor)> milestones)
        : this(initial, ScheduleUnit.Epochs, milestones)
    {
    }

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

    public override double Value(long step, int epoch)
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

/// <summary>See <see cref="Schedule.Exponential"/>.</summary>
internal sealed class ExponentialSchedule : Schedule
{
    private readonly double _initial;
    private readonly double _factor;
    private readonly ScheduleUnit _unit;

    public ExponentialSchedule(double initial, double factor, ScheduleUnit unit = ScheduleUnit.Epochs)
    {
        (_initial, _factor, _unit) = (Guard.CheckNonNegative(initial), Guard.CheckPositive(factor), Guard.CheckDefined(unit));
        Guard.CheckBetween(factor, double.Epsilon, 1);
    }

    public override double Value(long step, int epoch) => _initial * Math.Pow(_factor, _unit.Time(step, epoch));
}

/// <summary>See <see cref="Schedule.SmoothDecay"/>.</summary>
internal sealed class SmoothDecaySchedule : Schedule
{
    private readonly double _initial;
    private readonly int _epochs;
    private readonly double _ratio;

    public SmoothDecaySchedule(double initial, int epochs, double ratio = 100)
        => (_initial, _epochs, _ratio) = (Guard.CheckNonNegative(initial), Guard.CheckAtLeast(epochs, 1), Guard.CheckBetween(ratio, 1, double.MaxValue));

    public override double Value(long step, int epoch) => _initial * Math.Pow(_ratio, -Math.Min(epoch + 1.0, _epochs) / _epochs);
}

/// <summary>See <see cref="Schedule.Of"/>.</summary>
internal sealed class FunctionSchedule : Schedule
{
    private readonly Func<long, int, double> _value;

    public FunctionSchedule(Func<long, int, double> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value;
    }

    public override double Value(long step, int epoch) => _value(step, epoch);
}
