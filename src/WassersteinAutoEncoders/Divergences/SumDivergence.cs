using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The sum of several divergences of the same codes from the same prior samples.</summary>
/// <remarks>A trainer trains the critic of each part that has one, on its own loss.</remarks>
public sealed class SumDivergence : ILatentDivergence, ICompositeDivergence
{
    private readonly ILatentDivergence[] _divergences;

    /// <summary>Creates the sum.</summary>
    /// <param name="divergences">At least one divergence.</param>
    /// <exception cref="ArgumentException">There is none, or one is missing.</exception>
    public SumDivergence(params ILatentDivergence[] divergences)
    {
        ArgumentNullException.ThrowIfNull(divergences);
        if (divergences.Length == 0)
        {
            throw new ArgumentException("Expected one or more divergences, but none came. Pass the divergences to add.", nameof(divergences));
        }

        if (Array.Exists(divergences, d => d is null))
        {
            throw new ArgumentNullException(nameof(divergences), "Expected divergences to add, but one of them is null. Leave it out.");
        }

        _divergences = [.. divergences];
    }

    /// <summary>The divergences that are added.</summary>
    public IReadOnlyList<ILatentDivergence> Parts => _divergences;

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        using var scope = NewDisposeScope();
        var sum = Guard.CheckScalarResult(_divergences[0].Evaluate(encoded, prior), "each divergence of the sum");
        foreach (var divergence in _divergences.AsSpan(1))
        {
            sum = sum.add(Guard.CheckScalarResult(divergence.Evaluate(encoded, prior), "each divergence of the sum"));
        }

        return sum.MoveToOuterDisposeScope();
    }
}
