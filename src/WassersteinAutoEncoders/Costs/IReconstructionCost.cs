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

/// <summary>Costs made from costs and from functions, and those of the published code bases, number for number.</summary>
public static class ReconstructionCosts
{
    /// <summary>The authors' code (tolstikhin/wae), cost "l2sq": 0.05 · mean of Σ (x − x̂)².</summary>
    public static IReconstructionCost OfficialSquared { get; } = new SquaredErrorCost(CostReduction.Sum, 0.05);

    /// <summary>The authors' code, cost "l2": 0.2 · mean of √(1e-8 + Σ (x − x̂)²).</summary>
    public static IReconstructionCost OfficialEuclidean { get; } = new EuclideanCost(CostReduction.Sum, 0.2, 1e-8);

    /// <summary>The authors' code, cost "l1": 0.02 · mean of Σ |x − x̂|.</summary>
    public static IReconstructionCost OfficialAbsolute { get; } = new AbsoluteErrorCost(CostReduction.Sum, 0.02);

    /// <summary>The review (Giwoong-Han/Variational-Inference) on MNIST: mean of Σ −x·log x̂ − (1 − x)·log(1 − x̂), on probabilities.</summary>
    public static IReconstructionCost Review { get; } = new BinaryCrossEntropyCost(CrossEntropyInput.Probabilities, CostReduction.Sum);

    /// <summary>pythae (clementchadebec/benchmark_VAE), WAE_MMD: mean of Σ (x − x̂)².</summary>
    public static IReconstructionCost Pythae { get; } = new SquaredErrorCost(CostReduction.Sum);

    /// <summary>cwae (gmum/cwae-pytorch), mean squared error an image: mean of Σ (x − x̂)².</summary>
    public static IReconstructionCost Cwae { get; } = new SquaredErrorCost(CostReduction.Sum);

    /// <summary>The sum of costs; with <see cref="Times"/>, any weighted sum.</summary>
    /// <param name="cost">The first cost.</param>
    /// <param name="others">The costs to add to it.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="ArgumentException">A cost is missing.</exception>
    public static IReconstructionCost Plus(this IReconstructionCost cost, params IReconstructionCost[] others)
    {
        ArgumentNullException.ThrowIfNull(cost);
        ArgumentNullException.ThrowIfNull(others);
        return new SumCost([cost, .. others]);
    }

    /// <summary>factor · cost.</summary>
    /// <param name="cost">The cost to scale.</param>
    /// <param name="factor">Finite and &gt; 0.</param>
    /// <returns>The scaled cost.</returns>
    /// <exception cref="ArgumentException">The cost is missing or the factor is outside its range.</exception>
    public static IReconstructionCost Times(this IReconstructionCost cost, double factor) => new WeightedCost(cost, factor);

    /// <summary>A cost of one's own, written as a function of input and reconstruction.</summary>
    /// <param name="evaluate">
    /// (x, x̂) ↦ a scalar, averaged over the batch, differentiable in x̂. Both come with the same shape <c>[n, …]</c>,
    /// element type and device. Intermediate results are disposed for it. The cost throws an <see cref="ArgumentException"/> where it returns something else.
    /// </param>
    /// <returns>The cost.</returns>
    /// <exception cref="ArgumentNullException">The function is missing.</exception>
    public static IReconstructionCost Of(Func<Tensor, Tensor, Tensor> evaluate) => new LambdaCost(evaluate);
}
