using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Kernels;

/// <summary>The mean of an inverse multiquadratic mixture over N(0, s²I), by quadrature.</summary>
/// <remarks>
/// <para>
/// C/(C + r²) = ∫₀^∞ C·e^(−uC)·e^(−u·r²) du is a mixture of Gaussian kernels, and the mean of each is in closed form. With
/// e^τ = 2us², a = C/(2s²): μ(x) = ∫ Σ_C a·e^(τ − a·e^τ)·(1 + e^τ)^(−d/2)·exp(−‖x‖²/(2s²)·e^τ/(1 + e^τ)) dτ over the whole line,
/// and the same nodes τ serve all scales C.
/// </para>
/// <para>
/// The trapezoidal rule on the line: the integrand is analytic for |Im τ| &lt; π/2 and, on the line Im τ = θ, at most 1/cos θ times
/// its size on the real axis after scaling, so the relative error is at most about (2/cos θ)·e^(−2πθ/h). With h = 0.35 and θ = 1.4
/// that is 1.5e-10. The ends are cut where what is left is below 1e-11 of μ for every ‖x‖² ≤ 1e8. Together: a relative error
/// below 1e-9 in float64 for ‖x‖² from 0 to 1e8.
/// </para>
/// </remarks>
internal static class ImqGaussianMean
{
    private const double Step = 0.35;
    private const double LargestSquaredNorm = 1e8;
    private const double Negligible = 1e-11;
    private const int MostNodes = 10_000;

    // e^−36 is 2e-16.
    private const double LargestExponent = 36;

    /// <summary>μ and E k(p, p′) for the scales C.</summary>
    public static GaussianMixtureMean Of(double[] constants, long dimension, double standardDeviation)
    {
        var twoVariances = 2 * standardDeviation * standardDeviation;
        var a = Array.ConvertAll(constants, c => c / twoVariances);
        var half = dimension / 2.0;
        var (weights, rates, expectation) = (new List<double>(), new List<double>(), 0.0);
        var smallest = a.Min();
        var start = Math.Log(Negligible / (a.Max() + (LargestSquaredNorm / twoVariances) + half));
        for (var q = 0; ; q++)
        {
            // Some 4,000 nodes span all exponents of float64: what needs more has overflowed.
            if (q > MostNodes)
            {
                throw new ArgumentOutOfRangeException(nameof(standardDeviation), standardDeviation, $"Expected a prior whose scale lies within some hundred orders of magnitude of the kernel's C = {constants.Min():G3}. Choose C from the prior, for instance with ImqKernel.ForPrior.");
            }

            var tau = start + (q * Step);
            var v = Math.Exp(tau);
            var decay = (smallest * v) + (half * double.LogP1(v)) - Math.Max(0, tau);
            if (decay > LargestExponent)
            {
                break;
            }

            var density = Step * a.Sum(scale => scale * Math.Exp(tau - (scale * v)));
            weights.Add(density * Math.Exp(-half * double.LogP1(v)));
            rates.Add(v / (1 + v) / twoVariances);
            expectation += density * Math.Exp(-half * double.LogP1(2 * v));
        }

        return new GaussianMixtureMean(dimension, [.. weights], [.. rates], expectation);
    }
}

/// <summary>μ(x) = Σ_q w_q·exp(−r_q·‖x‖²): what every mixture of Gaussian kernels has as its mean over N(0, s²I).</summary>
/// <param name="Dimension">d.</param>
/// <param name="Weights">The w_q.</param>
/// <param name="Rates">The r_q, as many.</param>
/// <param name="Expectation">E k(p, p′).</param>
internal sealed record GaussianMixtureMean(long Dimension, double[] Weights, double[] Rates, double Expectation) : IKernelMean
{
    private readonly DeviceNumbers _negativeRates = new(Array.ConvertAll(Rates, r => -r));
    private readonly DeviceNumbers _weights = new(Weights);

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor x)
    {
        Guard.CheckPoints(x, nameof(x), Dimension);
        using var scope = NewDisposeScope();
        var (rates, weights) = (_negativeRates.On(x, x.dtype).reshape(-1), _weights.On(x, x.dtype).reshape(-1));
        return x.Squared().sum(1, keepdim: true).mul(rates).exp().mv(weights).MoveToOuterDisposeScope();
    }
}
