using TorchSharp;

namespace WassersteinAutoEncoders.Numerics;

/// <summary>Operations of a tensor and a number whose scalar lives until libtorch has read it, and no longer.</summary>
/// <remarks>
/// TorchSharp 0.107.0 makes a scalar of every number, of the factor 1 in the sum of two tensors too, and hands only its address to libtorch.
/// Nothing refers to the object from then on: where another thread collects during the call, the finalizer frees what libtorch
/// is about to read. Here it is held by the block, or by a field for good.
/// </remarks>
internal static class HeldScalars
{
    private static readonly Scalar Zero = 0.ToScalar();
    private static readonly Scalar One = 1.ToScalar();
    private static readonly Scalar Two = 2.ToScalar();
    private static readonly Scalar Infinity = double.PositiveInfinity.ToScalar();

    /// <summary>x + y.</summary>
    public static torch.Tensor Plus(this torch.Tensor x, torch.Tensor y) => x.add(y, One);

    /// <summary>x + summand.</summary>
    public static torch.Tensor Plus(this torch.Tensor x, double summand)
    {
        using var held = summand.ToScalar();
        return x.add(held, One);
    }

    /// <inheritdoc cref="Plus(torch.Tensor, double)"/>
    public static torch.Tensor Plus(this torch.Tensor x, long summand)
    {
        using var held = summand.ToScalar();
        return x.add(held, One);
    }

    /// <summary>x − subtrahend.</summary>
    public static torch.Tensor Minus(this torch.Tensor x, double subtrahend)
    {
        using var held = subtrahend.ToScalar();
        return x.sub(held);
    }

    /// <inheritdoc cref="Minus(torch.Tensor, double)"/>
    public static torch.Tensor Minus(this torch.Tensor x, long subtrahend)
    {
        using var held = subtrahend.ToScalar();
        return x.sub(held);
    }

    /// <summary>x + y · z.</summary>
    public static torch.Tensor PlusProduct(this torch.Tensor x, torch.Tensor y, torch.Tensor z) => x.addcmul(y, z, One);

    /// <summary>x · factor.</summary>
    public static torch.Tensor Times(this torch.Tensor x, double factor)
    {
        using var held = factor.ToScalar();
        return x.mul(held);
    }

    /// <inheritdoc cref="Times(torch.Tensor, double)"/>
    public static torch.Tensor Times(this torch.Tensor x, long factor)
    {
        using var held = factor.ToScalar();
        return x.mul(held);
    }

    /// <summary>x / divisor.</summary>
    public static torch.Tensor Over(this torch.Tensor x, double divisor)
    {
        using var held = divisor.ToScalar();
        return x.div(held);
    }

    /// <inheritdoc cref="Over(torch.Tensor, double)"/>
    public static torch.Tensor Over(this torch.Tensor x, long divisor)
    {
        using var held = divisor.ToScalar();
        return x.div(held);
    }

    /// <summary>x², element by element.</summary>
    public static torch.Tensor Squared(this torch.Tensor x) => x.pow(Two);

    /// <summary>The power of each element.</summary>
    public static torch.Tensor Power(this torch.Tensor x, double exponent)
    {
        using var held = exponent.ToScalar();
        return x.pow(held);
    }

    /// <summary>The larger of x and a number, element by element.</summary>
    public static torch.Tensor AtLeast(this torch.Tensor x, double minimum)
    {
        using var held = Representable(x, minimum).ToScalar();
        return x.clamp_min(held);
    }

    /// <inheritdoc cref="AtLeast(torch.Tensor, double)"/>
    public static torch.Tensor AtMost(this torch.Tensor x, double maximum)
    {
        using var held = Representable(x, maximum).ToScalar();
        return x.clamp_max(held);
    }

    /// <summary>Each element, moved to the nearer end where it lies outside.</summary>
    public static torch.Tensor Within(this torch.Tensor x, double minimum, double maximum)
    {
        using var least = Representable(x, minimum).ToScalar();
        using var most = Representable(x, maximum).ToScalar();
        return x.clamp(least, most);
    }

    /// <summary>log(1 + eˣ), to the last digits of either end.</summary>
    public static torch.Tensor Softplus(this torch.Tensor x) => x.neg().log_sigmoid().neg();

    /// <summary>x for x > 0, with the first derivative 1 and the second NaN: that of exp(β·x) − 1, the other branch, which libtorch masks after it has multiplied with β = ∞.</summary>
    public static torch.Tensor OnceDifferentiable(this torch.Tensor x) => x.elu(One, One, Infinity);

    /// <summary>A tensor like another, every element the number.</summary>
    public static torch.Tensor Filled(this torch.Tensor like, double value)
    {
        using var held = Representable(like, value).ToScalar();
        return like.full_like(held);
    }

    /// <summary>0, 1, … count − 1, int64.</summary>
    public static torch.Tensor Range(long count, torch.Device device)
    {
        using var held = count.ToScalar();
        return torch.arange(Zero, held, One, torch.ScalarType.Int64, device);
    }

    /// <summary>first, first + step, … below end, int64, on the CPU.</summary>
    public static torch.Tensor Range(long first, long end, long step)
    {
        using var from = first.ToScalar();
        using var below = end.ToScalar();
        using var by = step.ToScalar();
        return torch.arange(from, below, by, torch.ScalarType.Int64);
    }

    /// <summary>x = 0.</summary>
    public static torch.Tensor IsZero(this torch.Tensor x) => x.eq(Zero);

    /// <summary>x ≠ 0, or NaN.</summary>
    public static torch.Tensor IsNotZero(this torch.Tensor x) => x.ne(Zero);

    /// <summary>x > 0.</summary>
    public static torch.Tensor IsPositive(this torch.Tensor x) => x.gt(Zero);

    /// <summary>x > bound.</summary>
    public static torch.Tensor IsAbove(this torch.Tensor x, double bound)
    {
        using var held = bound.ToScalar();
        return x.gt(held);
    }

    /// <summary>x &lt; bound.</summary>
    public static torch.Tensor IsBelow(this torch.Tensor x, double bound)
    {
        using var held = bound.ToScalar();
        return x.lt(held);
    }

    /// <inheritdoc cref="IsBelow(torch.Tensor, double)"/>
    public static torch.Tensor IsBelow(this torch.Tensor x, long bound)
    {
        using var held = bound.ToScalar();
        return x.lt(held);
    }

    /// <summary>Adds y in place.</summary>
    public static torch.Tensor Accumulate(this torch.Tensor x, torch.Tensor y) => x.add_(y, One);

    /// <summary>Raises what is smaller in place.</summary>
    public static torch.Tensor Raise(this torch.Tensor x, double minimum)
    {
        using var held = Representable(x, minimum).ToScalar();
        return x.clamp_min_(held);
    }

    /// <summary>Σ x² over the first dimension: as a norm, which writes no squares, but on the CPU, where that takes some thirty times as long.</summary>
    public static torch.Tensor SumOfSquares(this torch.Tensor x, bool asNorm) => asNorm ? x.norm(0, false, 2).pow_(Two) : x.pow(Two).sum([0]);

    /// <summary>Writes 0 in place where a mask is true, over infinities too.</summary>
    public static torch.Tensor ZeroWhere(this torch.Tensor x, torch.Tensor mask) => x.masked_fill_(mask, Zero);

    /// <summary>Multiplies in place.</summary>
    public static void Multiply(this torch.Tensor x, double factor)
    {
        using var held = factor.ToScalar();
        x.mul_(held);
    }

    /// <summary>Adds factor · y in place.</summary>
    public static void Add(this torch.Tensor x, torch.Tensor y, double factor)
    {
        using var held = factor.ToScalar();
        x.add_(y, held);
    }

    /// <summary>Writes a number into every element.</summary>
    public static void Overwrite(this torch.Tensor x, double value)
    {
        using var held = Representable(x, value).ToScalar();
        x.fill_(held);
    }

    /// <summary>The number in the tensor's element type, infinite where it lies beyond: libtorch refuses finite numbers that float32 does not hold.</summary>
    private static double Representable(torch.Tensor x, double value) => x.dtype == torch.ScalarType.Float32 ? (float)value : value;
}
