using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Training.Models;

/// <summary>What a step asks of the user's encoder, cost and divergence, with errors that say which of them refused or returned what.</summary>
internal static class ModuleCalls
{
    /// <summary>Codes <c>[n, d]</c>.</summary>
    public static torch.Tensor Encode(Network encoder, torch.Tensor input, torch.Tensor? labels, long dimension)
    {
        var codes = encoder.Call(input, labels, "batch");
        if (codes.dim() != 2 || codes.shape[0] != input.shape[0] || codes.shape[1] != dimension)
        {
            throw new ArgumentException(
                $"The encoder made {Guard.Shape(codes)} of a batch of shape {Guard.Shape(input)}; the prior has dimension {dimension}, so [{input.shape[0]}, {dimension}] is expected. Give encoder and prior the same latent dimension, and flatten the codes.", "batch");
        }

        return codes;
    }

    /// <summary>The reconstruction cost, a scalar.</summary>
    public static torch.Tensor Cost(IReconstructionCost cost, torch.Tensor input, torch.Tensor reconstruction)
        => Scalar(() => cost.Evaluate(input, reconstruction), $"the cost ({cost.GetType().Name})", $"a batch of shape {Guard.Shape(input)} and its reconstruction of shape {Guard.Shape(reconstruction)}");

    /// <summary>The value of a divergence, a scalar.</summary>
    public static torch.Tensor Penalty(ILatentDivergence divergence, torch.Tensor codes, Func<torch.Tensor> evaluate)
        => Scalar(evaluate, $"the divergence ({divergence.GetType().Name})", $"codes of shape {Guard.Shape(codes)}");

    /// <summary>What a divergence with a critic returns, whose tensors are still to be checked with <see cref="Guard.CheckScalarResult"/>.</summary>
    public static T Critic<T>(ILatentDivergence divergence, torch.Tensor codes, Func<T> evaluate) where T : class
        => ModuleCall.Checked(evaluate, $"the divergence ({divergence.GetType().Name})", $"codes of shape {Guard.Shape(codes)}")
            ?? throw new ArgumentException($"Expected the divergence ({divergence.GetType().Name}) to return its losses, but it returned null. Return the record with its tensors.", nameof(divergence));

    private static torch.Tensor Scalar(Func<torch.Tensor> evaluate, string role, string what)
        => Guard.CheckScalarResult(ModuleCall.Checked(evaluate, role, what), role);
}
