using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Encoders;

/// <summary>A module that draws random numbers from a generator of its own, which checkpoints save and restore.</summary>
public interface IStochasticModule
{
    /// <summary>The CPU generator that every random number of the module comes from.</summary>
    torch.Generator Generator { get; }
}

/// <summary>What the stochastic encoders share: the noise, and how modules and generators are taken in.</summary>
internal static class EncoderNoise
{
    /// <summary>Standard normal numbers of a shape, drawn on the CPU from the generator in the element type of <paramref name="like"/>, on its device, without gradient.</summary>
    /// <remarks>Drawn in the type itself, not in float64: noise on images is large, and a step pays for it.</remarks>
    public static Tensor Normal(long[] shape, Tensor like, Generator generator)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return randn(shape, dtype: like.dtype, device: CPU, generator: generator).MovedTo(like.device).MoveToOuterDisposeScope();
    }

    /// <summary>A CPU generator.</summary>
    public static Generator Checked(Generator? generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        Guard.CheckGenerator(generator, nameof(generator));
        return generator;
    }
}
