namespace WassersteinAutoEncoders.Training;

/// <summary>The range of <see cref="WaeTrainer.TestLearningRates"/>.</summary>
public sealed record LearningRateTest
{
    /// <summary>The first learning rate.</summary>
    /// <value>Finite and &gt; 0; default 1e-6.</value>
    public double Minimum { get; init; } = 1e-6;

    /// <summary>The last learning rate.</summary>
    /// <value>Finite and greater than <see cref="Minimum"/>; default 1.</value>
    public double Maximum { get; init; } = 1;

    /// <summary>The number of steps from one to the other.</summary>
    /// <value>≥ 2; default 100.</value>
    public int Steps { get; init; } = 100;

    internal void Validate()
    {
        Guard.CheckPositive(Minimum);
        Guard.CheckPositive(Maximum);
        Guard.CheckAtLeast(Steps, 2);
        if (Maximum <= Minimum)
        {
            throw new ArgumentOutOfRangeException(nameof(Maximum), Maximum, FormattableString.Invariant($"Expected '{nameof(Maximum)}' to be greater than '{nameof(Minimum)}', {Minimum:R}. Raise it."));
        }
    }
}

/// <summary>What <see cref="WaeTrainer.TestLearningRates"/> found.</summary>
/// <param name="Points">The learning rate of each step and the loss found before it, as a mean over the last steps with weights that fall by a tenth from one to the one before; ends early where the loss is more than four times its lowest value or not finite.</param>
/// <param name="Suggestion">The rate at which that loss falls most steeply per decade; NaN where it never falls.</param>
public sealed record LearningRateCurve(IReadOnlyList<(double Rate, double Loss)> Points, double Suggestion);
