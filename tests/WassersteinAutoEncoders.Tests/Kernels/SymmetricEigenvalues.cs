namespace WassersteinAutoEncoders.Tests.Kernels;

/// <summary>Eigenvalues of a small symmetric matrix by Jacobi rotations.</summary>
internal static class SymmetricEigenvalues
{
    public static double[] Of(double[] matrix, int n)
    {
        var a = matrix.ToArray();
        for (var sweep = 0; sweep < 30; sweep++)
        {
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++)
                {
                    Rotate(a, n, p, q);
                }
            }
        }

        return [.. Enumerable.Range(0, n).Select(i => a[(i * n) + i])];
    }

    private static void Rotate(double[] a, int n, int p, int q)
    {
        if (a[(p * n) + q] == 0)
        {
            return;
        }

        var theta = (a[(q * n) + q] - a[(p * n) + p]) / (2 * a[(p * n) + q]);
        var t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        var c = 1 / Math.Sqrt((t * t) + 1);
        var s = t * c;
        for (var k = 0; k < n; k++)
        {
            var (kp, kq) = (a[(k * n) + p], a[(k * n) + q]);
            (a[(k * n) + p], a[(k * n) + q]) = ((c * kp) - (s * kq), (s * kp) + (c * kq));
        }

        for (var k = 0; k < n; k++)
        {
            var (pk, qk) = (a[(p * n) + k], a[(q * n) + k]);
            (a[(p * n) + k], a[(q * n) + k]) = ((c * pk) - (s * qk), (s * pk) + (c * qk));
        }
    }
}
