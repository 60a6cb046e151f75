using WassersteinAutoEncoders.Divergences.Pairs;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The squared maximum mean discrepancy of codes and prior samples in a kernel's feature space, the penalty of WAE-MMD.</summary>
/// <remarks>
/// <para>MMD²(Q, P) = E k(q, q′) + E k(p, p′) − 2·E k(q, p), estimated as <see cref="MmdEstimator"/> says.</para>
/// <para>
/// With an <see cref="IRadialKernel"/> on the CPU value and gradient come from one pass over tiles of pairs: time O((n + m)²·d),
/// memory O((n + m)·d), the same bits on any number of threads (<c>torch.get_num_threads()</c>), float32 values summed in float64.
/// On a GPU, and where prior samples are differentiated too, the library's radial kernels take one matrix of squared distances, formed in float64, and
/// one product for the gradient, in blocks of rows where there are many. Other kernels are composed of tensor operations, a block of rows at a time where there are more than 2²⁰ pairs.
/// </para>
/// <para>
/// The unbiased estimators may be negative, and that is no error: around 0 they have to be, or their mean could not be 0.
/// With a given kernel immutable, and as safe to share between threads as that kernel; otherwise for one thread.
/// </para>
/// </remarks>
public sealed class MmdDivergence : IRowDivergence, IMinimumSampleSize
{
    private readonly IKernel? _kernel;
    private readonly Func<IPrior, IKernel>? _kernelOf;
    private (IPrior Prior, IKernel Kernel)? _known;

    /// <summary>Creates the divergence with the paper's kernel: the inverse multiquadratic mixture scaled to the prior, <see cref="ImqKernel.ForPrior"/>.</summary>
    /// <param name="estimator">The estimator; the paper's by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The estimator has no name.</exception>
    public MmdDivergence(MmdEstimator estimator = MmdEstimator.Unbiased)
        : this(prior => ImqKernel.ForPrior(prior), estimator)
    {
    }

    /// <summary>Creates the divergence with a kernel that is made for the prior, so that the prior is named once, to the trainer.</summary>
    /// <param name="kernel">Makes k from the prior, for instance <c>prior => RbfKernel.ForPrior(prior)</c>; called once a prior.</param>
    /// <param name="estimator">The estimator; the paper's by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The estimator has no name.</exception>
    public MmdDivergence(Func<IPrior, IKernel> kernel, MmdEstimator estimator = MmdEstimator.Unbiased)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        _kernelOf = kernel;
        Estimator = Guard.CheckDefined(estimator);
    }

    /// <summary>Creates the divergence with a given kernel.</summary>
    /// <param name="kernel">k, symmetric; an <see cref="IRadialKernel"/> takes the fast path on the CPU.</param>
    /// <param name="estimator">The estimator; the paper's by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The estimator has no name.</exception>
    public MmdDivergence(IKernel kernel, MmdEstimator estimator = MmdEstimator.Unbiased)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        _kernel = kernel;
        Estimator = Guard.CheckDefined(estimator);
    }

    /// <summary>The estimator.</summary>
    public MmdEstimator Estimator { get; }

    /// <summary>2, or 1 for <see cref="MmdEstimator.Biased"/>: the other estimators leave each point's pair with itself out.</summary>
    public long MinimumSampleSize => Estimator == MmdEstimator.Biased ? 1 : 2;

    /// <summary>Whether the result can be differentiated more than once, for instance under a gradient penalty; <see langword="false"/> by default.</summary>
    /// <remarks>
    /// Radial kernels give the gradient as a constant that can't be differentiated twice: a second derivative taken through it
    /// is NaN, so that a step which needs it stops as non-finite. Set this to compose the estimate from tensor
    /// operations instead, of any order of derivative, at many times the time and memory.
    /// </remarks>
    public bool HigherDerivatives { get; init; }

    /// <summary>The estimate of MMD².</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="prior">Prior samples, <c>[m, d]</c>, of the same element type and on the same device.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in both arguments.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes, element types or devices do not fit; n ≠ m for <see cref="MmdEstimator.UnbiasedPaired"/> or <see cref="MmdEstimator.LinearTime"/>;
    /// a sample of one for any estimator but <see cref="MmdEstimator.Biased"/>.
    /// </exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        var (n, m) = (encoded.size(0), samples.size(0));
        CheckSizes(n, m);
        var kernel = KernelFor(prior.Prior);
        if (Estimator == MmdEstimator.LinearTime)
        {
            return LinearPairs.Evaluate(kernel, encoded, samples, HigherDerivatives);
        }

        return KernelPairSums.Evaluate(kernel, encoded, samples, PairWeights.Of(Estimator, n, m), HigherDerivatives);
    }

    Tensor? IRowDivergence.EvaluateRows(Tensor encoded, long start, long count, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        var (n, m) = (encoded.size(0), samples.size(0));
        CheckSizes(n, m);
        return Estimator != MmdEstimator.LinearTime && !HigherDerivatives && KernelFor(prior.Prior) is IRadialKernel radial
            ? RadialPairTensors.EvaluateRows(radial, encoded, samples, PairWeights.Of(Estimator, n, m), start, count)
            : null;
    }

    /// <summary>The kernel that codes are compared with: the one given, or the one made for the prior.</summary>
    /// <param name="prior">The prior of the codes; may be <see langword="null"/> where the kernel was given.</param>
    /// <returns>k.</returns>
    /// <exception cref="ArgumentException">There is no prior to make the kernel for.</exception>
    public IKernel KernelFor(IPrior? prior)
    {
        if (_kernel is not null)
        {
            return _kernel;
        }

        if (prior is null)
        {
            throw new ArgumentException(
                "Expected a prior to scale the kernel to, but got samples without their prior. Pass a kernel to the divergence, or new PriorSamples(samples, prior).", nameof(prior));
        }

        if (_known is not { } known || !ReferenceEquals(known.Prior, prior))
        {
            _known = known = (prior, _kernelOf!(prior) ?? throw new InvalidOperationException("The function that makes the kernel returned null. Return a kernel for the prior."));
        }

        return known.Kernel;
    }

    private void CheckSizes(long n, long m)
    {
        if (Estimator == MmdEstimator.Biased)
        {
            return;
        }

        if (n < 2 || m < 2)
        {
            throw new ArgumentException(
                $"Expected at least 2 codes and 2 prior samples for the {Estimator} estimator, which has no pairs otherwise, but there are {n} and {m}. " +
                $"Drop the last incomplete batch, or use {nameof(MmdEstimator)}.{nameof(MmdEstimator.Biased)}.", n < 2 ? "encoded" : "prior");
        }

        if (n != m && Estimator is (MmdEstimator.UnbiasedPaired or MmdEstimator.LinearTime))
        {
            throw new ArgumentException(
                $"Expected as many prior samples as codes for the {Estimator} estimator, but there are {n} codes and {m} prior samples. " +
                $"Draw {n} prior samples, or use {nameof(MmdEstimator)}.{nameof(MmdEstimator.Unbiased)}.", "prior");
        }
    }
}

/// <summary>How <see cref="MmdDivergence"/> estimates the squared maximum mean discrepancy from codes q₁…q_n and prior samples p₁…p_m.</summary>
public enum MmdEstimator
{
    /// <summary>
    /// All pairs in every term: Σ_ij k(q_i, q_j)/n² + Σ_ij k(p_i, p_j)/m² − 2·Σ_ij k(q_i, p_j)/(n·m). The V-statistic: biased upwards, never
    /// negative for a positive definite kernel, exactly 0 for identical samples. Any n, m ≥ 1. Gretton et al. 2012, equation 5.
    /// </summary>
    Biased,

    /// <summary>
    /// The U-statistic of pairs (qᵢ, pᵢ), i ≠ j in all three terms: Σ_{i≠j} [k(q_i, q_j) + k(p_i, p_j) − 2·k(q_i, p_j)]/(n(n − 1)). Unbiased, so it is
    /// negative about half of the time when both distributions are equal; exactly 0 for identical samples. n = m ≥ 2.
    /// Gretton et al. 2012, lemma 6.
    /// </summary>
    UnbiasedPaired,

    /// <summary>
    /// The paper's and its authors' code's: i ≠ j within, all pairs across: Σ_{i≠j} k(q_i, q_j)/(n(n − 1)) + Σ_{i≠j} k(p_i, p_j)/(m(m − 1)) −
    /// 2·Σ_ij k(q_i, p_j)/(n·m). Unbiased, may be negative, and is not 0 for identical samples. n, m ≥ 2. Tolstikhin et al.
    /// 2018, algorithm 2; Gretton et al. 2012, equation 3.
    /// </summary>
    Unbiased,

    /// <summary>
    /// Linear time: the mean over ⌊n/2⌋ disjoint pairs of k(q₁, q₂) + k(p₁, p₂) − k(q₁, p₂) − k(q₂, p₁); the last sample of an
    /// odd number is left out. Unbiased, of much higher variance. n = m ≥ 2. Gretton et al. 2012, lemma 14.
    /// </summary>
    LinearTime,
}
