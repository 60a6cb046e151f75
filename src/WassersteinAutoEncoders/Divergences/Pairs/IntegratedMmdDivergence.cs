using WassersteinAutoEncoders.Divergences.Pairs;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The squared maximum mean discrepancy between codes and a Gaussian prior, the prior integrated out: no prior samples, and none of their noise.</summary>
/// <remarks>
/// <para>
/// MMD² = (1/N)·Σ k(q_i, q_j) − (2/n)·Σ_i μ(q_i) + E k(p, p′), with μ(x) = E k(x, p) from
/// <see cref="IGaussianIntegrableKernel"/>: in closed form for <see cref="RbfKernel"/>, by quadrature for <see cref="ImqKernel"/>.
/// It has the same expectation as the sampled estimators and a gradient of lower variance, at about half of their cost.
/// </para>
/// <para>The unbiased form may be negative. Instances are not to be shared between threads.</para>
/// </remarks>
public sealed class IntegratedMmdDivergence : IRowDivergence, IMinimumSampleSize
{
    private (GaussianPrior Prior, IKernelMean Mean)? _known;

    /// <summary>Creates the divergence.</summary>
    /// <param name="kernel">k, with a known mean over the prior.</param>
    /// <param name="estimator">
    /// Which pairs of codes count: i ≠ j for <see cref="MmdEstimator.Unbiased"/> (the default) and <see cref="MmdEstimator.UnbiasedPaired"/>,
    /// which are the same here; all, with N = n², for <see cref="MmdEstimator.Biased"/>, which is never negative beyond rounding and
    /// the error of μ.
    /// </param>
    /// <exception cref="ArgumentException">The estimator is <see cref="MmdEstimator.LinearTime"/>, or has no name.</exception>
    public IntegratedMmdDivergence(IGaussianIntegrableKernel kernel, MmdEstimator estimator = MmdEstimator.Unbiased)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (Guard.CheckDefined(estimator) == MmdEstimator.LinearTime)
        {
            throw new ArgumentException($"Expected an estimator over all pairs of codes, but got {estimator}, which pairs codes with prior samples. Use {MmdEstimator.Unbiased}.", nameof(estimator));
        }

        Kernel = kernel;
        Estimator = estimator;
    }

    /// <summary>The kernel.</summary>
    public IGaussianIntegrableKernel Kernel { get; }

    /// <summary>Which pairs of codes count.</summary>
    public MmdEstimator Estimator { get; }

    /// <inheritdoc cref="MmdDivergence.MinimumSampleSize"/>
    public long MinimumSampleSize => Estimator == MmdEstimator.Biased ? 1 : 2;

    /// <inheritdoc cref="MmdDivergence.HigherDerivatives"/>
    public bool HigherDerivatives { get; init; }

    /// <summary>The estimate of MMD² from codes alone.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="prior">P_Z, whose prior is a <see cref="GaussianPrior"/> on ℝᵈ; no samples are drawn.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in <paramref name="encoded"/>.</returns>
    /// <exception cref="ArgumentException">The prior is not Gaussian, the codes' shape or element type does not fit, or there is one code and the estimator needs two.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var gaussian = Checked(encoded, prior);
        using var scope = NewDisposeScope();
        var mean = MeanOver(gaussian);
        var within = KernelPairSums.Evaluate(Kernel, encoded, null, PairWeights.OfOneSample(Estimator, encoded.shape[0]), HigherDerivatives);
        return (within - Means(mean, encoded).mean().Times(2)).Plus(mean.Expectation).MoveToOuterDisposeScope();
    }

    Tensor? IRowDivergence.EvaluateRows(Tensor encoded, long start, long count, PriorSamples prior)
    {
        var gaussian = Checked(encoded, prior);
        var n = encoded.shape[0];
        using var scope = NewDisposeScope();
        if (HigherDerivatives || Kernel is not IRadialKernel radial
            || RadialPairTensors.EvaluateRows(radial, encoded, null, PairWeights.OfOneSample(Estimator, n), start, count) is not { } within)
        {
            return null;
        }

        if (count == 0)
        {
            return within.MoveToOuterDisposeScope();
        }

        var mean = MeanOver(gaussian);
        return (within - Means(mean, encoded.narrow(0, start, count)).sum().Times(2.0 / n)).Plus(mean.Expectation * count / n).MoveToOuterDisposeScope();
    }

    private GaussianPrior Checked(Tensor encoded, PriorSamples prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var gaussian = prior.Require<GaussianPrior>(nameof(IntegratedMmdDivergence), $"Use {nameof(MmdDivergence)}, which takes samples of any prior.");
        Guard.CheckPoints(encoded, nameof(encoded), gaussian.Dimension);
        var n = encoded.shape[0];
        if (n < 2 && Estimator != MmdEstimator.Biased)
        {
            throw new ArgumentException(
                $"Expected at least 2 codes for the {Estimator} estimator, which has no pairs otherwise, but there is {n}. " +
                $"Drop the last incomplete batch, or use {nameof(MmdEstimator)}.{nameof(MmdEstimator.Biased)}.", nameof(encoded));
        }

        return gaussian;
    }

    private static Tensor Means(IKernelMean mean, Tensor codes) => ModuleCall.Present(mean.Evaluate(codes), $"the kernel's mean ({mean.GetType().Name})");

    /// <summary>The quadrature's nodes depend on the prior alone, which is the same at each step of a run.</summary>
    private IKernelMean MeanOver(GaussianPrior prior)
    {
        if (_known is not { } known || !ReferenceEquals(known.Prior, prior))
        {
            _known = known = (prior, Guard.CheckReturned(Kernel.MeanOver(prior), $"the mean of the kernel ({Kernel.GetType().Name}) over the prior"));
        }

        return known.Mean;
    }
}
