namespace WassersteinAutoEncoders.Divergences;

/// <summary>How an evaluation of a <see cref="SinkhornDivergence"/> ended: its three transport problems, of which each takes part in value and gradient.</summary>
/// <param name="Across">OT_ε(q, p), between codes and prior samples.</param>
/// <param name="WithinCodes">OT_ε(q, q).</param>
/// <param name="WithinPrior">OT_ε(p, p).</param>
public sealed record SinkhornReport(SinkhornConvergence Across, SinkhornConvergence WithinCodes, SinkhornConvergence WithinPrior)
{
    /// <summary>Whether all three converged.</summary>
    public bool Converged => Across.Converged && WithinCodes.Converged && WithinPrior.Converged;

    /// <summary>The largest number of iterations of the three.</summary>
    public int Iterations => Math.Max(Across.Iterations, Math.Max(WithinCodes.Iterations, WithinPrior.Iterations));

    /// <summary>The largest marginal error of the three; NaN where one was not measured.</summary>
    public double MarginalError => Math.Max(Across.MarginalError, Math.Max(WithinCodes.MarginalError, WithinPrior.MarginalError));
}

/// <summary>How the iteration of one transport problem ended.</summary>
/// <param name="Converged">Whether the marginal error came to at most the tolerance; always <see langword="false"/> for a tolerance of 0, which measures nothing.</param>
/// <param name="Iterations">Iterations at the final ε.</param>
/// <param name="MarginalError">The plan's last measured distance from its marginals, in total variation; NaN where it was not measured.</param>
public sealed record SinkhornConvergence(bool Converged, int Iterations, double MarginalError);
