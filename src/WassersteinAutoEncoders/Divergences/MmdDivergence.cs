using WassersteinAutoEncoders.Divergences.Pairs;
using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The squared maximum mean discrepancy of codes and prior samples in a kernel's feature space, the penalty of WAE-MMD.</summary>
/// <remarks>
/// <para>MMD²(Q, P) = E k(q, q′) + E k(p, p′) − 2·E k(q, p), estimated as <see cref="MmdEstimator"/> says.</para>
/// <para>
/// With an <see cref="IRadialKernel"/> on the CPU value and gradient come from one pass over tiles of pairs: time O((n + m)²·d),
/// memory O((n + m)·d), the same bits on any number of threads (<c>torch.get_num_threads()</c>), float32 values summed in float64.
/// Other kernels and devices take tensor operations, a block of rows at a time where there are more than 2²⁰ pairs.
/// </para>
/// <para>
/// The unbiased estimators may be negative, and that is no error: around 0 they have to be, or their mean could not be 0.
/// Immutable; as safe to share between threads as its kernel.
/// </para>
/// </remarks>
public sealed class MmdDivergence : ILatentDivergence
{
    /// <summary>Creates the divergence.</summary>
    /// <param name="kernel">k, symmetric; an <see cref="IRadialKernel"/> takes the fast path on the CPU.</param>
    /// <param name="estimator">The estimator; the paper's by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The estimator has no name.</exception>
    public MmdDivergence(IKernel kernel, MmdEstimator estimator = MmdEstimator.Official)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        Kernel = kernel;
        Estimator = Guard.CheckDefined(estimator);
    }

    /// <summary>The kernel.</summary>
    public IKernel Kernel { get; }

    /// <summary>The estimator.</summary>
    public MmdEstimator Estimator { get; }

    /// <summary>Whether the result can be differentiated more than once, for instance under a gradient penalty; <see langword="false"/> by default.</summary>
    /// <remarks>
    /// The fast path gives the gradient as a constant: a second derivative taken through it is 0. Set this to compose the
    /// estimate from tensor operations instead, of any order of derivative, at many times the time and memory.
    /// </remarks>
    public bool HigherDerivatives { get; init; }

    /// <summary>The estimate of MMD².</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="prior">Prior samples, <c>[m, d]</c>, of the same element type and on the same device.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in both arguments.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes, element types or devices do not fit; n ≠ m for <see cref="MmdEstimator.UStatistic"/> or <see cref="MmdEstimator.Linear"/>;
    /// a sample of one for any estimator but <see cref="MmdEstimator.VStatistic"/>.
    /// </exception>
    public Tensor Evaluate(Tensor encoded, Tensor prior)
    {
        Guard.CheckPair(encoded, nameof(encoded), prior, nameof(prior));
        var (n, m) = (encoded.shape[0], prior.shape[0]);
        CheckSizes(n, m);
        if (Estimator == MmdEstimator.Linear)
        {
            return LinearPairs.Evaluate(Kernel, encoded, prior);
        }

        return KernelPairSums.Evaluate(Kernel, encoded, prior, PairWeights.Of(Estimator, n, m), HigherDerivatives);
    }

    private void CheckSizes(long n, long m)
    {
        if (Estimator == MmdEstimator.VStatistic)
        {
            return;
        }

        if (n < 2 || m < 2)
        {
            throw new ArgumentException(
                $"Expected at least 2 codes and 2 prior samples for the {Estimator} estimator, which has no pairs otherwise, but there are {n} and {m}. " +
                $"Drop the last incomplete batch, or use {nameof(MmdEstimator)}.{nameof(MmdEstimator.VStatistic)}.", n < 2 ? "encoded" : "prior");
        }

        if (n != m && Estimator is (MmdEstimator.UStatistic or MmdEstimator.Linear))
        {
            throw new ArgumentException(
                $"Expected as many prior samples as codes for the {Estimator} estimator, but there are {n} codes and {m} prior samples. " +
                $"Draw {n} prior samples, or use {nameof(MmdEstimator)}.{nameof(MmdEstimator.Official)}.", "prior");
        }
    }
}
