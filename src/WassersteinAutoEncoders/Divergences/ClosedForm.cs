using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>Values whose gradient was computed beside them.</summary>
internal static class ClosedForm
{
    /// <summary>A scalar of the given value whose gradient in <paramref name="x"/> is the given one, once: a second derivative is NaN.</summary>
    /// <remarks>
    /// ⟨x, g⟩ has the gradient g; its value is then overwritten, which no backward pass looks at. No custom function is
    /// needed, and the value keeps every bit.
    /// </remarks>
    public static Tensor Attach(Tensor x, Tensor gradient, Tensor value)
    {
        if (!(x.requires_grad && is_grad_enabled()))
        {
            return value;
        }

        return Overwritten(Once(x.mul(gradient).sum()), value);
    }

    /// <summary>The same with a gradient in two tensors, each where it is wanted.</summary>
    public static Tensor Attach(Tensor x, Tensor gradient, Tensor y, Tensor otherGradient, Tensor value)
    {
        if (!(y.requires_grad && is_grad_enabled()))
        {
            return Attach(x, gradient, value);
        }

        return Overwritten(Once(x.mul(gradient).sum().Plus(y.mul(otherGradient).sum())), value);
    }

    /// <inheritdoc cref="Attach(Tensor, Tensor, Tensor)"/>
    public static Tensor Attach(Tensor x, Tensor gradient, double value)
    {
        if (!(x.requires_grad && is_grad_enabled()))
        {
            return Scalar(value, x.dtype);
        }

        var attached = Once(x.mul(gradient).sum());
        Set(attached, value);
        return attached;
    }

    /// <summary>A number as a tensor; infinite where it exceeds the element type.</summary>
    public static Tensor Scalar(double value, ScalarType dtype) => tensor(dtype == ScalarType.Float32 ? (float)value : value, dtype);

    /// <summary>⟨x, g⟩ behind a function of slope 1 and curvature NaN.</summary>
    /// <remarks>
    /// To the graph the gradient is a constant: what depends on its derivative would be wrong without a sign of it. An error thrown
    /// from a backward pass would end the process where autograd.grad asks for it.
    /// </remarks>
    private static Tensor Once(Tensor product)
    {
        Set(product, 1);
        return product.OnceDifferentiable();
    }

    private static Tensor Overwritten(Tensor attached, Tensor value)
    {
        using var noGradient = no_grad();
        return attached.copy_(value);
    }

    /// <summary>Overwrites a scalar past autograd: in memory where that can be reached, which is quicker. libtorch refuses finite numbers that float32 does not hold.</summary>
    private static void Set(Tensor scalar, double value)
    {
        if (scalar.device_type == DeviceType.CPU)
        {
            if (scalar.dtype == ScalarType.Float32)
            {
                TensorSpan.Of<float>(scalar)[0] = (float)value;
            }
            else
            {
                TensorSpan.Of<double>(scalar)[0] = value;
            }

            return;
        }

        using var noGradient = no_grad();
        scalar.Overwrite(scalar.dtype == ScalarType.Float32 ? (float)value : value);
    }
}
