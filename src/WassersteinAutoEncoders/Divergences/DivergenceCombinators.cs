namespace WassersteinAutoEncoders.Divergences;

/// <summary>Divergences made from divergences, in the order they are read.</summary>
public static class DivergenceCombinators
{
    /// <summary>log(max(D, 0) + δ), see <see cref="LogDivergence"/>.</summary>
    /// <param name="divergence">D.</param>
    /// <param name="offset">δ, finite and &gt; 0; 1e-7 by default.</param>
    /// <returns>The decorated divergence.</returns>
    /// <exception cref="ArgumentException">The divergence is missing or has a critic to train, or the offset is outside its range.</exception>
    public static ILatentDivergence Log(this ILatentDivergence divergence, double offset = 1e-7)
        => new LogDivergence(divergence, offset);
}
