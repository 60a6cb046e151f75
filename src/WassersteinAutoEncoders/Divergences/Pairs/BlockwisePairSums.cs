using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Pairs;

/// <summary>Weighted sums of any kernel over pairs on any device, a block of rows at a time: memory O(block·m), one derivative in x.</summary>
/// <remarks>Each block's Gram matrix is differentiated as soon as it is made and then forgotten; the gradient is attached to the graph in closed form.</remarks>
internal static class BlockwisePairSums
{
    /// <summary>Pairs in a block: large enough to keep a device busy, small enough to keep.</summary>
    public const long PairsPerBlock = 1 << 20;

    /// <summary>The weighted sum, a scalar differentiable once in <paramref name="x"/>.</summary>
    /// <param name="kernel">k, symmetric.</param>
    /// <param name="x">Points, <c>[n, d]</c>.</param>
    /// <param name="y">Points, <c>[m, d]</c>, taken as constant, or none.</param>
    /// <param name="weights">The weights of the sums.</param>
    /// <param name="pairsPerBlock">Pairs in a block.</param>
    public static Tensor Evaluate(IKernel kernel, Tensor x, Tensor? y, PairWeights weights, long pairsPerBlock = PairsPerBlock)
    {
        using var scope = NewDisposeScope();
        var differentiate = x.requires_grad && is_grad_enabled();
        var (codes, priors) = (x.detach(), y?.detach());
        var gradient = differentiate ? zeros_like(codes) : null;

        // k is symmetric: the derivative of Σ_ij k(x_i, x_j) in x_i is twice that of Σ_j k(x_i, x_j) in the first argument.
        var value = Sum(kernel, codes, codes, weights.SkipWithin, gradient, 2 * weights.XX, pairsPerBlock).mul(weights.XX);
        if (priors is not null)
        {
            var yy = Sum(kernel, priors, priors, weights.SkipWithin, null, 0, pairsPerBlock).mul(weights.YY);
            var xy = Sum(kernel, codes, priors, weights.SkipAcross, gradient, weights.XY, pairsPerBlock).mul(weights.XY);
            value = value + yy + xy;
        }

        if (gradient is null)
        {
            return value.to(x.dtype).MoveToOuterDisposeScope();
        }

        return ClosedForm.Attach(x, gradient, value).MoveToOuterDisposeScope();
    }

    private static Tensor Sum(Tensor gram, long start, bool skipDiagonal)
        => skipDiagonal ? gram.sum() - gram.narrow(1, start, gram.shape[0]).diagonal().sum() : gram.sum();

    /// <summary>Σ_ij k(x_i, y_j) as a float64 scalar; adds factor times its derivative in the first argument to the gradient.</summary>
    private static Tensor Sum(IKernel kernel, Tensor x, Tensor y, bool skipDiagonal, Tensor? gradient, double factor, long pairsPerBlock)
    {
        using var scope = NewDisposeScope();
        var (n, rows) = (x.shape[0], Math.Max(1, pairsPerBlock / y.shape[0]));
        var total = zeros([], ScalarType.Float64, x.device);
        for (long start = 0; start < n; start += rows)
        {
            using var block = NewDisposeScope();
            var count = Math.Min(rows, n - start);
            using var mode = set_grad_enabled(gradient is not null);
            var points = x.narrow(0, start, count);
            var leaf = gradient is null ? points : points.clone().requires_grad_();
            var sum = Sum(Guard.CheckGram(kernel.Gram(leaf, y), kernel, leaf, y), start, skipDiagonal);
            if (gradient is not null && sum.requires_grad)
            {
                var derivative = autograd.grad([sum], [leaf])[0];
                using var noGrad = no_grad();
                gradient.narrow(0, start, count).add_(derivative.mul(factor));
            }

            using (no_grad())
            {
                total.add_(sum);
            }
        }

        return total.MoveToOuterDisposeScope();
    }
}
