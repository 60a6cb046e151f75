namespace WassersteinAutoEncoders.Numerics;

/// <summary>The Cholesky factor of a small symmetric positive definite matrix, in managed code.</summary>
/// <remarks>
/// libtorch's cholesky_ex is as exact and, with the inverse and the copies, takes five hundred times as long for two dimensions and as long for 256; and it takes a
/// matrix for positive definite whose last pivot is rounding.
/// </remarks>
internal static class Cholesky
{
    /// <summary>L with A = LLᵀ, row-major; <see langword="null"/> where A is not numerically positive definite.</summary>
    public static double[]? Factor(ReadOnlySpan<double> a, int d)
    {
        var l = new double[d * d];
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = a[i * d + j];
                for (var k = 0; k < j; k++)
                {
                    sum -= l[i * d + k] * l[j * d + k];
                }

                if (i != j)
                {
                    l[i * d + j] = sum / l[j * d + j];
                }
                else if (sum > 1e-14 * a[i * d + i])
                {
                    l[i * d + i] = Math.Sqrt(sum);
                }
                else
                {
                    return null;
                }
            }
        }

        return l;
    }

    /// <summary>L⁻¹ of a lower triangular L.</summary>
    public static double[] InvertLower(ReadOnlySpan<double> l, int d)
    {
        var inverse = new double[d * d];
        for (var i = 0; i < d; i++)
        {
            inverse[i * d + i] = 1 / l[i * d + i];
            for (var k = 0; k < i; k++)
            {
                var factor = l[i * d + k] / l[i * d + i];
                for (var j = 0; j <= k; j++)
                {
                    inverse[i * d + j] -= factor * inverse[k * d + j];
                }
            }
        }

        return inverse;
    }

    /// <summary>log det A = 2·Σ log L_ii.</summary>
    public static double LogDeterminant(ReadOnlySpan<double> l, int d)
    {
        double sum = 0;
        for (var i = 0; i < d; i++)
        {
            sum += Math.Log(l[i * d + i]);
        }

        return 2 * sum;
    }
}
