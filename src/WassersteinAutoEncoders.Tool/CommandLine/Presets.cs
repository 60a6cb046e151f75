using WassersteinAutoEncoders.Reporting;

namespace WassersteinAutoEncoders.Tool.CommandLine;

/// <summary>The settings of this project's demonstration and of published code bases.</summary>
internal static class Presets
{
    /// <summary>A preset's settings; what a user says beside it counts more.</summary>
    /// <param name="preset">Whose settings.</param>
    /// <param name="dataset">The data to train on.</param>
    /// <param name="channels">Channels of pictures of one's own.</param>
    /// <param name="divergence">The divergence asked for, if one is.</param>
    public static TrainingSettings Of(PresetKind preset, DatasetKind dataset, int channels, DivergenceKind? divergence)
        => (preset, divergence) switch
        {
            (PresetKind.Demo, DivergenceKind.Gan) => Adversarial(Of(preset, dataset, channels)),
            // Of cwae's penalties only their own is a logarithm; the others' weight is 1 as well.
            (PresetKind.Cwae, not (null or DivergenceKind.CramerWold)) => Of(preset, dataset, channels) with { LogPenalty = false },
            (PresetKind.Review, DivergenceKind.Gan) => Of(preset, dataset, channels) with { CriticPenalty = 1 },
            _ => Of(preset, dataset, channels),
        };

    /// <summary>What an adversary needs to train with the small networks, found by trial: with a weight of 10 the codes run after the critic and end in one point.</summary>
    public static TrainingSettings Adversarial(TrainingSettings settings) => settings with { Lambda = 1, CriticPenalty = 1, Beta1 = 0.5, Pretrain = true };

    private static TrainingSettings Of(PresetKind preset, DatasetKind dataset, int channels)
    {
        var colour = dataset == DatasetKind.Cifar10 || (dataset == DatasetKind.Folder && channels == 3);
        var common = new TrainingSettings { Dataset = dataset, LatentDimension = colour ? 64 : 8 };
        return preset switch
        {
            PresetKind.Official => common with
            {
                Network = NetworkKind.Conv,
                Width = 128,
                Encoder = EncoderKind.Noisy,
                BatchSize = 100,
                Epochs = 100,
                Beta1 = 0.5,
                Schedule = ScheduleKind.Official,
                Pretrain = true,
            },
            PresetKind.Review => common with
            {
                Network = NetworkKind.Review,
                Width = 128,
                Epochs = 100,
                LearningRate = 1e-4,
                Schedule = ScheduleKind.Review,
                Cost = colour ? CostKind.MeanSquared : CostKind.CrossEntropy,
                Crop = dataset == DatasetKind.Cifar10 ? 28 : 0,
                Range = colour ? PixelRange.Symmetric : PixelRange.Unit,
            },
            PresetKind.Cwae => common with
            {
                Divergence = DivergenceKind.CramerWold,
                LogPenalty = true,
                Lambda = 1,
                Cost = CostKind.PlainSquared,
                Epochs = 500,
            },
            _ => colour ? common with { Network = NetworkKind.Conv, Width = 32 } : common,
        };
    }
}
