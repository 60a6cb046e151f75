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
                return TensorSpan.Of<float>(scalar)[0];
            }

            if (scalar.dtype == torch.ScalarType.Float64)
            {
                return TensorSpan.Of<double>(scalar)[0];
            }
        }

        return scalar.ToDouble();
    }
}
