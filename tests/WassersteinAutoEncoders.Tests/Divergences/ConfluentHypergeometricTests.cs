using WassersteinAutoEncoders.Divergences;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class ConfluentHypergeometricTests
{
    /// <summary>Small ones, and both sides of where the series changes for small and for large b.</summary>
    public static TheoryData<double> Arguments => [0.1, 1, 7, 30, 100, 499, 500, 501, 639, 641, 1290, 3000, 1e5, 1e7];

    /// <summary>₁F₁(½; 3/2; −s) = √(π/s)·erf(√s)/2, where erf is 1 to the last bit.</summary>
    [Theory]
    [InlineData(40)]
    [InlineData(499)]
    [InlineData(501)]
    [InlineData(1e8)]
    public void In_three_dimensions_it_is_the_error_function(double s)
    {
        var expected = Math.Sqrt(Math.PI / s) / 2;
        Assert.Equal(expected, ConfluentHypergeometric.HalfNegative(1.5, s), Tolerances.SpecialFunction * expected);
    }

    /// <summary>b·(b − 1)·M(b − 1) + b·(1 − b − z)·M(b) + z·(b − ½)·M(b + 1) = 0 at z = −s (Abramowitz and Stegun, 13.4.2).</summary>
    [Theory]
    [MemberData(nameof(Arguments))]
    public void Three_in_a_row_keep_their_relation(double s)
    {
        for (var b = 2.0; b <= 70; b += 0.5)
        {
            double below = ConfluentHypergeometric.HalfNegative(b - 1, s), at = ConfluentHypergeometric.HalfNegative(b, s), above = ConfluentHypergeometric.HalfNegative(b + 1, s);
            double[] terms = [b * (b - 1) * below, b * (1 - b + s) * at, -s * (b - 0.5) * above];
            Assert.Equal(0, terms.Sum(), Tolerances.SpecialFunction * terms.Max(Math.Abs));
        }
    }
}
