using WassersteinAutoEncoders.Samples.CommandLine;

namespace WassersteinAutoEncoders.Samples.Bakeoff;

/// <summary>One way to pull codes to a prior.</summary>
/// <param name="Name">As the command line spells it.</param>
/// <param name="Divergence">The divergence.</param>
/// <param name="Kernel">Its kernel, where it has one.</param>
/// <param name="Lambda">The weight it is trained with. The divergences' scales differ, so one weight for all would not compare them.</param>
internal sealed record Contestant(string Name, DivergenceKind Divergence, KernelKind Kernel, double Lambda)
{
    public static IReadOnlyList<Contestant> All { get; } =
    [
        new("mmd-imq", DivergenceKind.Mmd, KernelKind.Imq, 10),
        new("mmd-rbf", DivergenceKind.Mmd, KernelKind.Rbf, 30),
        new("integrated-imq", DivergenceKind.IntegratedMmd, KernelKind.Imq, 10),
        new("integrated-rbf", DivergenceKind.IntegratedMmd, KernelKind.Rbf, 30),
        new("gan", DivergenceKind.Gan, KernelKind.Imq, 1),
        new("sliced", DivergenceKind.Sliced, KernelKind.Imq, 10),
        new("cramer-wold", DivergenceKind.CramerWold, KernelKind.Imq, 100),
        new("sinkhorn", DivergenceKind.Sinkhorn, KernelKind.Imq, 1),
        new("bures", DivergenceKind.Bures, KernelKind.Imq, 0.1),
        new("bures-spectrum", DivergenceKind.BuresSpectrum, KernelKind.Imq, 0.1),
        new("mmd-bures", DivergenceKind.MmdAndBures, KernelKind.Imq, 1),
        new("epps-pulley", DivergenceKind.EppsPulley, KernelKind.Imq, 100),
        new("sliced-energy", DivergenceKind.SlicedEnergy, KernelKind.Imq, 10),
        new("integrated-sliced", DivergenceKind.IntegratedSliced, KernelKind.Imq, 10),
        new("spherical-sliced", DivergenceKind.SphericalSliced, KernelKind.Imq, 100),
        new("max-sliced", DivergenceKind.MaxSliced, KernelKind.Imq, 1),
    ];
}
