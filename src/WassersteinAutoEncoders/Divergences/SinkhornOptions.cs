namespace WassersteinAutoEncoders.Divergences;

/// <summary>Settings of a <see cref="SinkhornDivergence"/>.</summary>
public sealed record SinkhornOptions
{
    /// <summary>ε, the entropic regularisation, in units of the cost ½‖x − y‖²; geomloss's blur is √ε.</summary>
    /// <value>
    /// Finite and &gt; 0. <see langword="null"/>, the default, takes it from the prior's scale: E‖p − p′‖²/(4d), half the variance of a coordinate, 0.5 for N(0, I); of samples
    /// without their prior, half their own variance. Smaller is closer to optimal transport and takes more iterations.
    /// </value>
    public double? Epsilon { get; init; }

    /// <summary>The largest number of iterations at the final ε.</summary>
    /// <value>≥ 1; 5,000 by default, a limit that small ε come near.</value>
    public int MaximumIterations { get; init; } = 5000;

    /// <summary>How far the plan's marginals may be from uniform, in total variation (½·Σ|difference|), to count as converged.</summary>
    /// <value>
    /// Finite and ≥ 0; 5e-5 by default, which leaves the gradient an error of less than a thousandth of its norm: measured for 24 codes in three dimensions, where the error of the
    /// gradient is about ten times this number at most. With ε a half of a coordinate's variance that takes some 20 iterations, with a tenth 50 to 300, with a fiftieth thousands. In float32
    /// no less is asked for than what costs of that size resolve, 6e-8·max C/ε. 0 always takes the largest number of iterations and never waits for the device.
    /// </value>
    public double Tolerance { get; init; } = 5e-5;

    /// <summary>The ratio by which ε falls from the largest cost to <see cref="Epsilon"/>, one iteration each (ε-scaling), or <see langword="null"/> to start at <see cref="Epsilon"/>.</summary>
    /// <value>In (0, 1); 0.5 by default. It saves iterations where costs are far larger than ε, and reads the largest cost from the device.</value>
    public double? Scaling { get; init; } = 0.5;

    internal SinkhornOptions Validated()
    {
        if (Epsilon is { } epsilon)
        {
            Guard.CheckPositive(epsilon, nameof(Epsilon));
        }

        Guard.CheckAtLeast(MaximumIterations, 1, nameof(MaximumIterations));
        Guard.CheckNonNegative(Tolerance, nameof(Tolerance));
        if (Scaling is { } ratio && !(ratio > 0 && ratio < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Scaling), ratio, $"Expected '{nameof(Scaling)}' in (0, 1). Pass a ratio such as 0.5, or null for no scaling.");
        }

        return this;
    }
}
