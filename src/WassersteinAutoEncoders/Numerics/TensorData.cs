using TorchSharp;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Numerics;

/// <summary>The way of numbers between tensors and managed arrays, in float64.</summary>
internal static class TensorData
{
    /// <summary>The same values in float64, without gradient, on the same device (on the CPU where the device has no float64).</summary>
    public static Tensor Float64(Tensor x)
    {
        var plain = x.detach();
        return (plain.device_type == DeviceType.MPS ? plain.cpu() : plain).to(ScalarType.Float64);
    }

    /// <summary>The same values in float64 on the CPU, without gradient.</summary>
    public static Tensor Float64Cpu(Tensor x) => x.detach().cpu().to(ScalarType.Float64);

    /// <summary>The values, row-major, in float64.</summary>
    public static double[] ToArray(Tensor x)
    {
        using var scope = NewDisposeScope();
        return TensorSpan.ToArray<double>(Float64Cpu(x));
    }

    /// <summary>A float64 matrix on the CPU from row-major values.</summary>
    public static Tensor Matrix(double[] values, long rows, long columns) => tensor(values).reshape(rows, columns);

    /// <summary>A matrix from row-major values, of the element type and on the device of another tensor.</summary>
    public static Tensor Like(double[] values, long rows, long columns, Tensor other)
    {
        using var scope = NewDisposeScope();
        return Matrix(values, rows, columns).to(other.dtype).to(other.device).MoveToOuterDisposeScope();
    }
}
