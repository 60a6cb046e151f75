using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>Mardia's tests of multivariate normality by skewness and kurtosis.</summary>
/// <remarks>
/// <para>
/// With m_ij = (z_i−z̄)ᵀS⁻¹(z_j−z̄) and S the covariance with divisor n: b₁ = n⁻² Σ_ij m_ij³, b₂ = n⁻¹ Σ_i m_ii²
/// (Mardia, Biometrika 1970). Under normality n·c·b₁/6 is asymptotically χ² with d(d+1)(d+2)/6 degrees of freedom,
/// c = (d+1)(n+1)(n+3)/(n((n+1)(d+1)−6)) being Mardia's (1974) correction, and b₂ is asymptotically normal; its exact
/// mean d(d+2)(n−1)/(n+1) and variance 8d(d+2)(n−3)(n−d−1)(n−d+1)/((n+1)²(n+3)(n+5)) are used.
/// </para>
/// <para>
/// Both are invariant under affine maps. Directions without variance (relative to the largest, below 1e-10) are left
/// out. Asymptotics need n well above d: at n = 20·d the 5 % tests reject about 5 % of normal samples, the kurtosis
/// test with the heavier right tail of a mean of fourth powers.
/// </para>
/// </remarks>
internal static class MardiaTest
{
    private const long Block = 1024;

    /// <summary>Evaluates both statistics.</summary>
    /// <param name="x">Points, <c>[n, d]</c>, float32 or float64, finite; n ≥ rank + 2, and at least 4.</param>
    /// <returns>The statistics, their reference values under normality and their p-values.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, a value is not finite, all points coincide, or there are too few points for their dimension.</exception>
    public static MardiaResult Evaluate(Tensor x)
    {
        Guard.CheckPoints(x, nameof(x));
        Guard.CheckFiniteValues(x, nameof(x));
        return TryEvaluate(x) ?? throw new ArgumentException(
            $"Expected more points than dimensions (at least rank + 2, and 4) that do not all coincide, but '{nameof(x)}' has shape {Guard.Shape(x)}. Pass more points or fewer coordinates.", nameof(x));
    }

    /// <summary>The same, <see langword="null"/> where the points are too few or all one.</summary>
    internal static MardiaResult? TryEvaluate(Tensor x)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var points = TensorData.Float64Cpu(x);
        var n = points.shape[0];
        var centred = points - points.mean([0L], keepdim: true);
        var covariance = centred.t().mm(centred).Over(n);
        Guard.CheckFiniteValues(covariance, nameof(covariance));
        var (values, vectors) = linalg.eigh(covariance);
        var variances = TensorData.ToArray(values);
        var largest = variances[^1];
        var rank = variances.Count(v => v > 1e-10 * largest);
        if (!(largest > 0) || n < Math.Max(4, rank + 2))
        {
            return null;
        }

        // Whitened on the range of the covariance: m_ij is then an inner product. eigh sorts in ascending order.
        var first = variances.Length - rank;
        var scales = tensor(variances.AsSpan(first).ToArray()).sqrt().unsqueeze(0);
        var white = centred.mm(vectors.slice(1, first, variances.Length, 1)) / scales;
        double cubes = 0;
        for (long start = 0; start < n; start += Block)
        {
            using var inner = NewDisposeScope();
            var products = white.slice(0, start, Math.Min(n, start + Block), 1).mm(white.t());
            cubes += Scalars.Read((products * products * products).sum());
        }

        var lengths = (white * white).sum(1);
        return Tests(cubes / ((double)n * n), Scalars.Read((lengths * lengths).mean()), rank, n);
    }

    private static MardiaResult Tests(double skewness, double kurtosis, int rank, double n)
    {
        double d = rank;
        var correction = (d + 1) * (n + 1) * (n + 3) / (n * ((n + 1) * (d + 1) - 6));
        var degrees = d * (d + 1) * (d + 2) / 6;
        var mean = d * (d + 2) * (n - 1) / (n + 1);
        var variance = 8 * d * (d + 2) * (n - 3) * (n - d - 1) * (n - d + 1) / ((n + 1) * (n + 1) * (n + 3) * (n + 5));
        var z = (kurtosis - mean) / Math.Sqrt(variance);
        return new(
            skewness,
            6 * degrees / (n * correction),
            SpecialFunctions.ChiSquareSurvival(n * correction * skewness / 6, degrees),
            kurtosis,
            mean,
            z,
            SpecialFunctions.NormalTwoSided(z),
            rank,
            (long)n);
    }
}

/// <summary>Mardia's multivariate skewness and kurtosis of a sample, beside what a normal distribution would give.</summary>
/// <param name="Skewness">b₁ = n⁻² Σ_ij ((z_i−z̄)ᵀS⁻¹(z_j−z̄))³ ≥ 0.</param>
/// <param name="SkewnessReference">The expectation of b₁ for n normal points, d(d+1)(d+2)/n to leading order; its limit is 0.</param>
/// <param name="SkewnessPValue">Asymptotic p-value of b₁ against normality.</param>
/// <param name="Kurtosis">b₂ = n⁻¹ Σ_i ((z_i−z̄)ᵀS⁻¹(z_i−z̄))².</param>
/// <param name="KurtosisReference">The expectation of b₂ for n normal points, d(d+2)(n−1)/(n+1); its limit is d(d+2).</param>
/// <param name="KurtosisZScore">(b₂ − reference)/standard deviation under normality: positive for heavy tails, negative for light ones.</param>
/// <param name="KurtosisPValue">Two-sided asymptotic p-value of the z-score against normality.</param>
/// <param name="Dimension">The dimension d that the figures are about: the rank of the covariance, less than the number of coordinates where some are constant or dependent.</param>
/// <param name="Count">The number n of points that entered.</param>
public sealed record MardiaResult(
    double Skewness,
    double SkewnessReference,
    double SkewnessPValue,
    double Kurtosis,
    double KurtosisReference,
    double KurtosisZScore,
    double KurtosisPValue,
    int Dimension,
    long Count);
