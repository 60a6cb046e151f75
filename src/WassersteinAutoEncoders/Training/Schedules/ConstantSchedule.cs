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
