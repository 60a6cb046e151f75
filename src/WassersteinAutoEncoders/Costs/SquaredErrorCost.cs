using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Costs;

/// <summary>The squared Euclidean cost of the paper: factor · mean over the batch of Σ_pixels (x − x̂)², or of its mean over the pixels.</summary>
/// <remarks>Immutable, safe to share between threads.</remarks>
public sealed class SquaredErrorCost : IReconstructionCost
{
    /// <summary>Creates the cost.</summary>
    /// <param name="reduction">Sum (the default) or mean over the elements of an example.</param>
    /// <param name="factor">What the cost is multiplied with, finite and &gt; 0; 1 by default. The official code takes 0.05 with the sum.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public SquaredErrorCost(CostReduction reduction = CostReduction.Sum, double factor = 1)
    {
        Reduction = Guard.CheckDefined(reduction);
        Factor = Guard.CheckPositive(factor);
    }

    /// <summary>How the elements of one example are put together.</summary>
    public CostReduction Reduction { get; }

    /// <summary>What the cost is multiplied with.</summary>
    public double Factor { get; }

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor input, Tensor reconstruction)
    {
        Guard.CheckSameShape(input, nameof(input), reconstruction, nameof(reconstruction));
        using var scope = NewDisposeScope();
        return nn.functional.mse_loss(reconstruction, input, nn.Reduction.Sum)
            .mul(PixelSums.Scale(input, Reduction, Factor))
            .MoveToOuterDisposeScope();
    }
}
