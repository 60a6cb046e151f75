using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Pairs;

/// <summary>Weighted sums of a kernel over pairs, composed from tensor operations: any kernel, any device, derivatives of any order.</summary>
/// <remarks>Keeps Gram matrices and what their derivatives need; <see cref="BlockwisePairSums"/> does not.</remarks>
internal static class ComposedPairSums
{
    /// <summary>The weighted sum, a scalar differentiable in <paramref name="x"/> and <paramref name="y"/>.</summary>
    /// <param name="kernel">k.</param>
    /// <param name="x">Points, <c>[n, d]</c>.</param>
    /// <param name="y">Points, <c>[m, d]</c>, or none.</param>
    /// <param name="weights">The weights of the sums.</param>
    public static Tensor Evaluate(IKernel kernel, Tensor x, Tensor? y, PairWeights weights)
    {
        using var scope = NewDisposeScope();
        var xx = Sum(Gram(kernel, x, x), weights.SkipWithin).mul(weights.XX);
        if (y is null)
        {
            return xx.MoveToOuterDisposeScope();
        }

        var yy = Sum(Gram(kernel, y, y), weights.SkipWithin).mul(weights.YY);
        var xy = Sum(Gram(kernel, x, y), weights.SkipAcross).mul(weights.XY);

        // In this order three equal sums cancel to exactly 0.
        return (xx + yy + xy).MoveToOuterDisposeScope();
    }

    private static Tensor Gram(IKernel kernel, Tensor x, Tensor y) => Guard.CheckGram(kernel.Gram(x, y), kernel, x, y);

    private static Tensor Sum(Tensor gram, bool skipDiagonal)
        => skipDiagonal ? gram.sum() - gram.diagonal().sum() : gram.sum();
}
