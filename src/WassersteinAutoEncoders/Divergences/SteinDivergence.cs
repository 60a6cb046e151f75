using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The kernel Stein discrepancy of codes from a prior with a score s = ∇ log p: a squared MMD under a kernel whose mean over the prior is 0, so that no prior sample and no normalisation of p is needed.</summary>
/// <remarks>
/// <para>Mean over pairs of u(x, x′) = s(x)ᵀs(x′)·k + s(x)ᵀ∇_{x′}k + s(x′)ᵀ∇_x k + tr ∇_x∇_{x′}k (Liu et al., ICML 2016; Chwialkowski et al., ICML 2016), with the inverse multiquadratic kernel
/// k = (1 + ‖x − x′‖²/C)^−½, under which a value that tends to 0 means that codes tend to the prior (Gorham and Mackey, ICML 2017). Biased, over all pairs, never negative; or unbiased, over pairs of
/// different codes, of mean 0 where codes follow the prior.</para>
/// <para><b>Blind to the weights of far modes.</b> Where p has modes with hardly any mass between them, s tells next to nothing about how the mass is shared among them: codes that fill one mode of two
/// that are many deviations apart have nearly the value of codes that fill both. Take another divergence beside it for such priors.</para>
/// <para>O(n²·d) time, O(n) blocks of a matrix at a time, by products of matrices; the gradient comes in closed form, once, through s as through the kernel.</para>
/// </remarks>
public sealed class SteinDivergence : IRowDivergence, IMinimumSampleSize
{
    /// <summary>Creates the divergence.</summary>
    /// <param name="unbiased">Whether pairs of a code with itself are left out, and the value may be negative; <see langword="false"/> by default.</param>
    /// <param name="scale">C, the squared distance at which k = 1/√2, in units of the prior's E‖p − p′‖²; finite and &gt; 0, 0.5 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not finite or not positive.</exception>
    public SteinDivergence(bool unbiased = false, double scale = 0.5)
    {
        Unbiased = unbiased;
        Scale = Guard.CheckPositive(scale);
    }

    /// <summary>Whether pairs of a code with itself are left out.</summary>
    public bool Unbiased { get; }

    /// <summary>C in units of the prior's E‖p − p′‖².</summary>
    public double Scale { get; }

    /// <summary>2 for the unbiased form, 1 otherwise.</summary>
    public long MinimumSampleSize => Unbiased ? 2 : 1;

    /// <summary>Pairs of more codes than this are taken a part of the rows at a time.</summary>
    internal long BlockElements { get; init; } = 1L << 22;

    /// <inheritdoc/>
    /// <remarks>Needs the prior, an <see cref="IScorePrior"/>, and draws nothing.</remarks>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        Guard.CheckPoints(encoded, nameof(encoded));
        return EvaluateRows(encoded, 0, encoded.shape[0], prior);
    }

    Tensor? IRowDivergence.EvaluateRows(Tensor encoded, long start, long count, PriorSamples prior) => EvaluateRows(encoded, start, count, prior);

    /// <summary>The pairs of some of the codes with all, differentiable in those codes as the whole is.</summary>
    private Tensor EvaluateRows(Tensor encoded, long start, long count, PriorSamples prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var density = prior.Require<IScorePrior>("the kernel Stein discrepancy", "Give the prior a score, which any density that is smooth and positive everywhere has, or choose a divergence of two samples.");
        Guard.CheckPoints(encoded, nameof(encoded), density.Dimension);
        if (encoded.shape[0] < MinimumSampleSize)
        {
            throw new ArgumentException($"Expected at least 2 codes for the unbiased form, but '{nameof(encoded)}' has shape {Guard.Shape(encoded)}. Pass more, or take the biased form.", nameof(encoded));
        }

        if (count == 0)
        {
            return zeros([], encoded.dtype, encoded.device);
        }

        using var scope = NewDisposeScope();
        var scores = ModuleCall.Present(density.Score(encoded), $"the score of the prior ({density.GetType().Name})");
        Guard.CheckSameShape(encoded, nameof(encoded), scores, "the score");
        var (value, gradient, scoreGradient) = Pairs(encoded.detach(), scores.detach(), Guard.CheckPositive(Scale * density.ExpectedSquaredDistance), start, count);
        return ClosedForm.Attach(encoded.narrow(0, start, count), gradient, scores.narrow(0, start, count), scoreGradient, value).MoveToOuterDisposeScope();
    }

    /// <summary>The value, and its derivatives in the codes and, separately, in their scores.</summary>
    private (Tensor Value, Tensor Gradient, Tensor ScoreGradient) Pairs(Tensor x, Tensor s, double c, long first, long count)
    {
        using var noGradient = no_grad();
        var (n, d) = (x.shape[0], x.shape[1]);
        var own = (s * x).sum(1);
        var (sums, gradients, scoreGradients) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        var size = Math.Max(1, BlockElements / n);
        for (var start = first; start < first + count; start += size)
        {
            using var scope = NewDisposeScope();
            var end = Math.Min(first + count, start + size);
            var (xi, si, owni) = (x.slice(0, start, end, 1), s.slice(0, start, end, 1), own.slice(0, start, end, 1));

            // Derivatives of φ(r²) = (1 + r²/C)^−½ in r²; w = (s_j − s_i)ᵀ(x_i − x_j).
            var squares = Kernels.SquaredDistances.Between(xi, x);
            var q = si.mm(s.t());
            var w = xi.mm(s.t()).Plus(si.mm(x.t())) - own.unsqueeze(0) - owni.unsqueeze(1);
            var inverse = squares.Over(c).Plus(1).reciprocal();
            var k = inverse.sqrt();
            var k1 = (k * inverse).Times(-0.5 / c);
            var k2 = (k1 * inverse).Times(-1.5 / c);
            var k3 = (k2 * inverse).Times(-2.5 / c);
            var u = (q * k).Plus((w * k1).Times(2)) - k1.Times(2 * d) - (squares * k2).Times(4);
            var slope = (q * k1).Plus((w * k2).Times(2)) - k2.Times(2 * d + 4) - (squares * k3).Times(4);
            if (Unbiased)
            {
                // Of the derivatives, what belongs to a code and itself is in the scores' only.
                u.diagonal(start).zero_();
                k.diagonal(start).zero_();
            }

            sums.Add(u.sum(1).MoveToOuterDisposeScope());
            gradients.Add((xi * slope.sum(1, keepdim: true) - slope.mm(x)).Times(2).Plus((k1.mm(s) - si * k1.sum(1, keepdim: true)).Times(2)).MoveToOuterDisposeScope());
            scoreGradients.Add((k.mm(s) - (xi * k1.sum(1, keepdim: true) - k1.mm(x)).Times(2)).MoveToOuterDisposeScope());
        }

        // Each pair stands there twice, once as (i, j) and once as (j, i).
        var pairs = Unbiased ? (double)n * (n - 1) : (double)n * n;
        return (cat(sums, 0).sum().Over(pairs), cat(gradients, 0).Times(2 / pairs), cat(scoreGradients, 0).Times(2 / pairs));
    }
}
