namespace WassersteinAutoEncoders.Divergences;

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
        => ((divergence as ICompositeDivergence)?.Parts ?? []).SelectMany(Walk).Prepend(divergence);
}
