using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The logarithm of another divergence, log(max(D, 0) + δ): its gradient stays of one size as D falls (cwae trains on it).</summary>
/// <remarks>
/// δ bounds the value from below by log δ and the gradient's factor from above by 1/δ. Where D is negative, as unbiased estimators may be, the value
/// is log δ and the gradient 0.
/// </remarks>
public sealed class LogDivergence : ILatentDivergence, ICompositeDivergence
{
    /// <summary>Creates log(max(D, 0) + δ).</summary>
    /// <param name="divergence">D.</param>
    /// <param name="offset">δ, finite and &gt; 0; 1e-7 (cwae's) by default.</param>
    /// <exception cref="ArgumentException">The divergence is missing or has a critic to train, or the offset is outside its range.</exception>
    public LogDivergence(ILatentDivergence divergence, double offset = 1e-7)
    {
        Divergence = CompositeDivergences.CheckedWithoutCritic(divergence, nameof(divergence));
        Offset = Guard.CheckPositive(offset);
    }

    /// <summary>D, the divergence whose logarithm is taken.</summary>
    public ILatentDivergence Divergence { get; }

    /// <summary>δ.</summary>
    public double Offset { get; }

    IReadOnlyList<ILatentDivergence> ICompositeDivergence.Parts => [Divergence];

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        using var scope = NewDisposeScope();
        var value = Guard.CheckScalarResult(Divergence.Evaluate(encoded, prior), "the divergence");
        return value.AtLeast(0).Plus(Offset).log().MoveToOuterDisposeScope();
    }
}
