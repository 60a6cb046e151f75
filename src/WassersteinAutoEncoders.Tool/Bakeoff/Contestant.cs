using WassersteinAutoEncoders.Tool.CommandLine;

namespace WassersteinAutoEncoders.Tool.Bakeoff;

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

/// <summary>What one contestant reached, on validation pictures.</summary>
/// <param name="Contestant">Who.</param>
/// <param name="Prior">The prior's name.</param>
/// <param name="Reconstruction">0.05·Σ(x−x̂)² an image.</param>
/// <param name="Divergences">Each divergence between the same validation codes and prior samples, by name.</param>
/// <param name="PValue">Of the permutation test that codes follow the prior.</param>
/// <param name="Sharpness">Of pictures decoded from the prior.</param>
/// <param name="Frechet">The Fréchet distance between features of decoded prior samples and of test pictures.</param>
/// <param name="MillisecondsPerStep">Training time a step.</param>
/// <param name="Mebibytes">The most memory the process held while it trained.</param>
/// <param name="Picture">A PNG of decoded prior samples.</param>
internal sealed record Measurement(
    Contestant Contestant,
    string Prior,
    double Reconstruction,
    IReadOnlyList<(string Name, double Value)> Divergences,
    double PValue,
    double Sharpness,
    double Frechet,
    double MillisecondsPerStep,
    double Mebibytes,
    byte[] Picture);
