using WassersteinAutoEncoders.Reporting.Model;

namespace WassersteinAutoEncoders.Reporting.Analysis;

/// <summary>The two directions of largest variance of some codes.</summary>
internal sealed class PrincipalAxes
{
    private const int Iterations = 60;

    private PrincipalAxes(double[] first, double[] second, double explained)
        => (First, Second, Explained) = (first, second, explained);

    public double[] First { get; }

    public double[] Second { get; }

    /// <summary>The part of the whole variance that lies along the two.</summary>
    public double Explained { get; }

    /// <summary>By power iteration on the covariance, the first direction removed for the second.</summary>
    /// <remarks>Where variances are nearly equal, as they are when the codes follow an isotropic prior, any direction among them will do, so a fixed number of iterations is enough.</remarks>
    public static PrincipalAxes Of(LatentCodes codes)
    {
        var dimension = codes.Dimension;
        var covariance = Covariance(codes);
        var (first, variance1) = Leading(covariance, dimension, []);
        var (second, variance2) = Leading(covariance, dimension, first);
        var total = Enumerable.Range(0, dimension).Sum(d => covariance[d * dimension + d]);
        return new PrincipalAxes(first, second, total > 0 ? Math.Min(1, (variance1 + variance2) / total) : 1);
    }

    /// <summary>Coordinates along a direction, from the origin and not from the mean, so that the prior's centre stays where it is.</summary>
    public static double[] Project(LatentCodes codes, double[] direction)
    {
        var result = new double[codes.Count];
        for (var i = 0; i < result.Length; i++)
        {
            for (var d = 0; d < direction.Length; d++)
            {
                result[i] += codes[i, d] * direction[d];
            }
        }
        return result;
    }

    /// <summary>Both coordinates of every point, <c>[n, 2]</c>.</summary>
    public LatentCodes Plane(LatentCodes codes)
    {
        var (across, up) = (Project(codes, First), Project(codes, Second));
        return new([.. across.Zip(up).SelectMany(point => (float[])[(float)point.First, (float)point.Second])], 2);
    }

    private static double[] Covariance(LatentCodes codes)
    {
        var dimension = codes.Dimension;
        var means = Enumerable.Range(0, dimension).Select(d => codes.Column(d).Average()).ToArray();
        var covariance = new double[dimension * dimension];
        var centred = new double[dimension];
        for (var i = 0; i < codes.Count; i++)
        {
            for (var d = 0; d < dimension; d++)
            {
                centred[d] = codes[i, d] - means[d];
            }

            for (var a = 0; a < dimension; a++)
            {
                for (var b = 0; b < dimension; b++)
                {
                    covariance[a * dimension + b] += centred[a] * centred[b] / codes.Count;
                }
            }
        }
        return covariance;
    }

    private static (double[] Direction, double Variance) Leading(double[] matrix, int dimension, double[] orthogonalTo)
    {
        var vector = Enumerable.Range(0, dimension).Select(d => 1.0 + 0.37 * ((d * 7 + orthogonalTo.Length) % 5)).ToArray();
        Normalise(vector, orthogonalTo);
        var variance = 0.0;
        for (var n = 0; n < Iterations; n++)
        {
            var next = new double[dimension];
            for (var a = 0; a < dimension; a++)
            {
                for (var b = 0; b < dimension; b++)
                {
                    next[a] += matrix[a * dimension + b] * vector[b];
                }
            }
            variance = Normalise(next, orthogonalTo);
            if (variance < 1e-30)
            {
                break;
            }

            vector = next;
        }
        // An eigenvector's sign is arbitrary; with its largest component positive it stays the same from one report to the next.
        var largest = vector.MaxBy(Math.Abs);
        return (largest < 0 ? [.. vector.Select(v => -v)] : vector, variance);
    }

    private static double Normalise(double[] vector, double[] orthogonalTo)
    {
        if (orthogonalTo.Length == vector.Length)
        {
            var along = vector.Zip(orthogonalTo, (a, b) => a * b).Sum();
            for (var d = 0; d < vector.Length; d++)
            {
                vector[d] -= along * orthogonalTo[d];
            }
        }
        var length = Math.Sqrt(vector.Sum(v => v * v));
        if (length > 0)
        {
            for (var d = 0; d < vector.Length; d++)
            {
                vector[d] /= length;
            }
        }
        return length;
    }
}
