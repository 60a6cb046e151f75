using TorchSharp;

namespace WassersteinAutoEncoders.Numerics;

/// <summary>CPU generators for different purposes from one seed.</summary>
internal static class Generators
{
    public const ulong Prior = 1;
    public const ulong Noise = 2;
    public const ulong Sampling = 3;
    public const ulong Evaluation = 4;

    public static torch.Generator Create(long seed, ulong stream) => new(Mix(unchecked((ulong)seed), stream), torch.CPU);

    /// <summary>A well-mixed number that differs for every pair of arguments that is likely to occur (the finaliser of SplitMix64).</summary>
    public static ulong Mix(ulong seed, ulong stream)
    {
        unchecked
        {
            var z = seed + 0x9E3779B97F4A7C15 * (stream + 1);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
