using TorchSharp;
using WassersteinAutoEncoders.Priors;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>A divergence D(Q_Z, P_Z) between the distribution of the codes and the prior, estimated from samples.</summary>
/// <remarks>
/// <para>The trainer calls it with one batch of codes and as many prior samples, inside a dispose scope of its own.</para>
/// <para>Most divergences compute their gradient beside the value, once. Differentiating it again, as a gradient penalty through the divergence
/// does, gives NaN, never 0 in place of what is not known; <c>HigherDerivatives</c>, where there is one, gives the second derivative.</para>
/// <para>A divergence with the prior integrated out asks <see cref="PriorSamples.Prior"/> for what it needs, and never for samples, so that none are drawn.</para>
/// </remarks>
public interface ILatentDivergence
{
    /// <summary>The estimate of the divergence.</summary>
    /// <param name="encoded">Codes q ~ Q_Z, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="prior">P_Z: samples p, <c>[m, d]</c>, of the same element type and on the same device, or the prior they come from. A tensor of samples converts implicitly.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in <paramref name="encoded"/>.</returns>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit, or the batch is too small for the estimator.</exception>
    torch.Tensor Evaluate(torch.Tensor encoded, PriorSamples prior);
}

/// <summary>A divergence whose estimate needs more than one code, so that a trainer can tell a remainder of the data that is too small from a mistake.</summary>
/// <remarks>Of divergences made of others, the largest of the parts' sizes counts.</remarks>
public interface IMinimumSampleSize
{
    /// <summary>The smallest number n of codes that can be evaluated, ≥ 1.</summary>
    long MinimumSampleSize { get; }
}

/// <summary>A divergence that is a sum over codes, so that each of several processes can evaluate the terms of its own codes alone.</summary>
internal interface IRowDivergence : ILatentDivergence
{
    /// <summary>The terms of the codes start … start + count − 1 and, where samples are compared, of the samples of the same numbers: the values of all parts add up to the divergence.</summary>
    /// <param name="encoded">All codes, <c>[n, d]</c>.</param>
    /// <param name="start">The first of the own rows.</param>
    /// <param name="count">How many, ≥ 0.</param>
    /// <param name="prior">P_Z, with n samples where any are drawn.</param>
    /// <returns>A scalar whose gradient in the own rows, the only ones it goes back to, is that of the whole divergence; <see langword="null"/> where the settings do not allow it.</returns>
    torch.Tensor? EvaluateRows(torch.Tensor encoded, long start, long count, PriorSamples prior);
}

/// <summary>The rows that one of several processes has of the codes, and what it can ask of the others while all evaluate a divergence.</summary>
/// <param name="Start">The first of the own rows.</param>
/// <param name="Count">How many, ≥ 0.</param>
/// <param name="Rank">The number of this process.</param>
/// <param name="Size">How many processes there are.</param>
/// <param name="Sum">Replaces the elements of a tensor by their sums over the processes, all of which call it as often.</param>
internal sealed record RowShare(long Start, long Count, int Rank, int Size, Action<torch.Tensor> Sum)
{
    /// <summary>The part of this process in so many things to do: where it begins, and how many.</summary>
    public (long Start, long Count) PartOf(long count)
    {
        var start = count * Rank / Size;
        return (start, count * (Rank + 1) / Size - start);
    }

    /// <summary>The part of this process in a divergence; none where it has to be evaluated as a whole.</summary>
    public torch.Tensor? Evaluate(ILatentDivergence divergence, torch.Tensor encoded, PriorSamples prior) => divergence switch
    {
        ISharedDivergence shared => shared.EvaluateShare(encoded, this, prior),
        IRowDivergence rows => rows.EvaluateRows(encoded, Start, Count, prior),
        _ => null,
    };

    /// <summary>Replaces the elements of several tensors of one type by their sums over the processes, in one exchange.</summary>
    public void SumTogether(params ReadOnlySpan<torch.Tensor> parts)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor[] flat = [.. parts.ToArray().Select(part => part.reshape(-1))];
        var all = torch.cat(flat, 0);
        Sum(all);
        long place = 0;
        foreach (var part in parts)
        {
            part.copy_(all.narrow(0, place, part.numel()).reshape(part.shape));
            place += part.numel();
        }
    }

    /// <summary>The part of this process in the rows of a tensor, whatever they are.</summary>
    public torch.Tensor PartOf(torch.Tensor all)
    {
        var (start, count) = PartOf(all.shape[0]);
        return all.narrow(0, start, count);
    }

    /// <summary>The own rows of a tensor of codes.</summary>
    public torch.Tensor Rows(torch.Tensor all) => all.narrow(0, Start, Count);
}

/// <summary>A divergence whose evaluation several processes share by sums over all of them.</summary>
internal interface ISharedDivergence : ILatentDivergence
{
    /// <summary>As <see cref="IRowDivergence.EvaluateRows"/>: the values of all processes add up to the divergence, and the gradient in the own rows is that of the whole.</summary>
    /// <param name="encoded">All codes, <c>[n, d]</c>.</param>
    /// <param name="share">The own rows.</param>
    /// <param name="prior">P_Z, with n samples where any are drawn.</param>
    /// <returns>A scalar; <see langword="null"/>, in all processes and before any sum, where the settings do not allow it.</returns>
    torch.Tensor? EvaluateShare(torch.Tensor encoded, RowShare share, PriorSamples prior);
}

/// <summary>A divergence made of others, which a checkpoint looks through for random states.</summary>
public interface ICompositeDivergence
{
    /// <summary>The divergences it is made of, in a fixed order.</summary>
    IReadOnlyList<ILatentDivergence> Parts { get; }
}

/// <summary>What divergences made of others share.</summary>
internal static class CompositeDivergences
{
    /// <summary>A divergence that may be a part of another whose value is not its weighted sum: not missing, and without a critic, which nobody would train inside.</summary>
    public static ILatentDivergence CheckedWithoutCritic(ILatentDivergence? divergence, string name)
    {
        ArgumentNullException.ThrowIfNull(divergence, name);
        if (Walk(divergence).OfType<ITrainableDivergence>().FirstOrDefault() is { } trainable)
        {
            throw new ArgumentException(
                $"Expected a divergence without a critic, but '{name}' has a {trainable.GetType().Name}, whose critic would not be trained inside another divergence. Give it to the trainer itself, or add it in a SumDivergence.", name);
        }

        return divergence;
    }

    /// <summary>The smallest number of codes that a divergence and all its parts can evaluate, 1 where none says otherwise.</summary>
    public static long MinimumSampleSize(ILatentDivergence divergence)
        => Walk(divergence).OfType<IMinimumSampleSize>().Select(d => d.MinimumSampleSize).Append(1).Max();

    /// <summary>A divergence and all its parts, depth first, in a fixed order.</summary>
    public static IEnumerable<ILatentDivergence> Walk(ILatentDivergence divergence)
        => (divergence is ICompositeDivergence composite ? Guard.CheckItems(composite.Parts, $"the parts of {divergence.GetType().Name}") : []).SelectMany(Walk).Prepend(divergence);
}
