using TorchSharp;

namespace WassersteinAutoEncoders.Reporting.Model;

/// <summary>Points of the latent space.</summary>
public sealed class LatentCodes
{
    /// <summary>Takes over an array of points.</summary>
    /// <param name="values">Row by row, <c>[n, d]</c>; not copied.</param>
    /// <param name="dimension">d ≥ 1; divides the number of values.</param>
    /// <exception cref="ArgumentException">The values are not rows of d numbers.</exception>
    public LatentCodes(float[] values, int dimension)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (values.Length % dimension != 0)
        {
            throw new ArgumentException($"Expected rows of {dimension} values; got {values.Length} values, which is not a multiple.", nameof(values));
        }

        (Values, Dimension) = (values, dimension);
    }

    /// <summary>Copies points out of a tensor, such as <c>trainer.Encode(x)</c> or <c>prior.Sample(20000)</c>.</summary>
    /// <param name="points"><c>[n, d]</c> of any float type, on any device.</param>
    /// <exception cref="ArgumentException">The tensor is not a matrix with at least one column.</exception>
    public static LatentCodes From(torch.Tensor points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.shape.Length != 2 || points.shape[1] < 1)
        {
            throw new ArgumentException($"Expected points of shape [n, d] with d ≥ 1; got [{string.Join(", ", points.shape)}].", nameof(points));
        }

        return new LatentCodes(TensorValues.ToFloats(points), (int)points.shape[1]);
    }

    /// <summary>Row by row, <c>[Count, Dimension]</c>.</summary>
    public float[] Values { get; }

    /// <summary>The dimension d.</summary>
    public int Dimension { get; }

    /// <summary>The number of points n.</summary>
    public int Count => Values.Length / Dimension;

    /// <summary>One coordinate of one point.</summary>
    public float this[int point, int dimension] => Values[point * Dimension + dimension];

    /// <summary>One coordinate of every point, copied.</summary>
    /// <param name="dimension">Which, from 0.</param>
    public double[] Column(int dimension)
    {
        var column = new double[Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = this[i, dimension];
        }

        return column;
    }
}
