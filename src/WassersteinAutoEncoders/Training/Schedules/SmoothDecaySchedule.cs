namespace WassersteinAutoEncoders.Training.Schedules;

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
