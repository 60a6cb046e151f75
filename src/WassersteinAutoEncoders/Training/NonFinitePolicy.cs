namespace WassersteinAutoEncoders.Training;

/// <summary>What happens when a batch, a loss or a gradient holds NaN or an infinity.</summary>
/// <remarks>On the CPU every step is looked at before it changes a weight. Elsewhere that would make every step wait for the device, so the means are looked at once every 50 steps, and always lead to an exception.</remarks>
public sealed record NonFinitePolicy
{
    private NonFinitePolicy(int skips) => MaximumSkips = skips;

    /// <summary>Training stops at that step with a <see cref="NonFiniteException"/>; no weight is changed.</summary>
    public static NonFinitePolicy Stop { get; } = new(0);

    /// <summary>How many steps may be skipped, over the whole training, resumed runs included.</summary>
    public int MaximumSkips { get; }

    /// <summary>Such a step is left out, without changing a weight, and a warning logged; one more than the maximum stops training.</summary>
    /// <param name="maximum">How many steps may be left out, ≥ 1.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximum"/> is below 1.</exception>
    public static NonFinitePolicy Skip(int maximum) => new(Guard.CheckAtLeast(maximum, 1));
}
