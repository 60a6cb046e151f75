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
        new("epps-pulley", DivergenceKind.EppsPulley, KernelKind.Imq, 100),
        new("sliced-energy", DivergenceKind.SlicedEnergy, KernelKind.Imq, 10),
        new("integrated-sliced", DivergenceKind.IntegratedSliced, KernelKind.Imq, 10),
        new("spherical-sliced", DivergenceKind.SphericalSliced, KernelKind.Imq, 100),
        new("max-sliced", DivergenceKind.MaxSliced, KernelKind.Imq, 1),
        new("mmd-imq+spectrum", DivergenceKind.Mmd, KernelKind.Imq, 1) { SpectrumWeight = 0.1 },
        new("cramer-wold+spectrum", DivergenceKind.CramerWold, KernelKind.Imq, 10) { SpectrumWeight = 0.1 },
    ];

    /// <summary>A learning rate of its own, or that of the others.</summary>
    public double? LearningRate { get; init; }

    /// <summary>The weight of the covariances' spectra beside it.</summary>
    public double SpectrumWeight { get; init; }

    /// <summary>Whether it is trained on its logarithm.</summary>
    public bool LogPenalty { get; init; }

    /// <summary>The published Fréchet distance on Inception features in this setting, or nothing.</summary>
    public string Published { get; init; } = "";

    /// <summary>The settings with this contestant's.</summary>
    public TrainingSettings Apply(TrainingSettings settings)
    {
        settings = Divergence == DivergenceKind.Gan ? Presets.Adversarial(settings) : settings;
        return settings with { Divergence = Divergence, Kernel = Kernel, Lambda = Lambda, SpectrumWeight = SpectrumWeight, LogPenalty = LogPenalty, LearningRate = LearningRate ?? settings.LearningRate };
    }
}

/// <summary>A comparison: who is trained, on what, how often.</summary>
/// <param name="Settings">What all runs share.</param>
/// <param name="Contestants">The divergences.</param>
/// <param name="Priors">The priors.</param>
/// <param name="Latents">The latent dimensions.</param>
/// <param name="Seeds">The seeds; each contestant is trained once from each.</param>
internal sealed record Study(
    TrainingSettings Settings, IReadOnlyList<Contestant> Contestants, IReadOnlyList<PriorKind> Priors, IReadOnlyList<int> Latents, IReadOnlyList<long> Seeds)
{
    /// <summary>The seed of the classifier and of the judge's prior samples: the same whatever the runs' own are, so that their figures compare.</summary>
    public const long JudgeSeed = 1;

    private static readonly TrainingSettings Common = new() { Epochs = 5, Output = Path.Combine("out", "bakeoff") };

    /// <summary>Training pictures, spread over the data set, or all.</summary>
    public int? Images { get; init; }

    /// <summary>Processor time of each training, in seconds, or none.</summary>
    public double? Seconds { get; init; }

    /// <summary>Where the published figures come from, or nothing.</summary>
    public string Source { get; init; } = "";

    /// <summary>The settings of a study.</summary>
    public static Study Of(StudyKind kind) => kind switch
    {
        StudyKind.Dimensions => new(Common with { Epochs = 16 }, Contestant.All, [PriorKind.Normal], [8, 16, 64, 128], [1]) { Images = 20_000 },
        StudyKind.Sphere => new(
            Common with { BatchSize = 500, Cost = CostKind.CrossEntropy, Epochs = 20 },
            [Ten("spherical-sliced", "14.91 ± 0.32"), Ten("sliced", "15.18 ± 0.32"), Ten("mmd-imq", "18.12 ± 0.62"), Ten("sinkhorn", "19.39 ± 0.56"), Ten("mmd-rbf", "20.09 ± 1.42")],
            [PriorKind.Sphere],
            [11],
            [1])
        {
            Source = "Bonet et al., ICLR 2023, notebooks: convolutional networks, 1,000 epochs, 1,000 projections, 5 seeds",
        },
        StudyKind.Cwae => new(
            Presets.Of(PresetKind.Cwae, DatasetKind.Auto, 1, null) with { Output = Common.Output },
            [Weight("sliced", 1) with { Published = "30.94" }, Weight("mmd-imq", 1) with { LearningRate = 5e-4, Published = "28.71" }, Weight("cramer-wold", 1) with { LogPenalty = true, Published = "24.22" }],
            [PriorKind.Normal],
            [8],
            [1])
        {
            Source = "gmum/cwae-pytorch, 500 epochs, one run each",
        },
        _ => new(Common, Contestant.All, [PriorKind.Normal], [8], [1]),
    };

    /// <summary>The runs, seed by seed, so that one of each is done before the second of any.</summary>
    public IEnumerable<(Contestant Contestant, TrainingSettings Settings)> Runs()
        => from seed in Seeds
           from latent in Latents
           from prior in Priors
           from contestant in Contestants
           select (contestant, contestant.Apply(Settings) with { Prior = prior, LatentDimension = latent, Seed = seed });

    /// <summary>What a user has to change, one line a mistake.</summary>
    public IEnumerable<string> Mistakes()
    {
        var common = (from latent in Latents from seed in Seeds from mistake in (Settings with { LatentDimension = latent, Seed = seed, Lambda = Contestants[0].Lambda, SpectrumWeight = Contestants[0].SpectrumWeight }).Mistakes() select mistake).Distinct();
        return common
            .Concat(Images is { } images && images < Settings.BatchSize ? [$"--images must be at least --batch-size, {Settings.BatchSize}, it is {images}."] : [])
            .Concat(Seconds is { } seconds && !(double.IsFinite(seconds) && seconds > 0) ? [$"--seconds must be a finite number above 0, it is {seconds}."] : []);
    }

    private static Contestant Weight(string name, double lambda) => Contestant.All.Single(contestant => contestant.Name == name) with { Lambda = lambda };

    private static Contestant Ten(string name, string published) => Weight(name, 10) with { Published = published };
}

/// <summary>What one run reached, on test pictures.</summary>
/// <param name="Reconstruction">The reconstruction cost an image.</param>
/// <param name="Divergences">Each divergence between the same test codes and prior samples, by name.</param>
/// <param name="EffectiveRank">Over how many directions the variance of the codes is spread.</param>
/// <param name="PValue">Of the permutation test that codes follow the prior.</param>
/// <param name="Sharpness">Of pictures decoded from the prior.</param>
/// <param name="Frechet">The Fréchet distance between features of decoded prior samples and of test pictures.</param>
/// <param name="Steps">Steps trained.</param>
/// <param name="MillisecondsPerStep">Training time a step.</param>
/// <param name="Mebibytes">The most memory the process held while it trained.</param>
internal sealed record Measurement(
    double Reconstruction,
    IReadOnlyDictionary<string, double> Divergences,
    double EffectiveRank,
    double PValue,
    double Sharpness,
    double Frechet,
    long Steps,
    double MillisecondsPerStep,
    double Mebibytes);

/// <summary>What one contestant reached with one prior and dimension.</summary>
/// <param name="Contestant">Who.</param>
/// <param name="Prior">The prior's name.</param>
/// <param name="Latent">The latent dimension.</param>
/// <param name="Runs">One measurement a seed, at least one.</param>
/// <param name="Picture">A PNG of decoded prior samples of the first run.</param>
internal sealed record Entry(Contestant Contestant, string Prior, int Latent, IReadOnlyList<Measurement> Runs, byte[] Picture);
