namespace WassersteinAutoEncoders.Divergences.Slices;

/// <summary>Rank-1 lattices {k·z/n} whose generator z is built coordinate by coordinate.</summary>
/// <remarks>
/// Each coordinate takes the z_j for which Σ_k Π_j (1 + γ_j·ω({k·z_j/n})) is least, ω(x) = 2π²(x² − x + 1/6) and γ_j = 1/j²: the squared worst-case
/// error in a weighted Korobov space of smoothness 2. The last lattice is kept.
/// </remarks>
internal sealed class LatticeRule
{
    private const int MostCandidates = 1000;

    private (int Count, long Dimension, double[] Points) _last = (0, 0, []);

    /// <summary>The n points, row by row, in [0, 1)ᵈ.</summary>
    public double[] Points(int count, long dimension)
    {
        if (_last.Count != count || _last.Dimension != dimension)
        {
            _last = (count, dimension, Build(count, (int)dimension));
        }

        return _last.Points;
    }

    private static double[] Build(int n, int d)
    {
        var kernel = new double[n];
        for (var k = 0; k < n; k++)
        {
            var x = (double)k / n;
            kernel[k] = 2 * Math.PI * Math.PI * (x * x - x + 1.0 / 6);
        }

        var products = new double[n];
        Array.Fill(products, 1);
        var points = new double[checked(n * d)];
        for (var j = 0; j < d; j++)
        {
            var weight = 1.0 / ((j + 1.0) * (j + 1));
            long best = 1;
            var least = double.PositiveInfinity;
            for (long z = 1; z <= Math.Max(1, n / 2); z += 1 + (n / 2 / MostCandidates))
            {
                double sum = 0;
                for (var k = 0; k < n; k++)
                {
                    sum += products[k] * (1 + weight * kernel[k * z % n]);
                }

                if (sum < least)
                {
                    (least, best) = (sum, z);
                }
            }

            for (var k = 0; k < n; k++)
            {
                products[k] *= 1 + weight * kernel[k * best % n];
                points[(k * d) + j] = (double)(k * best % n) / n;
            }
        }

        return points;
    }
}
