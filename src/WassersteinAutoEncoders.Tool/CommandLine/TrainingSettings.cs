using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Tool.CommandLine;

/// <summary>Everything a run is decided by; the defaults are those of the demonstration on MNIST.</summary>
internal sealed record TrainingSettings
{
    public DatasetKind Dataset { get; init; } = DatasetKind.Auto;

    public string? DataFolder { get; init; }

    /// <summary>Whether MNIST's files must be MNIST's to the bit.</summary>
    public bool VerifyChecksums { get; init; } = true;

    /// <summary>The side that pictures are cropped to, or 0.</summary>
    public int Crop { get; init; }

    public PixelRange Range { get; init; } = PixelRange.Unit;

    /// <summary>The side that pictures of one's own are scaled to.</summary>
    public int FolderSize { get; init; } = 32;

    /// <summary>The channels that pictures of one's own are read with: 1 or 3.</summary>
    public int FolderChannels { get; init; } = 3;

    public NetworkKind Network { get; init; } = NetworkKind.Mlp;

    public EncoderKind Encoder { get; init; } = EncoderKind.Deterministic;

    public int LatentDimension { get; init; } = 8;

    /// <summary>Units of a hidden layer, or channels of the first convolution.</summary>
    public int Width { get; init; } = 200;

    public DivergenceKind Divergence { get; init; } = DivergenceKind.Mmd;

    public KernelKind Kernel { get; init; } = KernelKind.Imq;

    public PriorKind Prior { get; init; } = PriorKind.Normal;

    /// <summary>The prior's scale: σ of the normal, radius of the sphere, half width of the cube, scale of the mixture.</summary>
    public double Sigma { get; init; } = 1;

    public CostKind Cost { get; init; } = CostKind.Squared;

    public double Lambda { get; init; } = 10;

    /// <summary>The weight of the spectra of the covariances (<c>bures-spectrum</c>) that is added to λ times the divergence, or 0.</summary>
    public double SpectrumWeight { get; init; }

    /// <summary>Whether the penalty is the divergence's logarithm.</summary>
    public bool LogPenalty { get; init; }

    public double LearningRate { get; init; } = 1e-3;

    public double Beta1 { get; init; } = 0.9;

    public ScheduleKind Schedule { get; init; } = ScheduleKind.Constant;

    /// <summary>Whether the encoder is first brought near the prior's mean and covariance.</summary>
    public bool Pretrain { get; init; }

    /// <summary>Units of a hidden layer of the adversarial critic.</summary>
    public int CriticUnits { get; init; } = 512;

    /// <summary>The learning rate of the critic over the auto-encoder's; half in the authors' code and in the review.</summary>
    public double CriticRate { get; init; } = 0.5;

    /// <summary>γ of the penalty on the critic's gradient at prior samples (R1); it keeps a critic from becoming ever steeper.</summary>
    public double CriticPenalty { get; init; }

    /// <summary>
    /// Whether codes are moved onto the sphere or into the cube that the prior lives on, as in the authors' code. Codes that leave
    /// a sphere ever so little are told from the prior by any critic, which then has nothing to teach: the review's adversarial runs
    /// with the sphere diverged.
    /// </summary>
    public bool ProjectCodes { get; init; } = true;

    public int BatchSize { get; init; } = 128;

    public int Epochs { get; init; } = 10;

    /// <summary>Steps after which training ends, or none.</summary>
    public long? MaxSteps { get; init; }

    public long Seed { get; init; } = 1;

    /// <summary>What the networks compute in while they are trained.</summary>
    public ComputePrecision Precision { get; init; }

    public string Device { get; init; } = "cpu";

    /// <summary>Threads of libtorch, or its own choice.</summary>
    public int? Threads { get; init; }

    /// <summary>The folder for pictures, or one made from the other settings.</summary>
    public string? Output { get; init; }

    /// <summary>The checkpoint to go on from.</summary>
    public string? Resume { get; init; }

    /// <summary>The folder that the run writes to.</summary>
    public string OutputFolder(string data)
        => Path.GetFullPath(Output ?? Path.Combine("out", $"{data.ToLowerInvariant().Replace("-", "").Replace(" ", "-").Replace("'", "")}-{Choices.NameOf(Choices.Divergences, Divergence)}-{Choices.NameOf(Choices.Priors, Prior)}"));

    /// <summary>What a user has to change, one line a mistake.</summary>
    public IEnumerable<string> Mistakes()
    {
        foreach (var (option, value, least, most) in new (string, long, long, long)[]
        {
            ("--n-z", LatentDimension, 1, 4096), ("--dim-h", Width, 1, 8192), ("--critic-units", CriticUnits, 1, 8192), ("--batch-size", BatchSize, 2, 60_000),
            ("--epochs", Epochs, 1, 1_000_000), ("--max-steps", MaxSteps ?? 1, 1, long.MaxValue), ("--threads", Threads ?? 1, 1, 1024),
            ("--seed", Seed, 0, long.MaxValue),
        })
        {
            if (value < least || value > most)
            {
                yield return $"{option} must be {(value < least ? $"at least {least}" : $"at most {most}")}, it is {value}.";
            }
        }

        if (!double.IsFinite(Lambda) || Lambda < 0)
        {
            yield return $"--lambda must be a finite number, 0 or more, it is {Lambda}.";
        }

        if (!double.IsFinite(SpectrumWeight) || SpectrumWeight < 0 || (SpectrumWeight > 0 && Lambda == 0))
        {
            yield return $"--spectrum must be a finite number, 0 or more, beside a --lambda above 0, it is {SpectrumWeight} beside {Lambda}.";
        }

        foreach (var (option, value) in new[] { ("--lr", LearningRate), ("--sigma", Sigma), ("--critic-rate", CriticRate) })
        {
            if (!double.IsFinite(value) || value <= 0)
            {
                yield return $"{option} must be a finite number above 0, it is {value}.";
            }
        }

        if (!(Beta1 >= 0 && Beta1 < 1))
        {
            yield return $"--beta1 must be at least 0 and less than 1, it is {Beta1}.";
        }

        if (!double.IsFinite(CriticPenalty) || CriticPenalty < 0)
        {
            yield return $"--critic-penalty must be a finite number, 0 or more, it is {CriticPenalty}.";
        }

        if (!(Device is "cpu" or "cuda" || (Device.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(Device[5..], out _))))
        {
            yield return $"--device must be cpu, cuda or cuda:n, it is '{Device}'.";
        }

        if (Resume is not null && !File.Exists(Resume))
        {
            yield return $"--resume: there is no file {Path.GetFullPath(Resume)}.";
        }

        if (Dataset == DatasetKind.Folder)
        {
            if (FolderChannels is not (1 or 3))
            {
                yield return $"--n-channel must be 1 or 3, it is {FolderChannels}.";
            }

            if (FolderSize is < 8 or > 256 || (Network != NetworkKind.Mlp && (FolderSize < 16 || FolderSize % 4 != 0)))
            {
                yield return $"--size must be between 8 and 256, and a multiple of 4 from 16 on with --network conv and review, it is {FolderSize}.";
            }
        }

        if (Prior == PriorKind.Mixture && LatentDimension < 2)
        {
            yield return "--pz mixture needs --n-z 2 or more: its ten Gaussians stand on a circle.";
        }

        if (Divergence is DivergenceKind.IntegratedMmd or DivergenceKind.CramerWold or DivergenceKind.EppsPulley && Prior != PriorKind.Normal)
        {
            yield return $"--dz {Choices.NameOf(Choices.Divergences, Divergence)} is worked out for the Gaussian prior: say --pz normal.";
        }

        if (Divergence == DivergenceKind.IntegratedSliced && Prior is not (PriorKind.Normal or PriorKind.Sphere))
        {
            yield return "--dz integrated-sliced is worked out for --pz normal and --pz sphere.";
        }

        if (Divergence == DivergenceKind.SphericalSliced && LatentDimension < 2)
        {
            yield return "--dz spherical-sliced needs --n-z 2 or more: a line has no circles.";
        }

        if (Divergence == DivergenceKind.IntegratedMmd && Kernel is not (KernelKind.Imq or KernelKind.Rbf))
        {
            yield return "--dz integrated-mmd is worked out for --kernel imq and --kernel rbf.";
        }
    }
}
