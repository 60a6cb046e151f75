using System.Runtime.CompilerServices;
using TorchSharp;
using WassersteinAutoEncoders.Priors;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>A divergence with a critic that is trained beside the auto-encoder.</summary>
/// <remarks>
/// In each step the trainer first calls <see cref="ILatentDivergence.Evaluate"/> for the encoder's penalty, then
/// <see cref="EvaluateCritic"/> on the same codes, detached, and steps its critic optimizer on the result.
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

/// <summary>The critic's loss on one batch and what was measured on the way.</summary>
/// <param name="Loss">The scalar to minimise over the critic's parameters.</param>
/// <param name="Measurements">Named device scalars without gradient, reported among the step's results (for instance an estimate of the divergence, the critic's accuracy).</param>
public sealed record CriticLoss(torch.Tensor Loss, IReadOnlyList<(string Name, torch.Tensor Value)> Measurements)
{
    /// <summary>Named device scalars without gradient.</summary>
    public IReadOnlyList<(string Name, torch.Tensor Value)> Measurements { get; init => field = Guard.CheckNamed(value, nameof(Measurements)); } = Guard.CheckNamed(Measurements, nameof(Measurements));

    /// <summary>Whether it is the same object: tensors have no equality of values.</summary>
    public bool Equals(CriticLoss? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}

/// <summary>A divergence whose critic judges the codes once for the encoder's penalty and for its own loss; a trainer prefers it to the two methods apart.</summary>
internal interface IJointDivergence : ITrainableDivergence
{
    /// <summary>Penalty and critic's loss together; the same gradients, to rounding, as <see cref="ILatentDivergence.Evaluate"/> times the weight and <see cref="ITrainableDivergence.EvaluateCritic"/> give.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, with their graph.</param>
    /// <param name="prior">P_Z: samples <c>[m, d]</c>.</param>
    /// <param name="weight">λ, the factor of the penalty's gradient; finite and ≥ 0.</param>
    JointLoss EvaluateJointly(torch.Tensor encoded, PriorSamples prior, double weight);
}

/// <summary>The encoder's penalty and the critic's loss on one batch, ready for one backward pass.</summary>
/// <param name="Objective">A scalar whose backward pass gives the critic's parameters the gradient of the critic's loss, and the codes that of the weighted penalty. Its value means nothing.</param>
/// <param name="Penalty">D, the scalar that <see cref="ILatentDivergence.Evaluate"/> gives, without gradient and without the weight.</param>
/// <param name="Critic">The critic's loss, for its value, and what was measured on the way.</param>
internal sealed record JointLoss(torch.Tensor Objective, torch.Tensor Penalty, CriticLoss Critic);
