using System.Collections.Concurrent;
using System.Runtime.InteropServices;
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

    /// <summary>The values on a device. A copy to a GPU goes through memory that stays in place and waits for nothing there; from other memory libtorch waits until the device has done all that was asked of it.</summary>
    public static Tensor MovedTo(this Tensor x, Device device)
    {
        if (device.type != DeviceType.CUDA || x.device_type != DeviceType.CPU)
        {
            return x.to(device);
        }

        using var fixedInPlace = x.pin_memory();
        return fixedInPlace.to(device, non_blocking: true);
    }

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
        return Matrix(values, rows, columns).to(other.dtype).MovedTo(other.device).MoveToOuterDisposeScope();
    }
}

/// <summary>A few numbers as a tensor of shape <c>[k, 1, 1]</c>, kept on each GPU where they were needed: copied there once, since a copy from the host waits for the device. On the CPU made anew.</summary>
internal sealed class DeviceNumbers(params double[] values)
{
    private readonly ConcurrentDictionary<(DeviceType Type, int Index, ScalarType Element), Tensor> _tensors = new();

    /// <summary>The numbers.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>The numbers in an element type on the device of another tensor; not to be changed.</summary>
    public Tensor On(Tensor other, ScalarType element)
    {
        if (other.device_type == DeviceType.CPU)
        {
            return Make(element);
        }

        var key = (other.device_type, other.device_index, element);
        if (_tensors.TryGetValue(key, out var known))
        {
            return known;
        }

        using var scope = NewDisposeScope();
        return _tensors.GetOrAdd(key, Make(element).to(other.device).DetachFromDisposeScope());
    }

    private Tensor Make(ScalarType element) => (element switch
    {
        ScalarType.Float32 => tensor(Array.ConvertAll(values, v => (float)v)),
        ScalarType.Int64 => tensor(Array.ConvertAll(values, v => (long)v)),
        _ => tensor(values),
    }).reshape(-1, 1, 1);
}

/// <summary>Tensors whose elements managed code can work on where they lie.</summary>
internal static class TensorSpan
{
    /// <summary>On the CPU, contiguous, and short enough for a span of bytes.</summary>
    public static bool IsOpen(Tensor tensor)
        => tensor.device_type == DeviceType.CPU && tensor.is_contiguous() && tensor.numel() * tensor.ElementSize <= int.MaxValue;

    /// <summary>The elements of an open tensor. The span does not keep the tensor: a dispose scope, a field or <see cref="GC.KeepAlive"/> has to, until the last access.</summary>
    public static Span<T> Of<T>(Tensor tensor) where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    /// <summary>A copy of the elements of any tensor of this element type, row-major.</summary>
    public static T[] ToArray<T>(Tensor tensor)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        return Of<T>(tensor.cpu().contiguous()).ToArray();
    }
}
