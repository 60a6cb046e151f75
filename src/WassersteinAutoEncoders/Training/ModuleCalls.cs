using System.Runtime.InteropServices;
using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training;

/// <summary>Calls of the user's modules, costs, priors and divergences, with errors that say which of them refused or returned what.</summary>
internal static class ModuleCalls
{
    public static torch.Tensor Encode(Module<torch.Tensor, torch.Tensor> encoder, torch.Tensor input, long dimension)
    {
        var codes = Call(encoder, input, "encoder", "batch");
        if (codes.dim() != 2 || codes.shape[0] != input.shape[0] || codes.shape[1] != dimension)
        {
            throw new ArgumentException(
                $"The encoder made {Shape(codes)} of a batch of shape {Shape(input)}; the prior has dimension {dimension}, so [{input.shape[0]}, {dimension}] is expected. Give encoder and prior the same latent dimension, and flatten the codes.", "batch");
        }

        return codes;
    }

    public static torch.Tensor Decode(Module<torch.Tensor, torch.Tensor> decoder, torch.Tensor codes) => Call(decoder, codes, "decoder", "codes");

    /// <summary>What a module makes of an input: a dense, live tensor.</summary>
    public static torch.Tensor Call(Module<torch.Tensor, torch.Tensor> module, torch.Tensor input, string role, string what)
    {
        torch.Tensor? output;
        try
        {
            output = module.call(input);
        }
        catch (ExternalException e)
        {
            throw new ArgumentException($"The {role} ({module.GetType().Name}) refused {what} of shape {Shape(input)}, {input.dtype}: {Reason(e)}. Give it what its first layer takes.", what, e);
        }

        return Present(output, $"the {role} ({module.GetType().Name})");
    }

    /// <summary>The reconstruction cost, a scalar.</summary>
    public static torch.Tensor Cost(IReconstructionCost cost, torch.Tensor input, torch.Tensor reconstruction)
        => Scalar(() => cost.Evaluate(input, reconstruction), $"the cost ({cost.GetType().Name})", $"a batch of shape {Shape(input)} and its reconstruction of shape {Shape(reconstruction)}");

    /// <summary>The value of a divergence, a scalar.</summary>
    public static torch.Tensor Penalty(ILatentDivergence divergence, torch.Tensor codes, Func<torch.Tensor> evaluate)
        => Scalar(evaluate, $"the divergence ({divergence.GetType().Name})", $"codes of shape {Shape(codes)}");

    /// <summary>What a divergence with a critic returns, whose tensors are still to be checked with <see cref="Guard.CheckScalarResult"/>.</summary>
    public static T Critic<T>(ILatentDivergence divergence, torch.Tensor codes, Func<T> evaluate) where T : class
        => Refusals(evaluate, $"the divergence ({divergence.GetType().Name})", $"codes of shape {Shape(codes)}")
            ?? throw new ArgumentException($"Expected the divergence ({divergence.GetType().Name}) to return its losses, but it returned null. Return the record with its tensors.", nameof(divergence));

    /// <summary>As many prior samples as there are codes, of their element type and on their device.</summary>
    public static torch.Tensor Sample(IPrior prior, long count, torch.Generator? generator, torch.Device? device, torch.ScalarType? dtype)
    {
        var role = $"the prior ({prior.GetType().Name})";
        var samples = Present(Refusals(() => prior.Sample(count, generator, device, dtype), role, $"a count of {count}"), role);
        if (samples.dim() != 2 || samples.shape[0] != count || samples.shape[1] != prior.Dimension)
        {
            throw new ArgumentException($"Expected {role} to return samples of shape [{count}, {prior.Dimension}], but it returned {Shape(samples)}. Let its Sample return one row a sample.", nameof(prior));
        }

        return samples;
    }

    public static string Shape(torch.Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";

    /// <summary>The first line of what libtorch says.</summary>
    public static string Reason(ExternalException e)
    {
        var end = e.Message.IndexOf('\n', StringComparison.Ordinal);
        return (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
    }

    private static torch.Tensor Scalar(Func<torch.Tensor> evaluate, string role, string what)
        => Guard.CheckScalarResult(Refusals(evaluate, role, what), role);

    private static T? Refusals<T>(Func<T?> evaluate, string role, string what) where T : class
    {
        try
        {
            return evaluate();
        }
        catch (ExternalException e)
        {
            throw new ArgumentException($"Expected {role} to take {what}, but it failed: {Reason(e)}. Check the shapes, element types and devices that it expects.", e);
        }
    }

    private static torch.Tensor Present(torch.Tensor? output, string role)
    {
        if (output is null || output.IsInvalid)
        {
            throw new ArgumentException($"Expected {role} to return a tensor, but it returned {(output is null ? "null" : "a disposed tensor")}. Return the tensor itself, moved out of any dispose scope of its own.");
        }

        Guard.CheckStored(output, $"the output of {role}");
        return output;
    }
}
