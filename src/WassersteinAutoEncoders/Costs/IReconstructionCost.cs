using TorchSharp;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Costs;

/// <summary>The transport cost c(x, x̂) between inputs and reconstructions, averaged over the batch.</summary>
public interface IReconstructionCost
{
    /// <summary>The mean cost over the batch.</summary>
    /// <param name="input">x, <c>[n, …]</c>.</param>
    /// <param name="reconstruction">x̂, of the same shape, element type and device.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in both.</returns>
    /// <exception cref="ArgumentException">Shapes, element types or devices differ.</exception>
    torch.Tensor Evaluate(torch.Tensor input, torch.Tensor reconstruction);
}

/// <summary>How a cost puts the elements ("pixels") of one example together. Examples are always averaged.</summary>
public enum CostReduction
{
    /// <summary>The sum over the elements of an example: the cost of the paper, which grows with the size of the input.</summary>
    Sum,

    /// <summary>The mean over the elements of an example.</summary>
    Mean,
}

/// <summary>What the costs share about batches and pixels.</summary>
internal static class PixelSums
{
    /// <summary>The number that turns a sum over all elements of the batch into the stated cost.</summary>
    public static double Scale(Tensor input, CostReduction reduction, double factor)
        => factor / (reduction == CostReduction.Sum ? input.shape[0] : input.numel());
}
