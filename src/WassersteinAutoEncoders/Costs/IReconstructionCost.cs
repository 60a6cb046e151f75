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

/// <summary>The costs of the published code bases, number for number.</summary>
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
}

/// <summary>A cost of one's own, written as a function of input and reconstruction.</summary>
public sealed class LambdaCost : IReconstructionCost
{
    private readonly Func<Tensor, Tensor, Tensor> _evaluate;

    /// <summary>Creates the cost from a function.</summary>
    /// <param name="evaluate">
    /// (x, x̂) ↦ a scalar, averaged over the batch, differentiable in x̂. Both come with the same shape <c>[n, …]</c>,
    /// element type and device. Intermediate results are disposed for it.
    /// </param>
    /// <exception cref="ArgumentNullException">The function is missing.</exception>
    public LambdaCost(Func<Tensor, Tensor, Tensor> evaluate)
    {
        ArgumentNullException.ThrowIfNull(evaluate);
        _evaluate = evaluate;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Shapes, element types or devices differ, or the function does not return a scalar.</exception>
    public Tensor Evaluate(Tensor input, Tensor reconstruction)
    {
        Guard.CheckSameShape(input, nameof(input), reconstruction, nameof(reconstruction));
        using var scope = NewDisposeScope();
        return Guard.CheckScalarResult(_evaluate(input, reconstruction), "the cost's function").MoveToOuterDisposeScope();
    }
}
