namespace WassersteinAutoEncoders.Priors;

/// <summary>The law of one coordinate x = −cos α of a uniform point on the unit sphere in ℝᵈ, whose angle α has the density sin^{d−2}α/I_{d−2}(π).</summary>
internal static class SphereProjection
{
    /// <summary>The mean of x within each of n intervals of equal probability, ascending.</summary>
    public static double[] Means(long dimension, int count)
    {
        Guard.CheckArray(nameof(count), count);
        var means = new double[count];
        var total = dimension == 1 ? 0 : Integral(dimension - 2, Math.PI);
        double before = 0;
        for (var i = 0; i < count; i++)
        {
            // ∫ x·f(x) dx = −sin^{d−1}α/((d − 1)·I); for d = 1 the law is −1 and 1 with a half each, and the integral |t − ½| − ½ of the quantiles.
            var t = (i + 1.0) / count;
            var after = i + 1 == count ? 0
                : dimension == 1 ? 0.5 - Math.Abs(t - 0.5)
                : Math.Pow(Math.Sin(Angle(dimension - 2, t * total)), dimension - 1) / ((dimension - 1) * total);
            means[i] = count * (before - after);
            before = after;
        }

        return means;
    }

    /// <summary>The angle at which the integral of sin^k reaches a value, by Newton's steps kept between bounds.</summary>
    private static double Angle(long k, double value)
    {
        double low = 0, high = Math.PI, angle = Math.PI / 2;
        for (var step = 0; step < 200; step++)
        {
            var excess = Integral(k, angle) - value;
            if (excess > 0)
            {
                high = angle;
            }
            else
            {
                low = angle;
            }

            var next = angle - excess / Math.Pow(Math.Sin(angle), k);
            if (!(next > low && next < high))
            {
                next = (low + high) / 2;
            }

            if (Math.Abs(next - angle) < 1e-15)
            {
                return next;
            }

            angle = next;
        }

        return angle;
    }

    /// <summary>I_k(α) = ∫₀^α sin^k, by I_k = ((k − 1)·I_{k−2} − sin^{k−1}α·cos α)/k.</summary>
    private static double Integral(long k, double angle)
    {
        var (sine, cosine) = Math.SinCos(angle);
        var even = k % 2 == 0;
        var sum = even ? angle : 1 - cosine;
        var power = even ? sine : sine * sine;
        for (var j = even ? 2L : 3; j <= k; j += 2)
        {
            sum = ((j - 1) * sum - power * cosine) / j;
            power *= sine * sine;
        }

        return sum;
    }
}
