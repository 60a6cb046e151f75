using System.Numerics;
using System.Numerics.Tensors;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>Lets codes pass unchanged and multiplies the gradient that comes back, each row by a factor that is set after the forward pass.</summary>
/// <remarks>
/// With T the critic's logit of a code, the critic's loss sends back σ(T)/n · ∂T/∂z and the encoder wants −λ·σ(−T)/n · ∂T/∂z:
/// −λ·exp(−T) times as much. So one backward pass through the critic serves both, where its rows do not depend on each other.
/// </remarks>
internal sealed class RowGate
{
    /// <summary>From here on σ(T), and with it what comes back, keeps its full precision in float32.</summary>
    private const double LowestLogit = -60;

    private readonly Tensor _factors;

    public RowGate(Tensor codes)
    {
        var values = codes.detach();
        _factors = zeros([codes.shape[0], 1], codes.dtype, codes.device);

        // A second derivative would see the factors as constants: it is NaN, as that of every gradient that was set after the forward pass. The branch that says so takes
        // numbers above 0, and adds 0.
        var product = codes * _factors;
        Fill(product, 1);
        var added = product.OnceDifferentiable();
        Fill(added, 0);
        Output = values.Plus(added);
    }

    /// <summary>The codes, <c>[n, d]</c>.</summary>
    public Tensor Output { get; }

    /// <summary>Whether codes and the factors can be reached by managed code.</summary>
    public static bool Fits(Tensor codes)
        => codes.requires_grad && is_grad_enabled() && codes.device_type == DeviceType.CPU && codes.dtype is ScalarType.Float32 or ScalarType.Float64;

    /// <summary>Sets the factors −λ·exp(−T). False where a logit is too low for that, or not a number.</summary>
    public bool TrySet(Tensor logits, double weight)
        => logits.dtype == ScalarType.Float32 ? TrySet<float>(logits, weight) : TrySet<double>(logits, weight);

    /// <summary>Writes past autograd, which has the tensor in its graph.</summary>
    private static void Fill(Tensor tensor, int value)
    {
        if (tensor.dtype == ScalarType.Float32)
        {
            TensorSpan.Of<float>(tensor).Fill(value);
        }
        else
        {
            TensorSpan.Of<double>(tensor).Fill(value);
        }

        GC.KeepAlive(tensor);
    }

    private bool TrySet<T>(Tensor logits, double weight) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var contiguous = logits.detach().contiguous();
        ReadOnlySpan<T> values = TensorSpan.Of<T>(contiguous);
        if (!(TensorPrimitives.Min(values) >= T.CreateTruncating(LowestLogit)))
        {
            return false;
        }

        // Written past autograd, which has the factors in its graph by now and would refuse an operation that changes them.
        var factors = TensorSpan.Of<T>(_factors);
        TensorPrimitives.Negate(values, factors);
        TensorPrimitives.Exp<T>(factors, factors);
        TensorPrimitives.Multiply(factors, T.CreateTruncating(-weight), factors);
        GC.KeepAlive(this);
        return true;
    }
}
