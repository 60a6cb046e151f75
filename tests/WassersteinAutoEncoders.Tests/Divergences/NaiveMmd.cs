using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Tests.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>The estimators as their definitions read, pair by pair in float64.</summary>
internal static class NaiveMmd
{
    public static double Evaluate(IKernel kernel, MmdEstimator estimator, Tensor x, Tensor y)
    {
        var (q, p) = (Rows(x), Rows(y));
        var (n, m) = (q.Length, p.Length);
        double k(double[] a, double[] b) => NaiveKernels.Value(kernel, a, b);
        if (estimator == MmdEstimator.LinearTime)
        {
            var sum = 0.0;
            for (var i = 0; i < n / 2; i++)
            {
                sum += k(q[2 * i], q[(2 * i) + 1]) + k(p[2 * i], p[(2 * i) + 1]) - k(q[2 * i], p[(2 * i) + 1]) - k(q[(2 * i) + 1], p[2 * i]);
            }

            return sum / (n / 2);
        }

        double xx = 0, yy = 0, xy = 0;
        var within = estimator == MmdEstimator.Biased;
        var across = estimator != MmdEstimator.UnbiasedPaired;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                if (i != j || within)
                {
                    xx += k(q[i], q[j]);
                }
            }
        }

        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                if (i != j || within)
                {
                    yy += k(p[i], p[j]);
                }
            }
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < m; j++)
            {
                if (i != j || across)
                {
                    xy += k(q[i], p[j]);
                }
            }
        }

        return estimator switch
        {
            MmdEstimator.Biased => (xx / n / n) + (yy / m / m) - (2 * xy / n / m),
            MmdEstimator.UnbiasedPaired => (xx + yy - (2 * xy)) / n / (n - 1),
            _ => (xx / n / (n - 1)) + (yy / m / (m - 1)) - (2 * xy / n / m),
        };
    }

    /// <summary>The size of the terms that cancel, which tolerances are relative to.</summary>
    public static double Magnitude(IKernel kernel, Tensor x, Tensor y)
        => Rows(x).SelectMany(a => Rows(y), (a, b) => Math.Abs(NaiveKernels.Value(kernel, a, b))).Max()
            + Math.Abs(NaiveKernels.Value(kernel, Rows(x)[0], Rows(x)[0]));

    public static double[][] Rows(Tensor x)
    {
        var values = x.to(ScalarType.Float64).contiguous().data<double>().ToArray();
        var d = (int)x.shape[1];
        return [.. values.Chunk(d)];
    }
}
