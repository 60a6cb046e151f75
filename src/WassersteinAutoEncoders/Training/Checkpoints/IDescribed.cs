namespace WassersteinAutoEncoders.Training.Checkpoints;

/// <summary>Tells a checkpoint what a prior, kernel, divergence, cost, noise or optimizer of one's own is set to, so that a run is not resumed with another setting unnoticed.</summary>
/// <remarks>Parts that do not implement it are compared by their type alone.</remarks>
public interface IDescribed
{
    /// <summary>The settings, such as <c>degrees of freedom 3</c>: the same text whenever the settings are the same, in the invariant culture.</summary>
    string Describe();
}
