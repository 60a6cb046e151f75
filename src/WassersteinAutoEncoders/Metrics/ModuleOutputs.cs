using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>Runs a user's module over batches for measurement: in evaluation mode, without gradient, and leaves it as it was found.</summary>
internal static class ModuleOutputs
{
    /// <summary>Calls <paramref name="action"/> with the output <c>[n, …]</c> of each batch; the output lives during the call only.</summary>
    public static void ForEach(nn.Module<Tensor, Tensor> module, IEnumerable<Tensor> batches, Action<Tensor> action)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(batches);
        using var mode = new EvaluationMode(module);
        foreach (var batch in batches)
        {
            if (batch is null || batch.IsInvalid || batch.dim() < 1 || batch.shape[0] < 1)
            {
                throw new ArgumentException("Expected batches of shape [n, …] with n ≥ 1, but one is null, disposed, a scalar or empty. Skip empty batches.", nameof(batches));
            }

            using var noGradient = no_grad();
            using var scope = NewDisposeScope();
            var output = ModuleCall.Run(module, batch, "module", "a batch");
            if (output.dim() < 1 || output.shape[0] != batch.shape[0])
            {
                throw new ArgumentException($"Expected one row of output for each of the {batch.shape[0]} examples, but the module returned {Guard.Shape(output)}. Keep the batch dimension first.", nameof(module));
            }

            action(output);
        }
    }
}
