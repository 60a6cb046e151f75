using WassersteinAutoEncoders.Numerics;
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
            .Times(PixelSums.Scale(input, Reduction, Factor))
            .MoveToOuterDisposeScope();
    }
}

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
            .Times(PixelSums.Scale(input, Reduction, Factor))
            .MoveToOuterDisposeScope();
    }
}

/// <summary>The Euclidean cost: factor · mean over the batch of √(ε + Σ_pixels (x − x̂)²), or with the mean over the pixels under the root.</summary>
/// <remarks>ε keeps the gradient finite where an example is reconstructed exactly. Immutable, safe to share between threads.</remarks>
public sealed class EuclideanCost : IReconstructionCost
{
    /// <summary>Creates the cost.</summary>
    /// <param name="reduction">Sum (the default) or mean over the elements of an example, under the root.</param>
    /// <param name="factor">What the cost is multiplied with, finite and &gt; 0; 1 by default. The official code takes 0.2 with the sum.</param>
    /// <param name="epsilon">ε, finite and &gt; 0; 1e-8 (the official code's) by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public EuclideanCost(CostReduction reduction = CostReduction.Sum, double factor = 1, double epsilon = 1e-8)
    {
        Reduction = Guard.CheckDefined(reduction);
        Factor = Guard.CheckPositive(factor);
        Epsilon = Guard.CheckPositive(epsilon);
    }

    /// <summary>How the elements of one example are put together under the root.</summary>
    public CostReduction Reduction { get; }

    /// <summary>What the cost is multiplied with.</summary>
    public double Factor { get; }

    /// <summary>ε, added under the root.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor input, Tensor reconstruction)
    {
        Guard.CheckSameShape(input, nameof(input), reconstruction, nameof(reconstruction));
        using var scope = NewDisposeScope();
        var squares = input.sub(reconstruction).Squared().reshape(input.shape[0], -1);
        var each = Reduction == CostReduction.Sum ? squares.sum(1) : squares.mean([1L]);
        return each.Plus(Epsilon).sqrt().mean().Times(Factor).MoveToOuterDisposeScope();
    }
}
