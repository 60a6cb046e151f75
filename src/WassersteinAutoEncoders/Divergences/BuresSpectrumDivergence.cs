using WassersteinAutoEncoders.Divergences.Moments;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The squared Bures–Wasserstein distance without the shrinking: the spectrum of the codes' covariance against that of prior samples.</summary>
/// <remarks>
/// <para>D = ‖m − μ‖² + Σ_i (σ_i(C_q) − σ_i(C_p))², with σ_1 ≥ σ_2 ≥ … the roots of the eigenvalues of a sample's covariance (1/n).
/// Sampling spreads both spectra alike (Marchenko and Pastur), so that codes that follow the prior are not rewarded for a smaller variance,
/// as <see cref="BuresDivergence"/> does when n is not much larger than d. For n = m both spectra have one law where the codes follow the prior.</para>
/// <para>A spectrum knows nothing of directions, which is no loss where the prior's covariance is a multiple of the identity. Where the prior is an
/// <see cref="IMomentPrior"/> of another covariance Σ, both samples are first multiplied with s·Σ^−½, s² = tr Σ/d, which makes it one. Of samples
/// without their prior μ is the mean and no direction is preferred.</para>
/// <para>As blind to the shape as <see cref="BuresDivergence"/>, of the same cost, and with the same properties of value and gradient.</para>
/// </remarks>
public sealed class BuresSpectrumDivergence : ILatentDivergence
{
    /// <inheritdoc/>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        using var scope = NewDisposeScope();
        var roots = prior.Prior is IMomentPrior known ? PriorRoots.Of(known) : null;
        Tensor value, gradient;
        using (no_grad())
        {
            var (mean, centred) = Centred(encoded);
            var (priorMean, priorCentred) = Centred(samples);
            var perCode = 1 / Math.Sqrt(encoded.shape[0]);
            var shift = Whitened(mean - (roots?.Mean(mean.device) ?? priorMean));
            var codes = Whitened(centred) * perCode;
            var singular = SingularValues.Of(codes);
            var target = SingularValues.Of(Whitened(priorCentred) / Math.Sqrt(samples.shape[0])).Values;

            // Samples of fewer points than dimensions have no more singular values than points: the others are 0.
            var common = Math.Min(singular.Values.shape[0], target.shape[0]);
            var paired = zeros_like(singular.Values);
            paired.narrow(0, 0, common).copy_(target.narrow(0, 0, common));
            value = shift.square().sum() + (singular.Values - paired).square().sum() + target.narrow(0, common, target.shape[0] - common).square().sum();
            gradient = Whitened(shift) * (2 * perCode * perCode) + Whitened(codes - singular.Outer(paired)) * (2 * perCode);
        }

        return ClosedForm.Attach(encoded, gradient.to(encoded.dtype), value.to(encoded.dtype)).MoveToOuterDisposeScope();

        Tensor Whitened(Tensor points) => roots?.Whitened(points) ?? points;
    }

    private static (Tensor Mean, Tensor Centred) Centred(Tensor points)
    {
        var wide = points.to(ScalarType.Float64);
        var mean = wide.mean([0], keepdim: true);
        return (mean, wide - mean);
    }
}
