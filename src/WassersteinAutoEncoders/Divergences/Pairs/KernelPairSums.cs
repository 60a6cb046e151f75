using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Pairs;

/// <summary>Chooses how a weighted sum of a kernel over pairs is evaluated; the ways agree within the tolerance of the element type.</summary>
internal static class KernelPairSums
{
    /// <summary>XX·Σk(x_i, x_j) + YY·Σk(y_i, y_j) + XY·Σk(x_i, y_j), a scalar differentiable in <paramref name="x"/>.</summary>
    /// <param name="kernel">k, symmetric.</param>
    /// <param name="x">Points, <c>[n, d]</c>.</param>
    /// <param name="y">Points, <c>[m, d]</c>, or none.</param>
    /// <param name="weights">The weights of the sums.</param>
    /// <param name="higherDerivatives">Whether derivatives beyond the first are needed.</param>
    public static Tensor Evaluate(IKernel kernel, Tensor x, Tensor? y, PairWeights weights, bool higherDerivatives)
    {
        if (higherDerivatives)
        {
            return ComposedPairSums.Evaluate(kernel, x, y, weights);
        }

        if (kernel is IRadialKernel radial && RadialPairTensors.Accepts(x, y))
        {
            return RadialPairTensors.Evaluate(radial, x, y, weights);
        }

        var constant = y is null || !(y.requires_grad && is_grad_enabled());
        var largest = Math.Max(x.shape[0], y?.shape[0] ?? 0);
        return constant && largest * largest > BlockwisePairSums.PairsPerBlock
            ? BlockwisePairSums.Evaluate(kernel, x, y, weights)
            : ComposedPairSums.Evaluate(kernel, x, y, weights);
    }
}
