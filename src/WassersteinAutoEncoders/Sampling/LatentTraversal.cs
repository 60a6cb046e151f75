using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Sampling;

/// <summary>Codes that differ from a given one in a single dimension or along a direction: what does it change in the picture?</summary>
public static class LatentTraversal
{
    /// <summary>Copies of a code with one coordinate set to each of the given values.</summary>
    /// <param name="code">The code, <c>[d]</c>, float32 or float64, finite.</param>
    /// <param name="dimension">The coordinate to vary, from 0 to d − 1.</param>
    /// <param name="values">The values, k ≥ 1, finite.</param>
    /// <returns><c>[k, d]</c>, without gradient.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, the coordinate does not exist, or there is no value.</exception>
    public static Tensor Along(Tensor code, int dimension, IReadOnlyList<double> values)
    {
        Codes.CheckOne(code, nameof(code));
        Guard.CheckDimension(dimension, code.shape[0]);
        return Vary(code, [dimension], values);
    }

    /// <summary>The same for each coordinate in turn: a picture of d rows and k columns, row by row.</summary>
    /// <param name="code">The code, <c>[d]</c>, float32 or float64, finite.</param>
    /// <param name="values">The values, k ≥ 1, finite.</param>
    /// <returns><c>[d·k, d]</c>, without gradient; row i·k + j has coordinate i at value j.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, or there is no value.</exception>
    public static Tensor AllDimensions(Tensor code, IReadOnlyList<double> values)
    {
        Codes.CheckOne(code, nameof(code));
        return Vary(code, Enumerable.Range(0, (int)code.shape[0]), values);
    }

    private static Tensor Vary(Tensor code, IEnumerable<int> dimensions, IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0 || !values.All(double.IsFinite))
        {
            throw new ArgumentException($"Expected at least one value, all finite, but {values.Count} came. Pass such as −2, −1, 0, 1, 2.", nameof(values));
        }

        var centre = TensorData.ToArray(code);
        var codes = new List<double>();
        foreach (var dimension in dimensions)
        {
            foreach (var value in values)
            {
                codes.AddRange(centre.Select((v, i) => i == dimension ? value : v));
            }
        }

        return TensorData.Like([.. codes], codes.Count / centre.Length, centre.Length, code);
    }
}
