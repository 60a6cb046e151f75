using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
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

        if (MatrixPairSums.Accepts(kernel, x))
        {
            return MatrixPairSums.Evaluate(kernel, x, y, weights);
        }

        var constant = y is null || !(y.requires_grad && is_grad_enabled());
        var largest = Math.Max(x.shape[0], y?.shape[0] ?? 0);
        return constant && largest * largest > BlockwisePairSums.PairsPerBlock
            ? BlockwisePairSums.Evaluate(kernel, x, y, weights)
            : ComposedPairSums.Evaluate(kernel, x, y, weights);
    }
}

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
        var xx = Sum(Gram(kernel, x, x), weights.SkipWithin).Times(weights.XX);
        if (y is null)
        {
            return xx.MoveToOuterDisposeScope();
        }

        var yy = Sum(Gram(kernel, y, y), weights.SkipWithin).Times(weights.YY);
        var xy = Sum(Gram(kernel, x, y), weights.SkipAcross).Times(weights.XY);

        // In this order three equal sums cancel to exactly 0.
        return xx.Plus(yy).Plus(xy).MoveToOuterDisposeScope();
    }

    private static Tensor Gram(IKernel kernel, Tensor x, Tensor y) => Guard.CheckGram(kernel.Gram(x, y), kernel, x, y);

    private static Tensor Sum(Tensor gram, bool skipDiagonal)
        => skipDiagonal ? gram.sum() - gram.diagonal().sum() : gram.sum();
}

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
        var value = Sum(kernel, codes, codes, weights.SkipWithin, gradient, 2 * weights.XX, pairsPerBlock).Times(weights.XX);
        if (priors is not null)
        {
            var yy = Sum(kernel, priors, priors, weights.SkipWithin, null, 0, pairsPerBlock).Times(weights.YY);
            var xy = Sum(kernel, codes, priors, weights.SkipAcross, gradient, weights.XY, pairsPerBlock).Times(weights.XY);
            value = value.Plus(yy).Plus(xy);
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
                gradient.narrow(0, start, count).Accumulate(derivative.Times(factor));
            }

            using (no_grad())
            {
                total.Accumulate(sum);
            }
        }

        return total.MoveToOuterDisposeScope();
    }
}

/// <summary>The linear-time estimator of MMD² (Gretton et al. 2012, lemma 14).</summary>
internal static class LinearPairs
{
    // A kernel without a profile of matrices offers whole Gram matrices only. Blocks of this many rows, of which the diagonal is kept, stay linear in n.
    private const long Block = 32;

    public static Tensor Evaluate(IKernel kernel, Tensor encoded, Tensor prior, bool higherDerivatives)
    {
        using var scope = NewDisposeScope();
        var pairs = encoded.shape[0] / 2;
        var (q, p) = (encoded.narrow(0, 0, 2 * pairs).reshape(pairs, 2, -1), prior.narrow(0, 0, 2 * pairs).reshape(pairs, 2, -1));
        if (!higherDerivatives && MatrixPairSums.Terms(kernel) is { } terms)
        {
            return Radial(terms, q, p).MoveToOuterDisposeScope();
        }

        var (q1, q2, p1, p2) = (q.select(1, 0), q.select(1, 1), p.select(1, 0), p.select(1, 1));
        var sum = Sum(kernel, q1, q2).Plus(Sum(kernel, p1, p2)) - Sum(kernel, q1, p2) - Sum(kernel, q2, p1);
        return sum.Over(pairs).MoveToOuterDisposeScope();
    }

    /// <summary>The four sums at once from the differences of the points that are paired, with the gradient in closed form.</summary>
    private static Tensor Radial(IReadOnlyList<(double Weight, IMatrixKernel Kernel)> terms, Tensor q, Tensor p)
    {
        var derive = is_grad_enabled() && (q.requires_grad || p.requires_grad);
        var sums = new ProfileSums(terms, q.dtype);
        Tensor value, gradientQ = q, gradientP = p;
        using (no_grad())
        {
            // Rows: q₁ − q₂, p₁ − p₂, q₁ − p₂, q₂ − p₁.
            var (q1, q2, p1, p2) = (q.select(1, 0), q.select(1, 1), p.select(1, 0), p.select(1, 1));
            var differences = stack([q1, p1, q1, q2], 0) - stack([q2, p2, p2, p1], 0);
            var pairs = q.shape[0];
            var slopes = sums.EvaluateOnce(differences.Squared().sum(2), derive ? 4 : 0, values =>
            {
                values.Add(0, 2, 0, pairs, 1);
                values.Add(2, 2, 0, pairs, -1);
            });
            value = sums.Total(0).Over(pairs).to(q.dtype);
            if (slopes is not null)
            {
                var g = (differences * slopes.unsqueeze(2)).Times(2 * sums.SlopeFactor / pairs);
                var (first, second, third, fourth) = (g.select(0, 0), g.select(0, 1), g.select(0, 2), g.select(0, 3));
                gradientQ = stack([first - third, first.neg() - fourth], 1);
                gradientP = stack([second.Plus(fourth), third - second], 1);
            }
        }

        return q.requires_grad ? ClosedForm.Attach(q, gradientQ, p, gradientP, value) : ClosedForm.Attach(p, gradientP, value);
    }

    /// <summary>Σ_i k(x_i, y_i).</summary>
    private static Tensor Sum(IKernel kernel, Tensor x, Tensor y)
    {
        Tensor? sum = null;
        for (long start = 0; start < x.shape[0]; start += Block)
        {
            var count = Math.Min(Block, x.shape[0] - start);
            var part = Gram(kernel, x.narrow(0, start, count), y.narrow(0, start, count)).diagonal().sum();
            sum = sum is null ? part : sum.Plus(part);
        }

        return sum!;
    }

    private static Tensor Gram(IKernel kernel, Tensor x, Tensor y) => Guard.CheckGram(kernel.Gram(x, y), kernel, x, y);
}
