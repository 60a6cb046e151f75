using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>The two-sample Kolmogorov–Smirnov test: are two sets of numbers drawn from one continuous distribution?</summary>
/// <remarks>
/// The p-value is asymptotic: P(K ≥ √(nm/(n+m))·D) of the Kolmogorov distribution (Smirnov 1939). For n = m its error
/// against the exact distribution is, for p ≤ ½, below 0.007 from n = 20 and below 0.002 from n = 100 on. (Stephens' correction of
/// the one-sample test is left out: for two samples of one size it makes small p-values too small.) With ties
/// (discrete distributions) the test is conservative: it rejects less often than stated.
/// </remarks>
internal static class KolmogorovSmirnov
{
    /// <summary>Tests two one-dimensional samples.</summary>
    /// <param name="x">The first sample, <c>[n]</c>, float32 or float64, finite.</param>
    /// <param name="y">The second sample, <c>[m]</c>, finite.</param>
    /// <returns>The statistic and its p-value.</returns>
    /// <exception cref="ArgumentException">A sample is empty, not one-dimensional, or holds NaN or infinity.</exception>
    public static (double Statistic, double PValue) TwoSample(Tensor x, Tensor y)
    {
        CheckSample(x, nameof(x));
        CheckSample(y, nameof(y));
        return TwoSample(TensorData.ToArray(x), TensorData.ToArray(y));
    }

    /// <summary>Tests each coordinate of two sets of points on its own.</summary>
    /// <remarks>The d p-values are not corrected for their number: under equal distributions the smallest of them is below α with probability up to dα.</remarks>
    /// <param name="x">Points, <c>[n, d]</c>, float32 or float64, finite.</param>
    /// <param name="y">Points, <c>[m, d]</c>, finite.</param>
    /// <returns>One result a coordinate, <c>d</c> of them.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or a value is NaN or infinite.</exception>
    public static IReadOnlyList<(double Statistic, double PValue)> PerDimension(Tensor x, Tensor y)
    {
        Guard.CheckPoints(x, nameof(x));
        Guard.CheckPoints(y, nameof(y), x.shape[1]);
        Guard.CheckFiniteValues(x, nameof(x));
        Guard.CheckFiniteValues(y, nameof(y));
        using var scope = NewDisposeScope();
        var (n, m) = ((int)x.shape[0], (int)y.shape[0]);
        var left = TensorData.ToArray(x.t());
        var right = TensorData.ToArray(y.t());
        return [.. Enumerable.Range(0, (int)x.shape[1])
            .Select(j => TwoSample(left.AsSpan(j * n, n).ToArray(), right.AsSpan(j * m, m).ToArray()))];
    }

    /// <summary>The same on managed arrays, which are sorted in place.</summary>
    internal static (double Statistic, double PValue) TwoSample(double[] x, double[] y)
    {
        Array.Sort(x);
        Array.Sort(y);
        var statistic = Statistic(x, y);
        return (statistic, PValue(statistic, x.Length, y.Length));
    }

    /// <summary>sup |F − G| of the empirical distribution functions of samples that are sorted already.</summary>
    internal static double Statistic(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double statistic = 0;
        for (int i = 0, j = 0; i < x.Length && j < y.Length;)
        {
            // Both functions are compared after all copies of a value, so that ties do not create a difference.
            var value = Math.Min(x[i], y[j]);
            while (i < x.Length && x[i] == value)
            {
                i++;
            }

            while (j < y.Length && y[j] == value)
            {
                j++;
            }

            statistic = Math.Max(statistic, Math.Abs((double)i / x.Length - (double)j / y.Length));
        }

        return statistic;
    }

    /// <summary>The asymptotic p-value of a statistic with sample sizes n and m.</summary>
    internal static double PValue(double statistic, double n, double m)
        => Math.Clamp(SpecialFunctions.KolmogorovSurvival(Math.Sqrt(n * m / (n + m)) * statistic), 0, 1);

    private static void CheckSample(Tensor x, string name)
    {
        Guard.CheckTensor(x, name);
        if (x.dim() != 1 || x.shape[0] < 1)
        {
            throw new ArgumentException($"Expected a sample of shape [n] with n ≥ 1, but '{name}' has shape {Guard.Shape(x)}. Flatten it, or use PerDimension for points.", name);
        }

        Guard.CheckFiniteValues(x, name);
    }
}
