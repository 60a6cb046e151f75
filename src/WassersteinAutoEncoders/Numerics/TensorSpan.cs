using System.Runtime.InteropServices;
using TorchSharp;

namespace WassersteinAutoEncoders.Numerics;

/// <summary>Tensors whose elements managed code can work on where they lie.</summary>
internal static class TensorSpan
{
    /// <summary>On the CPU, contiguous, and short enough for a span of bytes.</summary>
    public static bool IsOpen(torch.Tensor tensor)
        => tensor.device_type == DeviceType.CPU && tensor.is_contiguous() && tensor.numel() * tensor.ElementSize <= int.MaxValue;

    /// <summary>The elements of an open tensor. The tensor must stay alive while the span is used.</summary>
    public static Span<T> Of<T>(torch.Tensor tensor) where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);
}
