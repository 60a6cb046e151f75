using TorchSharp;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The encoder's penalty and the critic's loss on one batch, ready for one backward pass.</summary>
/// <param name="Objective">A scalar whose backward pass gives the critic's parameters the gradient of the critic's loss, and the codes that of the weighted penalty. Its value means nothing.</param>
/// <param name="Penalty">D, the scalar that <see cref="ILatentDivergence.Evaluate"/> gives, without gradient and without the weight.</param>
/// <param name="Critic">The critic's loss, for its value, and what was measured on the way.</param>
public sealed record JointLoss(torch.Tensor Objective, torch.Tensor Penalty, CriticLoss Critic);
