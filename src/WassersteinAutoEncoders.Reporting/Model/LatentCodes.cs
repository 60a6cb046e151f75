using TorchSharp;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Points of the latent space.</summary>
internal sealed class LatentCodes
{
    /// <summary>Takes over an array of points.</summary>
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

    /// <summary>Copies points out of a tensor, such as <c>trainer.Model.Encode(x)</c> or <c>prior.Sample(20000)</c>.</summary>
    public static LatentCodes From(torch.Tensor points)
    {
        Guard.CheckTensor(points, nameof(points));
        if (points.shape.Length != 2 || points.shape[1] < 1)
        {
            throw new ArgumentException($"Expected points of shape [n, d] with d ≥ 1; got [{string.Join(", ", points.shape)}].", nameof(points));
        }

        return new LatentCodes(ToFloats(points), (int)points.shape[1]);
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
    public double[] Column(int dimension)
    {
        var column = new double[Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = this[i, dimension];
        }

        return column;
    }

    /// <summary>All elements in row-major order as float32, copied from any device, without gradient.</summary>
    public static float[] ToFloats(torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        using var values = tensor.detach().to(torch.ScalarType.Float32).cpu().contiguous().flatten().data<float>();
        return values.ToArray();
    }
}
