using WassersteinAutoEncoders.Encoders;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>What divergences made of others share.</summary>
internal static class CompositeDivergences
{
    /// <summary>A divergence that may be a part of another: not missing, and without a critic, which nobody would train inside.</summary>
    public static ILatentDivergence Checked(ILatentDivergence? divergence, string name)
    {
        ArgumentNullException.ThrowIfNull(divergence, name);
        if (divergence is ITrainableDivergence)
        {
            throw new ArgumentException(
                $"Expected a divergence without a critic, but '{name}' is a {divergence.GetType().Name}, whose critic would not be trained inside another divergence. Give it to the trainer itself.", name);
        }

        return divergence;
    }

    /// <summary>The smallest number of codes that a divergence and all its parts can evaluate, 1 where none says otherwise.</summary>
    public static long MinimumSampleSize(ILatentDivergence divergence)
    {
        var own = (divergence as IMinimumSampleSize)?.MinimumSampleSize ?? 1;
        return ((divergence as ICompositeDivergence)?.Parts ?? []).Aggregate(own, (largest, part) => Math.Max(largest, MinimumSampleSize(part)));
    }

    /// <summary>Every random source of a divergence and of its parts, in a fixed order.</summary>
    public static IEnumerable<IStochasticModule> RandomSources(ILatentDivergence divergence)
    {
        if (divergence is IStochasticModule source)
        {
            yield return source;
        }

        foreach (var part in (divergence as ICompositeDivergence)?.Parts ?? [])
        {
            foreach (var inner in RandomSources(part))
            {
                yield return inner;
            }
        }
    }
}
