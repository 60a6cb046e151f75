using TorchSharp;

namespace WassersteinAutoEncoders.Training;

/// <summary>libtorch's global random generators, from which modules draw their initial weights and layers such as dropout their masks.</summary>
/// <remarks>
/// The library itself draws from generators of its own: those of <see cref="WaeTrainerOptions.Seed"/>, of
/// <see cref="Data.TensorBatcher"/> and of stochastic encoders and divergences, each with a seed as an argument and a fixed
/// one by default. A run is therefore decided by these seeds and one call of <see cref="Seed"/> before the modules are made.
/// </remarks>
public static class GlobalRandom
{
    /// <summary>Seeds the global generators of the CPU and of every GPU. Nothing in the library calls it.</summary>
    /// <param name="seed">The seed; any number.</param>
    public static void Seed(long seed)
    {
        torch.random.manual_seed(seed);
        if (torch.cuda.is_available())
        {
            torch.cuda.manual_seed_all(seed);
        }
    }
}
