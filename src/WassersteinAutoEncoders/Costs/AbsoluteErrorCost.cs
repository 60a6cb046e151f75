using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Costs;

/// <summary>The L1 cost: factor · mean over the batch of Σ_pixels |x − x̂|, or of its mean over the pixels.</summary>
/// <remarks>The gradient at x = x̂ is 0. Immutable, safe to share between threads.</remarks>
public sealed class AbsoluteErrorCost : IReconstructionCost
{
    /// <summary>Creates the cost.</summary>
    /// <param name="reduction">Sum (the default) or mean over the elements of an example.</param>
    /// <param name="factor">What the cost is multiplied with, finite and &gt; 0; 1 by default. The official code takes 0.02 with the sum.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public AbsoluteErrorCost(CostReduction reduction = CostReduction.Sum, double factor = 1)
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
        return input.sub(reconstruction).abs().sum()
            .mul(PixelSums.Scale(input, Reduction, Factor))
            .MoveToOuterDisposeScope();
    }
}
