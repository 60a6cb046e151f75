using System.Runtime.InteropServices;
using TorchSharp;

namespace WassersteinAutoEncoders.Numerics;

/// <summary>Tensors whose elements managed code can work on where they lie.</summary>
internal static class TensorSpan
{
    /// <summary>On the CPU, contiguous, and short enough for a span of bytes.</summary>
    public static bool IsOpen(torch.Tensor tensor)
        => tensor.device_type == DeviceType.CPU && tensor.is_contiguous() && tensor.numel() * tensor.ElementSize <= int.MaxValue;

    /// <summary>The elements of an open tensor. The span does not keep the tensor: a dispose scope, a field or <see cref="GC.KeepAlive"/> has to, until the last access.</summary>
    public static Span<T> Of<T>(torch.Tensor tensor) where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    /// <summary>A copy of the elements of any tensor of this element type, row-major.</summary>
    public static T[] ToArray<T>(torch.Tensor tensor)
        where T : unmanaged
    {
        using var scope = torch.NewDisposeScope();
        return Of<T>(tensor.cpu().contiguous()).ToArray();
    }
}
