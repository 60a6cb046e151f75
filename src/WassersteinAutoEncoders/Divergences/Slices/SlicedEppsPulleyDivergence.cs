using WassersteinAutoEncoders.Divergences.Slices;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The squared weighted distance, averaged over directions, of the characteristic functions of projected codes from that of N(0, s²), the prior integrated out, in O(n).</summary>
/// <remarks>
/// <para>D = E_θ ∫|φ̂_θ(t) − e^{−t²/2}|²·w(t) dt with φ̂_θ(t) = (1/n)·Σ e^{i·t·θᵀq/s} and w the density of N(0, 1), the statistic of Epps and
/// Pulley (1983) over random directions (SIGReg: Balestriero and LeCun, 2025, who multiply it with n). For u = θᵀq/s it equals (1/n²)·Σ e^{−(u_i − u_j)²/2} − √2·(1/n)·Σ e^{−u_i²/4} + 1/√3,
/// an MMD² with a Gaussian kernel of width s on each slice. The expectation for n codes of the prior is (1 − 1/√3)/n.</para>
/// <para>The integral is a sum over <see cref="Nodes"/> equally spaced nodes, within <see cref="Error"/> of it as long as all u lie within ±<see cref="Range"/>. Beyond, numbers that are
/// <see cref="Period"/> apart are taken for the same, so that a code at that distance from the origin counts as one at the origin; but the distance itself has
/// hardly any slope there either (e^{−u²/4} at u = 6 is 1e-4). Far codes want a divergence that pulls from afar beside it, such as <see cref="BuresDivergence"/>.</para>
/// <para>Cost O(L·n·(d + Nodes)), memory O(L·n); one sine and cosine for each projection. On the CPU the gradient comes in closed form, once, with the same
/// bits on any number of threads. Never negative. Not to be shared between threads.</para>
/// </remarks>
public sealed class SlicedEppsPulleyDivergence : ISlicedDivergence, ISharedDivergence
{
    private EppsPulleyRule _rule;

    /// <summary>Creates the divergence.</summary>
    /// <param name="directions">The slices of an evaluation; 50 <see cref="RandomDirections"/> by default.</param>
    /// <param name="range">R, in units of the prior's standard deviation, from 1 to 1,000; 6 by default. The number of nodes grows in proportion.</param>
    /// <param name="error">How far the sum may be from the integral, from 1e-14 to 0.1; 1e-6 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range or the error is outside its range.</exception>
    public SlicedEppsPulleyDivergence(SliceDirections? directions = null, double range = 6, double error = 1e-6)
    {
        Directions = directions ?? SliceDirections.Random();
        Range = range is >= 1 and <= 1000
            ? range
            : throw new ArgumentOutOfRangeException(nameof(range), range, $"Expected '{nameof(range)}' to lie between 1 and 1,000 standard deviations. Pass 6 unless codes lie farther out.");
        Error = error is >= 1e-14 and <= 0.1
            ? error
            : throw new ArgumentOutOfRangeException(nameof(error), error, $"Expected '{nameof(error)}' to lie between 1e-14 and 0.1. Pass 1e-6 unless more is needed.");
        _rule = new EppsPulleyRule(Range, Error, 1);
    }

    /// <inheritdoc/>
    public SliceDirections Directions { get; }

    /// <inheritdoc/>
    public Generator Generator => Directions.Generator;

    /// <summary>R, within which projections are covered, in units of the prior's standard deviation.</summary>
    public double Range { get; }

    /// <summary>How far the sum may be from the integral.</summary>
    public double Error { get; }

    /// <summary>The number of nodes t > 0; their mirror images cost nothing.</summary>
    public int Nodes => _rule.Nodes;

    /// <summary>The distance at which two projections are taken for the same, in units of the prior's standard deviation; more than 2R.</summary>
    public double Period => _rule.Period;

    /// <summary>The estimate of D from the codes.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="prior">P_Z, whose prior is a <see cref="GaussianPrior"/> on ℝᵈ; no samples are drawn.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in <paramref name="encoded"/>.</returns>
    /// <exception cref="ArgumentException">The prior is not Gaussian, or the codes' shape or element type does not fit.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior) => SliceMean.Evaluate(Directions, RuleFor(encoded, prior), encoded);

    Tensor? ISharedDivergence.EvaluateShare(Tensor encoded, RowShare share, PriorSamples prior)
    {
        var rule = RuleFor(encoded, prior);
        using var scope = NewDisposeScope();
        return SliceEngine.Shared(encoded, share, Directions.Draw(encoded.shape[1]), rule.Axes, (codes, axes) => SliceEngine.Mean(rule, codes, null, axes)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (double Value, double StandardError) Estimate(Tensor encoded, PriorSamples prior) => SliceMean.Estimate(Directions, RuleFor(encoded, prior), encoded);

    private EppsPulleyRule RuleFor(Tensor encoded, PriorSamples prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var gaussian = prior.Require<GaussianPrior>(nameof(SlicedEppsPulleyDivergence), $"Use {nameof(SlicedEnergyDivergence)}, which takes samples of any prior.");
        Guard.CheckPoints(encoded, nameof(encoded), gaussian.Dimension);
        if (_rule.Deviation != gaussian.StandardDeviation)
        {
            _rule = new EppsPulleyRule(Range, Error, gaussian.StandardDeviation);
        }

        return _rule;
    }
}
