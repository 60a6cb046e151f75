using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Kernels;

/// <summary>Bandwidths σ² of <see cref="RbfKernel"/>, k(x, y) = exp(−‖x − y‖²/(2σ²)), from the data: half the median of squared distances.</summary>
/// <remarks>
/// One convention: σ² is half the typical squared distance of two points, so that k = e⁻¹ at that distance. It is that of <see cref="Pooled"/>, of
/// <see cref="RbfKernel.ForPrior"/>, which takes the mean over the prior for the median over the data, and of the code of Gretton et al. 2012.
/// <see cref="Official"/> is another number, kept to reproduce the authors' code.
/// Both read values, so they wait for the device, and need a matrix of all pairs: call them once, or on a subset of a
/// few thousand points. √(2σ²), the typical distance, suits <see cref="LaplacianKernel"/>.
/// </remarks>
public static class MedianHeuristic
{
    /// <summary>σ² = ½·median ‖u − v‖² over all pairs u ≠ v of the pooled sample x ∪ y (the median of Gretton et al. 2012, section 8, halved as in their code), pairs of one point with itself left out.</summary>
    /// <param name="x">Points, <c>[n, d]</c>.</param>
    /// <param name="y">Points, <c>[m, d]</c>, of the same element type and on the same device.</param>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit, or more than half of the pairs coincide, so that the median is 0.</exception>
    public static double Pooled(Tensor x, Tensor y)
    {
        Guard.CheckPair(x, nameof(x), y, nameof(y));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var pooled = cat([x, y], 0);
        var sorted = SquaredDistances.Between(pooled, pooled).reshape(-1).sort().Values;

        // The n + m zeros of the diagonal stand first; every other pair stands there twice.
        var points = pooled.shape[0];
        var pairs = points * (points - 1);
        var middle = points + (pairs / 2);
        return Positive((Scalars.Read(sorted[middle - 1]) + Scalars.Read(sorted[middle])) / 4);
    }

    /// <summary>
    /// The σ² of the code of Tolstikhin et al., four times that of <see cref="Pooled"/> where codes follow the prior: the median of the squared distances between codes and prior samples plus the
    /// median of those among the codes; "median" is the ((n² − n)/2)-th largest of all n² entries.
    /// </summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>, n ≥ 2.</param>
    /// <param name="prior">Prior samples, <c>[n, d]</c>, of the same element type and on the same device.</param>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit, or the medians are 0.</exception>
    public static double Official(Tensor encoded, Tensor prior)
    {
        Guard.CheckPair(encoded, nameof(encoded), prior, nameof(prior));
        var n = encoded.shape[0];
        if (n < 2 || prior.shape[0] != n)
        {
            throw new ArgumentException($"Expected as many prior samples as codes, at least 2, but 'encoded' has shape {Guard.Shape(encoded)} and 'prior' {Guard.Shape(prior)}. Use {nameof(Pooled)} for unequal sizes.", nameof(prior));
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var rank = (n * n) - (((n * n) - n) / 2);
        return Positive(Median(encoded, prior) + Median(encoded, encoded));

        double Median(Tensor x, Tensor y) => Scalars.Read(SquaredDistances.Between(x, y).reshape(-1).sort().Values[rank]);
    }

    private static double Positive(double median)
        => double.IsFinite(median) && median > 0
            ? median
            : throw new ArgumentException($"Expected points whose median squared distance is finite and greater than 0, but it is {median}. Most points coincide or are not finite: choose the bandwidth by hand or from the prior.");
}

/// <summary>Checks of the scales of kernel mixtures.</summary>
internal static class KernelScales
{
    /// <summary>A read-only copy of at least one finite positive scale.</summary>
    public static IReadOnlyList<double> Check(IEnumerable<double> scales, string name)
    {
        double[] copy = [.. scales];
        if (copy.Length == 0)
        {
            throw new ArgumentException($"Expected at least one scale, but '{name}' is empty. Pass one, for instance [1.0].", name);
        }

        foreach (var scale in copy)
        {
            Guard.CheckPositive(scale, name);
        }

        return Array.AsReadOnly(copy);
    }

    /// <summary>The same in float32, where they must be representable as well.</summary>
    public static float[] ToSingle(double[] values, string name)
        => [.. values.Select(v => float.IsNormal((float)v)
            ? (float)v
            : throw new ArgumentOutOfRangeException(name, v, $"Expected the scales that '{name}' gives to lie in the range of float32 (about 1e-38 to 3e38). Rescale the codes."))];
}
