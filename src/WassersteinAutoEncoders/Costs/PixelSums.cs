using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Costs;

/// <summary>What the costs share about batches and pixels.</summary>
internal static class PixelSums
{
    /// <summary>The number that turns a sum over all elements of the batch into the stated cost.</summary>
    public static double Scale(Tensor input, CostReduction reduction, double factor)
        => factor / (reduction == CostReduction.Sum ? input.shape[0] : input.numel());
}
