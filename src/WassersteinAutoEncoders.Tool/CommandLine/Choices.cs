using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Tool.CommandLine;

/// <summary>How the command line spells what can be chosen from; case does not matter.</summary>
internal static class Choices
{
    public static readonly (string Name, DatasetKind Value)[] Datasets =
    [
        ("auto", DatasetKind.Auto), ("mnist", DatasetKind.Mnist), ("fashion-mnist", DatasetKind.Fashion), ("cifar10", DatasetKind.Cifar10),
        ("digits", DatasetKind.Digits), ("folder", DatasetKind.Folder),
    ];

    public static readonly (string Name, NetworkKind Value)[] Networks =
        [("mlp", NetworkKind.Mlp), ("conv", NetworkKind.Conv), ("review", NetworkKind.Review)];

    public static readonly (string Name, EncoderKind Value)[] Encoders =
        [("deterministic", EncoderKind.Deterministic), ("gaussian", EncoderKind.Gaussian), ("noisy", EncoderKind.Noisy), ("implicit", EncoderKind.Implicit)];

    public static readonly (string Name, DivergenceKind Value)[] Divergences =
    [
        ("mmd", DivergenceKind.Mmd), ("integrated-mmd", DivergenceKind.IntegratedMmd), ("gan", DivergenceKind.Gan),
        ("sliced", DivergenceKind.Sliced), ("cramer-wold", DivergenceKind.CramerWold), ("sinkhorn", DivergenceKind.Sinkhorn),
        ("bures", DivergenceKind.Bures), ("bures-spectrum", DivergenceKind.BuresSpectrum),
        ("epps-pulley", DivergenceKind.EppsPulley), ("sliced-energy", DivergenceKind.SlicedEnergy), ("integrated-sliced", DivergenceKind.IntegratedSliced),
        ("spherical-sliced", DivergenceKind.SphericalSliced), ("max-sliced", DivergenceKind.MaxSliced),
    ];

    public static readonly (string Name, KernelKind Value)[] Kernels =
    [
        ("imq", KernelKind.Imq), ("rbf", KernelKind.Rbf), ("laplacian", KernelKind.Laplacian),
        ("rational-quadratic", KernelKind.RationalQuadratic), ("energy", KernelKind.Energy),
    ];

    public static readonly (string Name, PriorKind Value)[] Priors =
        [("normal", PriorKind.Normal), ("sphere", PriorKind.Sphere), ("uniform", PriorKind.Uniform), ("mixture", PriorKind.Mixture)];

    public static readonly (string Name, CostKind Value)[] Costs =
        [("squared", CostKind.Squared), ("plain-squared", CostKind.PlainSquared), ("mean-squared", CostKind.MeanSquared), ("bce", CostKind.CrossEntropy)];

    public static readonly (string Name, ComputePrecision Value)[] Precisions =
        [("float32", ComputePrecision.OfWeights), ("bfloat16", ComputePrecision.BFloat16)];

    public static readonly (string Name, PresetKind Value)[] Presets =
        [("demo", PresetKind.Demo), ("official", PresetKind.Official), ("review", PresetKind.Review), ("cwae", PresetKind.Cwae)];

    public static readonly (string Name, StudyKind Value)[] Studies =
        [("divergences", StudyKind.Divergences), ("dimensions", StudyKind.Dimensions), ("sphere", StudyKind.Sphere), ("cwae", StudyKind.Cwae)];

    /// <summary>The spelling of a value.</summary>
    public static string NameOf<T>((string Name, T Value)[] choices, T value)
        where T : struct, Enum
        => Array.Find(choices, choice => choice.Value.Equals(value)).Name;

    /// <summary>All spellings, for a person.</summary>
    public static string Listed<T>((string Name, T Value)[] choices, string separator = "|") => string.Join(separator, choices.Select(choice => choice.Name));
}
