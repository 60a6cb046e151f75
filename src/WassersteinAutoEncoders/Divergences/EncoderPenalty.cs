using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>A penalty on the distributions q(z|x) = N(μ(x), diag σ²(x)) that a Gaussian encoder gave at its last call, to be added to a divergence of the codes.</summary>
/// <remarks>
/// It looks at μ and log σ² of the very call that made the codes, so that the trainer encodes once a step. The encoder has to be the one that is trained. Sums and weights are those of
/// every divergence: <c>divergence.Plus(EncoderPenalty.Variance(encoder).Times(0.1))</c>. Not to be shared between threads.
/// </remarks>
public sealed class EncoderPenalty : IRowDivergence
{
    private readonly GaussianEncoder _encoder;
    private readonly Func<Tensor, Tensor, PriorSamples, Tensor> _penalty;

    private EncoderPenalty(GaussianEncoder encoder, Func<Tensor, Tensor, PriorSamples, Tensor> penalty)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        (_encoder, _penalty) = (encoder, penalty);
        _encoder.KeepsDistribution = true;
    }

    /// <summary>The mean over the batch of Σ_i |log σ_i²(x)|: it keeps an encoder that may be random from becoming deterministic, where noise is of use (Rubenstein et al., 2018).</summary>
    /// <param name="encoder">The encoder that is trained.</param>
    /// <returns>A penalty that is 0 where every variance is 1. Its gradient at 1 is taken as 0.</returns>
    /// <exception cref="ArgumentNullException">The encoder is missing.</exception>
    public static EncoderPenalty Variance(GaussianEncoder encoder) => new(encoder, (_, logVariance, _) => logVariance.abs().sum(1).mean());

    /// <summary>The mean over the batch of KL(q(z|x) ‖ p) for p = N(0, s²I): ½·Σ_i (μ_i² + σ_i²)/s² − 1 − log(σ_i²/s²), the penalty of a variational auto-encoder.</summary>
    /// <remarks>
    /// InfoVAE's objective (Zhao et al., AAAI 2019) is the cost + (1 − α)·KL + (α + λ − 1)·D with any divergence D of the codes:
    /// <c>EncoderPenalty.KullbackLeibler(encoder).Times(1 - alpha).Plus(mmd.Times(alpha + lambda - 1))</c> under a trainer's λ of 1.
    /// </remarks>
    /// <param name="encoder">The encoder that is trained.</param>
    /// <returns>A penalty that needs the prior, a <see cref="GaussianPrior"/>, and draws nothing.</returns>
    /// <exception cref="ArgumentNullException">The encoder is missing.</exception>
    public static EncoderPenalty KullbackLeibler(GaussianEncoder encoder) => new(encoder, (mean, logVariance, prior) =>
    {
        var s2 = Math.Pow(prior.Require<GaussianPrior>("the Kullback–Leibler divergence of a Gaussian encoder", "Use a Gaussian prior, or a divergence of the codes.").StandardDeviation, 2);
        return (mean.Squared().Plus(logVariance.exp()).Over(s2) - logVariance.Plus(1 - Math.Log(s2))).sum(1).mean().Times(0.5);
    });

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The encoder has made no codes yet, those of its last call are gone, or they are others than these.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        Guard.CheckPoints(encoded, nameof(encoded));
        ArgumentNullException.ThrowIfNull(prior);
        if (_encoder.Last is not { Mean.IsInvalid: false, LogVariance.IsInvalid: false } last || !last.Mean.shape.AsSpan().SequenceEqual(encoded.shape))
        {
            throw new InvalidOperationException($"Expected the codes {Guard.Shape(encoded)} that the encoder's last call made, but it made {(_encoder.Last is { Mean.IsInvalid: false } other ? Guard.Shape(other.Mean) : "none that are left")}. Build the penalty with the encoder that is trained, and evaluate it in the dispose scope of its codes.");
        }

        using var scope = NewDisposeScope();
        return _penalty(last.Mean.to(encoded.dtype), last.LogVariance.to(encoded.dtype), prior).MoveToOuterDisposeScope();
    }

    /// <remarks>Each of several processes knows the distributions of its own rows alone.</remarks>
    Tensor? IRowDivergence.EvaluateRows(Tensor encoded, long start, long count, PriorSamples prior)
    {
        using var scope = NewDisposeScope();
        var part = count == 0 ? zeros([], encoded.dtype, encoded.device) : Evaluate(encoded.narrow(0, start, count), prior).Times((double)count / encoded.shape[0]);
        return part.MoveToOuterDisposeScope();
    }
}
