using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>Another divergence times a factor, for sums of divergences in given proportions.</summary>
/// <remarks>A critic of the divergence is trained on its own loss, to which the factor does not apply.</remarks>
public sealed class WeightedDivergence : ILatentDivergence, ICompositeDivergence
{
    /// <summary>Creates factor · D.</summary>
    /// <param name="divergence">D.</param>
    /// <param name="factor">Finite and &gt; 0.</param>
    /// <exception cref="ArgumentException">The divergence is missing, or the factor is outside its range.</exception>
    public WeightedDivergence(ILatentDivergence divergence, double factor)
    {
        ArgumentNullException.ThrowIfNull(divergence);
        Divergence = divergence;
        Factor = Guard.CheckPositive(factor);
    }

    /// <summary>D, the divergence that is scaled.</summary>
    public ILatentDivergence Divergence { get; }

    /// <summary>What it is multiplied with.</summary>
    public double Factor { get; }

    IReadOnlyList<ILatentDivergence> ICompositeDivergence.Parts => [Divergence];

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        using var scope = NewDisposeScope();
        return Guard.CheckScalarResult(Divergence.Evaluate(encoded, prior), "the weighted divergence").Times(Factor).MoveToOuterDisposeScope();
    }
}
