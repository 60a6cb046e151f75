namespace WassersteinAutoEncoders.Numerics;

/// <summary>The distribution functions that the tests of this folder need, in double precision.</summary>
/// <remarks>
/// Everything but the Kolmogorov distribution comes from the regularised incomplete gamma function, which is
/// accurate in both tails to about 1e-13 relative (less for shape parameters beyond 1e5, where the exponent
/// a·log x − x − log Γ(a) loses digits).
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
    /// <remarks>A rational start (Abramowitz and Stegun 26.2.23, error below 4.5e-4), then Halley's iteration, whose error is cubed by each step.</remarks>
    public static double NormalQuantile(double p)
    {
        if (p is <= 0 or >= 1)
        {
            return p <= 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        // Always in the lower tail, where Φ keeps its relative accuracy.
        var lower = Math.Min(p, 1 - p);
        var t = Math.Sqrt(-2 * Math.Log(lower));
        var z = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
        for (var i = 0; i < 3; i++)
        {
            var u = (NormalCdf(z) - lower) * Math.Sqrt(2 * Math.PI) * Math.Exp(z * z / 2);
            z -= u / (1 + z * u / 2);
        }

        return p < 0.5 ? z : -z;
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
