using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Tests.Metrics;

public class CholeskyTests
{
    [Fact]
    public void Factor_inverse_and_determinant_belong_to_the_matrix()
    {
        double[] a = [4, 2, 1, 2, 5, 3, 1, 3, 6];
        var l = Cholesky.Factor(a, 3)!;
        var inverse = Cholesky.InvertLower(l, 3);
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                double product = 0, identity = 0;
                for (var k = 0; k < 3; k++)
                {
                    product += l[i * 3 + k] * l[j * 3 + k];
                    identity += inverse[i * 3 + k] * l[k * 3 + j];
                }

                Assert.Equal(a[i * 3 + j], product, Tolerances.Float64);
                Assert.Equal(i == j ? 1 : 0, identity, Tolerances.Float64);
            }
        }

        // 4(30 − 9) − 2(12 − 3) + 1(6 − 5) = 67.
        Assert.Equal(Math.Log(67), Cholesky.LogDeterminant(l, 3), Tolerances.Float64);
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_has_no_factor()
    {
        Assert.Null(Cholesky.Factor([1, 2, 2, 1], 2));
        Assert.Null(Cholesky.Factor([1, 1, 1, 1], 2));
        Assert.Null(Cholesky.Factor([double.NaN], 1));
    }
}
