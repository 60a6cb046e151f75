namespace WassersteinAutoEncoders.Divergences;

/// <summary>A divergence whose estimate needs more than one code, so that a trainer can tell a remainder of the data that is too small from a mistake.</summary>
/// <remarks>Of divergences made of others, the largest of the parts' sizes counts.</remarks>
public interface IMinimumSampleSize
{
    /// <summary>The smallest number n of codes that can be evaluated, ≥ 1.</summary>
    long MinimumSampleSize { get; }
}
