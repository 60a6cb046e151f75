using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Costs;

/// <summary>Binary cross-entropy: factor · mean over the batch of Σ_pixels −x·log x̂ − (1 − x)·log(1 − x̂), or of its mean over the pixels.</summary>
/// <remarks>
/// <para>On <see cref="CrossEntropyInput.Probabilities"/> a logarithm is at least −100, its value below
/// <c>1e-30</c>, as PyTorch's own loss has it; the gradient through it is 0 there. A probability outside [0, 1] gives NaN, which
/// a trainer reports: finding it here would make every step wait for the device.</para>
/// <para>On <see cref="CrossEntropyInput.Logits"/> y the term is computed as log(1 + e^y) − x·y, by softplus, exact for every y.</para>
/// <para>x should lie in [0, 1]. Immutable, safe to share between threads.</para>
/// </remarks>
public sealed class BinaryCrossEntropyCost : IReconstructionCost
{
    /// <summary>Below this a probability's logarithm is replaced: 1/p still fits into float32 above it, so gradients stay finite.</summary>
    private const double SmallestProbability = 1e-30;

    private const double SmallestLogarithm = -100;

    /// <summary>Creates the cost.</summary>
    /// <param name="decoderOutput">Whether the reconstruction holds probabilities (the default) or logits.</param>
    /// <param name="reduction">Sum (the default) or mean over the elements of an example.</param>
    /// <param name="factor">What the cost is multiplied with, finite and &gt; 0; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public BinaryCrossEntropyCost(
        CrossEntropyInput decoderOutput = CrossEntropyInput.Probabilities,
        CostReduction reduction = CostReduction.Sum,
        double factor = 1)
    {
        DecoderOutput = Guard.CheckDefined(decoderOutput);
        Reduction = Guard.CheckDefined(reduction);
        Factor = Guard.CheckPositive(factor);
    }

    /// <summary>Whether the reconstruction holds probabilities or logits.</summary>
    public CrossEntropyInput DecoderOutput { get; }

    /// <summary>How the elements of one example are put together.</summary>
    public CostReduction Reduction { get; }

    /// <summary>What the cost is multiplied with.</summary>
    public double Factor { get; }

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor input, Tensor reconstruction)
    {
        Guard.CheckSameShape(input, nameof(input), reconstruction, nameof(reconstruction));
        using var scope = NewDisposeScope();
        var sum = DecoderOutput == CrossEntropyInput.Logits
            ? (reconstruction.Softplus() - input * reconstruction).sum()
            : (input * Logarithm(reconstruction)).Plus(input.neg().Plus(1) * Logarithm(reconstruction.neg().Plus(1))).sum().neg();
        return sum.Times(PixelSums.Scale(input, Reduction, Factor)).MoveToOuterDisposeScope();
    }

    private static Tensor Logarithm(Tensor probability)
    {
        // Only magnitudes below the bound are replaced: a negative "probability" still becomes NaN and is noticed.
        var tooSmall = probability.abs().IsBelow(SmallestProbability);
        var safe = where(tooSmall, ones_like(probability), probability);
        return where(tooSmall, probability.Filled(SmallestLogarithm), safe.log());
    }
}

/// <summary>What a decoder gives to <see cref="BinaryCrossEntropyCost"/>.</summary>
public enum CrossEntropyInput
{
    /// <summary>Probabilities in [0, 1]: the decoder ends in a sigmoid.</summary>
    Probabilities,

    /// <summary>Logits, any real numbers: the decoder ends in a linear layer. Exact where a sigmoid saturates.</summary>
    Logits,
}
