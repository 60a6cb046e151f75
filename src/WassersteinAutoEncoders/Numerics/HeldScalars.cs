using TorchSharp;

namespace WassersteinAutoEncoders.Numerics;

/// <summary>Operations of a tensor and a number whose scalar lives until libtorch has read it, and no longer.</summary>
/// <remarks>The operators of TorchSharp 0.107.0 leave each scalar to the finalizer, and nothing but the call refers to it while it is read.</remarks>
internal static class HeldScalars
{
    /// <summary>x · factor.</summary>
    public static torch.Tensor Times(this torch.Tensor x, double factor)
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

    /// <summary>x + summand.</summary>
    public static torch.Tensor Plus(this torch.Tensor x, double summand)
    {
        using var held = summand.ToScalar();
        return x.add(held);
    }

    /// <summary>The larger of x and a number, element by element.</summary>
    public static torch.Tensor AtLeast(this torch.Tensor x, double minimum)
    {
        using var held = minimum.ToScalar();
        return x.clamp_min(held);
    }

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
        using var held = value.ToScalar();
        x.fill_(held);
    }
}
