using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Pairs;

/// <summary>The linear-time estimator of MMD² (Gretton et al. 2012, lemma 14).</summary>
internal static class LinearPairs
{
    // A kernel offers whole Gram matrices only. Blocks of this many rows, of which the diagonal is kept, stay linear in n.
    private const long Block = 32;

    public static Tensor Evaluate(IKernel kernel, Tensor encoded, Tensor prior)
    {
        using var scope = NewDisposeScope();
        var pairs = encoded.shape[0] / 2;
        var (q, p) = (encoded.narrow(0, 0, 2 * pairs).reshape(pairs, 2, -1), prior.narrow(0, 0, 2 * pairs).reshape(pairs, 2, -1));
        var (q1, q2, p1, p2) = (q.select(1, 0), q.select(1, 1), p.select(1, 0), p.select(1, 1));
        var sum = Sum(kernel, q1, q2) + Sum(kernel, p1, p2) - Sum(kernel, q1, p2) - Sum(kernel, q2, p1);
        return sum.div(pairs).MoveToOuterDisposeScope();
    }

    /// <summary>Σ_i k(x_i, y_i).</summary>
    private static Tensor Sum(IKernel kernel, Tensor x, Tensor y)
    {
        Tensor? sum = null;
        for (long start = 0; start < x.shape[0]; start += Block)
        {
            var count = Math.Min(Block, x.shape[0] - start);
            var part = Gram(kernel, x.narrow(0, start, count), y.narrow(0, start, count)).diagonal().sum();
            sum = sum is null ? part : sum + part;
        }

        return sum!;
    }

    private static Tensor Gram(IKernel kernel, Tensor x, Tensor y) => Guard.CheckGram(kernel.Gram(x, y), kernel, x, y);
}
