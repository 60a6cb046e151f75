using System.Numerics;
using System.Numerics.Tensors;
using TorchSharp;
using WassersteinAutoEncoders.Training.Optimizers;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>Whether all elements of a tensor on the CPU are finite.</summary>
internal static class FiniteCheck
{
    public static bool IsFinite(torch.Tensor values)
    {
        if (TensorSpan.IsOpen(values))
        {
            if (values.dtype == torch.ScalarType.Float32)
            {
                return IsFinite<float>(TensorSpan.Of<float>(values));
            }

            if (values.dtype == torch.ScalarType.Float64)
            {
                return IsFinite<double>(TensorSpan.Of<double>(values));
            }
        }

        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return double.IsFinite(Scalars.Read((values * 0).sum()));
    }

    /// <summary>A sum that is finite has finite terms; only one that is not needs a second look, since finite terms can overflow.</summary>
    private static bool IsFinite<T>(ReadOnlySpan<T> values) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (T.IsFinite(TensorPrimitives.Sum(values)))
        {
            return true;
        }

        foreach (var value in values)
        {
            if (!T.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
