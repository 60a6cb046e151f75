using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Numerics;

/// <summary>The distribution functions that the tests of this folder need, in double precision.</summary>
/// <remarks>
/// Everything but quantiles, which are libtorch's, and the Kolmogorov distribution comes from the regularised incomplete gamma
/// function, which is accurate in both tails to about 1e-13 relative (less for shape parameters beyond 1e4, where the exponent
/// a·log x − x − log Γ(a) loses digits). libtorch's gammaincc is off by 1e-9 about the mean of a chi-square with 100 degrees of freedom,
/// and its ndtr is 0 where Φ is 1e-300.
/// </remarks>
internal static class SpecialFunctions
{
    private const double Tiny = 1e-300;

    /// <summary>log Γ(x) for x &gt; 0, by Stirling's series after shifting x above 12.</summary>
    public static double LogGamma(double x)
    {
        double shift = 0;
        for (; x < 12; x++)
        {
            shift -= Math.Log(x);
        }

        var r = 1 / (x * x);
        var series = (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188 - r * (691.0 / 360360)))))) / x;
        return shift + (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + series;
    }

    /// <summary>The upper regularised incomplete gamma function Q(a, x) = Γ(a, x)/Γ(a), a &gt; 0, x ≥ 0.</summary>
    public static double GammaUpper(double a, double x)
        => x <= 0 ? 1 : double.IsPositiveInfinity(x) ? 0 : x < a + 1 ? 1 - LowerSeries(a, x) : UpperFraction(a, x);

    /// <summary>The lower regularised incomplete gamma function P(a, x) = 1 − Q(a, x), without cancellation for small x.</summary>
    public static double GammaLower(double a, double x)
        => x <= 0 ? 0 : double.IsPositiveInfinity(x) ? 1 : x < a + 1 ? LowerSeries(a, x) : 1 - UpperFraction(a, x);

    /// <summary>P(χ²_k ≥ x), the p-value of a chi-square statistic with k &gt; 0 degrees of freedom.</summary>
    public static double ChiSquareSurvival(double x, double degreesOfFreedom) => GammaUpper(degreesOfFreedom / 2, x / 2);

    /// <summary>The standard normal distribution function Φ(z), with full relative accuracy in the lower tail.</summary>
    public static double NormalCdf(double z)
        => z < 0 ? 0.5 * GammaUpper(0.5, z * z / 2) : 1 - 0.5 * GammaUpper(0.5, z * z / 2);

    /// <summary>P(|Z| ≥ |z|) of a standard normal Z.</summary>
    public static double NormalTwoSided(double z) => GammaUpper(0.5, z * z / 2);

    /// <summary>Φ⁻¹(p) for 0 &lt; p &lt; 1; −∞ and ∞ at the ends.</summary>
    public static double NormalQuantile(double p) => NormalQuantiles([p])[0];

    /// <summary>Φ⁻¹ of each number.</summary>
    public static double[] NormalQuantiles(double[] p)
    {
        using var scope = NewDisposeScope();
        return TensorData.ToArray(special.ndtri(tensor(p)));
    }

    /// <summary>P(K ≥ λ) of the Kolmogorov distribution, the limit law of √n·sup|F_n − F|.</summary>
    /// <remarks>Two series that are transforms of one another: each is used where it converges within a few terms.</remarks>
    public static double KolmogorovSurvival(double lambda)
    {
        if (lambda <= 0)
        {
            return 1;
        }

        double sum = 0;
        if (lambda < 1)
        {
            for (var k = 1; k <= 19; k += 2)
            {
                sum += Math.Exp(-k * k * Math.PI * Math.PI / (8 * lambda * lambda));
            }

            return 1 - Math.Sqrt(2 * Math.PI) / lambda * sum;
        }

        for (var k = 8; k >= 1; k--)
        {
            sum += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2 * k * k * lambda * lambda);
        }

        return sum;
    }

    private static double LowerSeries(double a, double x)
    {
        var term = 1 / a;
        var sum = term;
        for (var n = a + 1; term > sum * 1e-17; n++)
        {
            term *= x / n;
            sum += term;
        }

        return Math.Min(1, sum * Prefactor(a, x));
    }

    /// <summary>Lentz's evaluation of the continued fraction, which converges for x ≥ a + 1.</summary>
    private static double UpperFraction(double a, double x)
    {
        var b = x + 1 - a;
        var c = 1 / Tiny;
        var d = 1 / b;
        var h = d;
        var factor = 0.0;
        for (var i = 1; Math.Abs(factor - 1) > 1e-16 && i < 10_000_000; i++)
        {
            var an = -i * (i - a);
            b += 2;
            d = 1 / NotZero(an * d + b);
            c = NotZero(b + an / c);
            factor = d * c;
            h *= factor;
        }

        return Math.Min(1, h * Prefactor(a, x));
    }

    private static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    private static double Prefactor(double a, double x) => Math.Exp(a * Math.Log(x) - x - LogGamma(a));
}
