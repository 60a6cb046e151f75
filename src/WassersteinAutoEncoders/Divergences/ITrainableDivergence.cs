using TorchSharp;
using WassersteinAutoEncoders.Priors;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>A divergence with a critic that is trained beside the auto-encoder.</summary>
/// <remarks>
/// In each step the trainer first calls <see cref="ILatentDivergence.Evaluate"/> for the encoder's penalty, then
/// <see cref="EvaluateCritic"/> on the same codes, detached, and steps its critic optimizer on the result; of an
/// <see cref="IJointDivergence"/> it asks both at once.
/// </remarks>
public interface ITrainableDivergence : ILatentDivergence
{
    /// <summary>The critic whose parameters are trained and saved in checkpoints. Owned by the divergence's user, never disposed by the trainer.</summary>
    torch.nn.Module Critic { get; }

    /// <summary>The critic's own loss on one batch, differentiable in its parameters.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, detached.</param>
    /// <param name="prior">P_Z: samples <c>[m, d]</c>.</param>
    CriticLoss EvaluateCritic(torch.Tensor encoded, PriorSamples prior);
}
