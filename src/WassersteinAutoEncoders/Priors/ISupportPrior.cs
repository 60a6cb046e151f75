using TorchSharp;

namespace WassersteinAutoEncoders.Priors;

/// <summary>A prior on a part of the latent space onto which codes can be moved.</summary>
public interface ISupportPrior : IPrior
{
    /// <summary>Moves points onto the support.</summary>
    /// <param name="points"><c>[n, Dimension]</c>, float32 or float64.</param>
    /// <returns><c>[n, Dimension]</c>, differentiable in <paramref name="points"/> with a finite gradient.</returns>
    /// <exception cref="ArgumentException">The shape or element type does not fit.</exception>
    torch.Tensor Project(torch.Tensor points);
}
