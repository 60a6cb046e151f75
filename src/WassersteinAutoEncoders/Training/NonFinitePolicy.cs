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

/// <summary>A batch, a loss or a gradient was NaN or infinite. Unless the message says otherwise, no weight was changed by the step.</summary>
public sealed class NonFiniteException : ArithmeticException
{
    internal NonFiniteException(string what, long step, double lambda, double reconstruction, double penalty, string? lastCheckpoint)
        : base(FormattableString.Invariant($"{what} in step {step + 1}: reconstruction {reconstruction}, penalty {penalty}, λ {lambda}. ")
            + (lastCheckpoint is null ? "No checkpoint has been saved or loaded by this trainer." : $"The last good checkpoint is '{lastCheckpoint}'.")
            + " A lower learning rate, gradient clipping or clean data are the usual remedies.")
        => (Step, Lambda, Reconstruction, Penalty, LastCheckpoint) = (step, lambda, reconstruction, penalty, lastCheckpoint);

    /// <summary>Optimizer steps that were done before.</summary>
    public long Step { get; }

    /// <summary>The factor λ of the step.</summary>
    public double Lambda { get; }

    /// <summary>The reconstruction cost; NaN also where the step did not come so far.</summary>
    public double Reconstruction { get; }

    /// <summary>The latent divergence before the factor λ; NaN also where the step did not come so far.</summary>
    public double Penalty { get; }

    /// <summary>The path of the checkpoint that this trainer saved or loaded last, if there is one.</summary>
    public string? LastCheckpoint { get; }
}
