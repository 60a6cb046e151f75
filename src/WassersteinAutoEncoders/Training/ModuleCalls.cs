using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training;

/// <summary>Calls of the user's modules, with errors that say which module refused what.</summary>
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

    public static string Shape(torch.Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";

    private static torch.Tensor Call(Module<torch.Tensor, torch.Tensor> module, torch.Tensor input, string role, string what)
    {
        try
        {
            return module.call(input);
        }
        catch (ExternalException e)
        {
            throw new ArgumentException($"The {role} ({module.GetType().Name}) refused {what} of shape {Shape(input)}, {input.dtype}: {FirstLine(e.Message).TrimEnd('.')}. Give it what its first layer takes.", what, e);
        }
    }

    private static string FirstLine(string message)
    {
        var end = message.IndexOf('\n');
        return end < 0 ? message : message[..end];
    }
}
