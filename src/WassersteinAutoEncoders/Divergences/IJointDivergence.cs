using TorchSharp;
using WassersteinAutoEncoders.Priors;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>A divergence whose critic judges the codes once for the encoder's penalty and for its own loss; a trainer prefers it to the two methods apart.</summary>
public interface IJointDivergence : ITrainableDivergence
{
    /// <summary>Penalty and critic's loss together; the same gradients, to rounding, as <see cref="ILatentDivergence.Evaluate"/> times the weight and <see cref="ITrainableDivergence.EvaluateCritic"/> give.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, with their graph.</param>
    /// <param name="prior">P_Z: samples <c>[m, d]</c>.</param>
    /// <param name="weight">λ, the factor of the penalty's gradient; finite and ≥ 0.</param>
    JointLoss EvaluateJointly(torch.Tensor encoded, PriorSamples prior, double weight);
}
