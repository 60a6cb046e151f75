using TorchSharp;

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

    /// <summary>How far mass is carried before it is rather let go: the marginals of a plan are then held by ρ·KL with ρ = Reach² in place of exactly (Séjourné et al. 2019; geomloss's reach).</summary>
    /// <value>Finite and &gt; 0, a length; <see langword="null"/> (the default) for plans that carry everything. Outliers farther than a few times this number pull no more.</value>
    public double? Reach { get; init; }

    /// <summary>A cost of one's own: points <c>[n, d]</c> and <c>[m, d]</c> to c(x_i, y_j), <c>[n, m]</c>, differentiable, with c(x, y) = c(y, x) and c(x, x) = 0.</summary>
    /// <value><see langword="null"/> (the default) for ½‖x − y‖². Costs are then held as matrices at every size, and <see cref="Epsilon"/> has to be given, in their unit.</value>
    public Func<torch.Tensor, torch.Tensor, torch.Tensor>? Cost { get; init; }

    internal SinkhornOptions Validated()
    {
        if (Reach is { } reach)
        {
            Guard.CheckPositive(reach, nameof(Reach));
            Guard.CheckPositive(reach * reach, nameof(Reach));
        }

        if (Cost is not null && Epsilon is null)
        {
            throw new ArgumentException($"Expected '{nameof(Epsilon)}' with a cost of one's own, but it is null. Pass one in the cost's unit, a tenth of a typical cost for instance.", nameof(Epsilon));
        }

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

/// <summary>How an evaluation of a <see cref="SinkhornDivergence"/> ended: its three transport problems, of which each takes part in value and gradient.</summary>
/// <remarks>
/// Of each: whether the marginal error came to at most the tolerance (always <see langword="false"/> for a tolerance of 0, which measures nothing), iterations at
/// the final ε, and the plan's last measured distance from its marginals, in total variation (NaN where it was not measured).
/// </remarks>
/// <param name="Across">OT_ε(q, p), between codes and prior samples.</param>
/// <param name="WithinCodes">OT_ε(q, q).</param>
/// <param name="WithinPrior">OT_ε(p, p).</param>
public sealed record SinkhornReport(
    (bool Converged, int Iterations, double MarginalError) Across,
    (bool Converged, int Iterations, double MarginalError) WithinCodes,
    (bool Converged, int Iterations, double MarginalError) WithinPrior)
{
    /// <summary>Whether all three converged.</summary>
    public bool Converged => Across.Converged && WithinCodes.Converged && WithinPrior.Converged;

    /// <summary>The largest number of iterations of the three.</summary>
    public int Iterations => Math.Max(Across.Iterations, Math.Max(WithinCodes.Iterations, WithinPrior.Iterations));

    /// <summary>The largest marginal error of the three; NaN where one was not measured.</summary>
    public double MarginalError => Math.Max(Across.MarginalError, Math.Max(WithinCodes.MarginalError, WithinPrior.MarginalError));
}
