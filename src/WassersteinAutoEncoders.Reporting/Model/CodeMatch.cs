namespace WassersteinAutoEncoders.Reporting.Model;

/// <summary>Whether codes follow the prior, in one line.</summary>
/// <param name="Health">By the size of the largest difference, whatever its significance.</param>
/// <param name="Where">What differs most, with its figure.</param>
/// <param name="PValue">Of a two-sample test of codes against the prior, in (0, 1].</param>
public sealed record CodeMatch(Health Health, string Where, double PValue)
{
    /// <summary>Directions of the latent space, along dimensions or across them, in which the codes hardly vary.</summary>
    /// <value>≥ 0; 0 by default.</value>
    public int CollapsedDirections { get; init; }
}
