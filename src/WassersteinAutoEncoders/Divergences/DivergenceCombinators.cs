using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>Divergences made from divergences, in the order they are read: <c>mmd.Times(10).Plus(bures)</c>. Each keeps every ability of its parts.</summary>
public static class DivergenceCombinators
{
    /// <summary>The sum of divergences of the same codes from the same prior samples.</summary>
    /// <remarks>A trainer trains the critic of each part that has one, on its own loss.</remarks>
    /// <param name="divergence">The first divergence.</param>
    /// <param name="others">The divergences to add to it.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="ArgumentException">A divergence is missing.</exception>
    public static ILatentDivergence Plus(this ILatentDivergence divergence, params ILatentDivergence[] others)
    {
        ArgumentNullException.ThrowIfNull(divergence);
        ArgumentNullException.ThrowIfNull(others);
        return new SumDivergence([divergence, .. others]);
    }

    /// <summary>factor · D, for sums of divergences in given proportions.</summary>
    /// <remarks>A critic of the divergence is trained on its own loss, to which the factor does not apply.</remarks>
    /// <param name="divergence">D.</param>
    /// <param name="factor">Finite and &gt; 0.</param>
    /// <returns>The scaled divergence.</returns>
    /// <exception cref="ArgumentException">The divergence is missing, or the factor is outside its range.</exception>
    public static ILatentDivergence Times(this ILatentDivergence divergence, double factor)
        => new WeightedDivergence(divergence, factor);

    /// <summary>log(max(D, 0) + δ): a gradient that stays of one size as D falls (cwae trains on it).</summary>
    /// <remarks>
    /// δ bounds the value from below by log δ and the gradient's factor from above by 1/δ. Where D is negative, as unbiased estimators may be, the value
    /// is log δ and the gradient 0.
    /// </remarks>
    /// <param name="divergence">D.</param>
    /// <param name="offset">δ, finite and &gt; 0; 1e-7 (cwae's) by default.</param>
    /// <returns>The decorated divergence.</returns>
    /// <exception cref="ArgumentException">The divergence is missing or has a critic to train, or the offset is outside its range.</exception>
    public static ILatentDivergence Log(this ILatentDivergence divergence, double offset = 1e-7)
        => new LogDivergence(divergence, offset);
}

/// <summary>See <see cref="DivergenceCombinators.Plus"/>.</summary>
internal sealed class SumDivergence : ILatentDivergence, ICompositeDivergence
{
    private readonly ILatentDivergence[] _divergences;

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
            sum = sum.Plus(Guard.CheckScalarResult(divergence.Evaluate(encoded, prior), "each divergence of the sum"));
        }

        return sum.MoveToOuterDisposeScope();
    }
}

/// <summary>See <see cref="DivergenceCombinators.Times"/>.</summary>
internal sealed class WeightedDivergence : ILatentDivergence, ICompositeDivergence
{
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

/// <summary>See <see cref="DivergenceCombinators.Log"/>.</summary>
internal sealed class LogDivergence : ISharedDivergence, ICompositeDivergence
{
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

    Tensor? ISharedDivergence.EvaluateShare(Tensor encoded, RowShare share, PriorSamples prior)
    {
        using var scope = NewDisposeScope();
        if (share.Evaluate(Divergence, encoded, prior) is not { } part)
        {
            return null;
        }

        // The slope belongs to the value of all parts: each is weighted with it, and counts its part of the logarithm.
        var whole = part.detach().clone();
        share.Sum(whole);
        var bounded = whole.AtLeast(0).Plus(Offset);
        var weighted = where(whole.IsBelow(0.0), zeros_like(part), part / bounded);
        return (weighted - weighted.detach()).Plus(bounded.log().Over(share.Size)).MoveToOuterDisposeScope();
    }
}
