using WassersteinAutoEncoders.Divergences.Slices;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The energy distance of codes and prior samples (2E‖q − p‖ − …, a squared MMD, not its root) by slices: as <see cref="MmdDivergence"/> with an energy kernel, in O(n·log n).</summary>
/// <remarks>
/// <para>2E‖q − p‖ − E‖q − q′‖ − E‖p − p′‖ = c_d·E_θ 2∫(F_θ − G_θ)², with the distribution functions of the projections onto unit directions θ and
/// c_d = √π·Γ((d + 1)/2)/Γ(d/2) (Hertrich et al., 2023). All pairs count, i = j too, as in the estimator <see cref="MmdEstimator.Biased"/>: never negative, 0 for
/// identical samples. In one dimension it is exact.</para>
/// <para>Cost O(L·(n + m)·(d + log(n + m))), memory O(L·(n + m)). The standard error of L independent directions is of the order of √(d/L) of the value,
/// see <see cref="Estimate"/>. On the CPU the gradient comes in closed form from ranks, once, with the same bits on any number of threads; equal
/// projections take no side. Not to be shared between threads.</para>
/// </remarks>
public sealed class SlicedEnergyDivergence : ISlicedDivergence, ISharedDivergence
{
    private static readonly EnergyRule Rule = new();

    /// <summary>Creates the divergence.</summary>
    /// <param name="directions">The slices of an evaluation; 50 <see cref="RandomDirections"/> by default.</param>
    public SlicedEnergyDivergence(SliceDirections? directions = null) => Directions = directions ?? SliceDirections.Random();

    /// <inheritdoc/>
    public SliceDirections Directions { get; }

    /// <inheritdoc/>
    public Generator Generator => Directions.Generator;

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        return SliceMean.Evaluate(Directions, Rule, encoded, samples, Factor(encoded.shape[1]));
    }

    Tensor? ISharedDivergence.EvaluateShare(Tensor encoded, RowShare share, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        using var scope = NewDisposeScope();
        var d = encoded.shape[1];
        return SliceEngine.Shared(encoded, share, Directions.Draw(d), 1, (codes, axes) => SliceEngine.Mean(Rule, codes, samples, axes, Factor(d))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (double Value, double StandardError) Estimate(Tensor encoded, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        return SliceMean.Estimate(Directions, Rule, encoded, samples, Factor(encoded.shape[1]));
    }

    /// <summary>c_d, by Γ(x + ½)/Γ(x) for x = d/2, from two steps of the recursion.</summary>
    internal static double Factor(long dimension)
    {
        // c_1 = 1, c_2 = π/2 and c_{d+2} = c_d·(d + 1)/d.
        var factor = dimension % 2 == 1 ? 1 : Math.PI / 2;
        for (var d = dimension % 2 == 1 ? 1 : 2; d < dimension; d += 2)
        {
            factor *= (d + 1.0) / d;
        }

        return factor;
    }
}
