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
