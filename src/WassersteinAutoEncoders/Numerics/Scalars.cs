using TorchSharp;

namespace WassersteinAutoEncoders.Numerics;

/// <summary>Reads scalars without the native allocation of TorchSharp's conversion where the value lies in the machine's own memory.</summary>
internal static class Scalars
{
    public static double Read(torch.Tensor scalar)
    {
        ArgumentNullException.ThrowIfNull(scalar);
        if (scalar.numel() != 1)
        {
            throw new ArgumentException($"Expected a scalar, but a tensor of shape {Guard.Shape(scalar)} came. Reduce it, for instance with .sum() or .mean().", nameof(scalar));
        }

        Guard.CheckStored(scalar, nameof(scalar));
        if (scalar.device_type == DeviceType.CPU)
        {
            if (scalar.dtype == torch.ScalarType.Float32)
            {
                var value = TensorSpan.Of<float>(scalar)[0];
                GC.KeepAlive(scalar);
                return value;
            }

            if (scalar.dtype == torch.ScalarType.Float64)
            {
                var value = TensorSpan.Of<double>(scalar)[0];
                GC.KeepAlive(scalar);
                return value;
            }
        }

        using var held = scalar.ToScalar();
        return held.ToDouble();
    }

    /// <summary>How many elements are true.</summary>
    public static long Count(torch.Tensor mask)
    {
        using var scope = torch.NewDisposeScope();
        return TensorSpan.ToArray<long>(mask.sum())[0];
    }

    /// <summary>Whether all elements are true.</summary>
    public static bool All(torch.Tensor mask) => Count(mask) == mask.numel();
}
