using WassersteinAutoEncoders.Tool.CommandLine;
using WassersteinAutoEncoders.Reporting;

namespace WassersteinAutoEncoders.Tool.Tests.CommandLine;

public class TrainCommandTests
{
    private static (TrainingSettings Settings, IReadOnlyList<string> Mistakes) Read(string line)
    {
        var command = new TrainCommand();
        var parsed = command.Command.Parse(WaeCommand.Translate(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        return parsed.Errors.Count > 0 ? (new(), [.. parsed.Errors.Select(error => error.Message)]) : command.Read(parsed);
    }

    private static TrainingSettings Settings(string line)
    {
        var (settings, mistakes) = Read(line);
        Assert.Empty(mistakes);
        return settings;
    }

    [Fact]
    public void Nothing_said_is_the_demonstration()
    {
        var settings = Settings("");
        Assert.Equal(
            (NetworkKind.Mlp, 200, 8, DivergenceKind.Mmd, KernelKind.Imq, PriorKind.Normal, 128, 10),
            (settings.Network, settings.Width, settings.LatentDimension, settings.Divergence, settings.Kernel, settings.Prior, settings.BatchSize, settings.Epochs));
        Assert.Equal((1e-3, 10, CostKind.Squared), (settings.LearningRate, settings.Lambda, settings.Cost));
    }

    [Fact]
    public void The_reviews_spelling_means_the_same()
        => Assert.Equal(
            Settings("--batch-size 64 --n-z 2 --pz sphere --dz gan --lambda 5 --dim-h 16 --lr 0.01 --epochs 3 --sigma 2 --seed 7 --dataset cifar10"),
            Settings("-batch_size 64 -n_z 2 -Pz sphere -Dz GAN -Lambda=5 -dim_h 16 -lr 0.01 -epochs 3 -sigma 2 -seed 7 -dataset cifar10 -n_channel 3 -no_cuda"));

    [Theory]
    [InlineData("mmd", nameof(DivergenceKind.Mmd))]
    [InlineData("integrated-mmd", nameof(DivergenceKind.IntegratedMmd))]
    [InlineData("GAN", nameof(DivergenceKind.Gan))]
    [InlineData("sliced", nameof(DivergenceKind.Sliced))]
    [InlineData("cramer-wold", nameof(DivergenceKind.CramerWold))]
    [InlineData("Sinkhorn", nameof(DivergenceKind.Sinkhorn))]
    [InlineData("bures", nameof(DivergenceKind.Bures))]
    [InlineData("bures-spectrum", nameof(DivergenceKind.BuresSpectrum))]
    [InlineData("epps-pulley", nameof(DivergenceKind.EppsPulley))]
    [InlineData("sliced-energy", nameof(DivergenceKind.SlicedEnergy))]
    [InlineData("integrated-sliced", nameof(DivergenceKind.IntegratedSliced))]
    [InlineData("spherical-sliced", nameof(DivergenceKind.SphericalSliced))]
    [InlineData("max-sliced", nameof(DivergenceKind.MaxSliced))]
    public void Divergences_have_names(string name, string kind) => Assert.Equal(kind, Settings($"--dz {name}").Divergence.ToString());

    [Fact]
    public void Of_cwaes_penalties_its_own_alone_is_a_logarithm()
    {
        Assert.True(Settings("--preset cwae").LogPenalty);
        Assert.False(Settings("--preset cwae --dz mmd").LogPenalty);
    }

    [Fact]
    public void The_spectrum_is_a_term_beside_any_divergence()
    {
        var settings = Settings("--dz sliced --spectrum 0.1");
        Assert.Equal((DivergenceKind.Sliced, 0.1), (settings.Divergence, settings.SpectrumWeight));
        Assert.Contains("--spectrum", Assert.Single(Read("--spectrum 0.1 --lambda 0").Mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_preset_is_a_beginning()
    {
        var settings = Settings("--preset official --batch-size 50 --lambda 1");
        Assert.Equal((50, 1, 0.5, 100), (settings.BatchSize, settings.Lambda, settings.Beta1, settings.Epochs));
        Assert.True(settings.Pretrain);
        Assert.Equal((NetworkKind.Conv, EncoderKind.Noisy), (settings.Network, settings.Encoder));
    }

    [Fact]
    public void An_adversary_brings_its_own_settings()
    {
        var settings = Settings("--dz gan --pz sphere");
        Assert.Equal((1, 1, 0.5, true, true), (settings.Lambda, settings.CriticPenalty, settings.Beta1, settings.Pretrain, settings.ProjectCodes));
        Assert.Equal(3, Settings("--dz gan --lambda 3").Lambda);
        Assert.False(Settings("--pz sphere --no-projection").ProjectCodes);
    }

    [Fact]
    public void The_review_crops_and_scales_CIFAR()
    {
        var settings = Settings("--preset review -dataset cifar10");
        Assert.Equal((28, PixelRange.Symmetric, 64, CostKind.MeanSquared), (settings.Crop, settings.Range, settings.LatentDimension, settings.Cost));
        Assert.Equal((0, PixelRange.Unit, 8, CostKind.CrossEntropy), (Settings("--preset review") is var mnist ? (mnist.Crop, mnist.Range, mnist.LatentDimension, mnist.Cost) : default));
    }

    [Fact]
    public void Another_network_brings_its_own_width()
    {
        Assert.Equal(32, Settings("--network conv").Width);
        Assert.Equal(200, Settings("--network mlp --dataset cifar10").Width);
        Assert.Equal(7, Settings("--network conv --dim-h 7").Width);
    }

    [Theory]
    [InlineData("--epochs 0", "--epochs must be at least 1, it is 0.")]
    [InlineData("--lambda -1", "--lambda must be a finite number, 0 or more, it is -1.")]
    [InlineData("-Lambda NaN", "--lambda must be a finite number, 0 or more, it is NaN.")]
    [InlineData("--lambda Infinity", "--lambda must be a finite number, 0 or more, it is Infinity.")]
    [InlineData("--lr 0", "--lr must be a finite number above 0, it is 0.")]
    [InlineData("--sigma nan", "--sigma must be a finite number above 0, it is NaN.")]
    [InlineData("--critic-penalty -1", "--critic-penalty must be a finite number, 0 or more, it is -1.")]
    [InlineData("--critic-rate 0", "--critic-rate must be a finite number above 0, it is 0.")]
    [InlineData("--beta1 1", "--beta1 must be at least 0 and less than 1, it is 1.")]
    [InlineData("--batch-size 1", "--batch-size must be at least 2, it is 1.")]
    [InlineData("--n-z 0", "--n-z must be at least 1, it is 0.")]
    [InlineData("--n-z 100000", "--n-z must be at most 4096, it is 100000.")]
    [InlineData("--max-steps 0", "--max-steps must be at least 1, it is 0.")]
    [InlineData("--seed -3", "--seed must be at least 0, it is -3.")]
    [InlineData("--pz mixture --n-z 1", "--pz mixture needs --n-z 2 or more: its ten Gaussians stand on a circle.")]
    [InlineData("--dz epps-pulley --pz uniform", "--dz epps-pulley is worked out for the Gaussian prior: say --pz normal.")]
    [InlineData("--dz integrated-sliced --pz uniform", "--dz integrated-sliced is worked out for --pz normal and --pz sphere.")]
    [InlineData("--dz spherical-sliced --n-z 1", "--dz spherical-sliced needs --n-z 2 or more: a line has no circles.")]
    [InlineData("--dz cramer-wold --pz sphere", "--dz cramer-wold is worked out for the Gaussian prior: say --pz normal.")]
    [InlineData("--dz integrated-mmd --kernel energy", "--dz integrated-mmd is worked out for --kernel imq and --kernel rbf.")]
    [InlineData("-n_channel 3", "--n-channel is 3, but pictures of auto have 1; it may be left out.")]
    [InlineData("--device tpu", "--device must be cpu, cuda or cuda:n, it is 'tpu'.")]
    [InlineData("--resume /nowhere.safetensors", "--resume: there is no file /nowhere.safetensors.")]
    [InlineData("--dataset folder", "--dataset folder needs --data-dir, the folder of the pictures.")]
    [InlineData("--dataset folder --data pictures --size 7", "--size must be between 8 and 256, and a multiple of 4 from 16 on with --network conv and review, it is 7.")]
    [InlineData("--dataset folder --data pictures --n-channel 2", "--n-channel must be 1 or 3, it is 2.")]
    [InlineData("--size 64", "--size goes with --dataset folder: other data sets have a size of their own.")]
    [InlineData("--epochs ten", "--epochs must be a whole number, it is 'ten'.")]
    [InlineData("--lr 1,5", "--lr must be a number, it is '1,5'.")]
    [InlineData("--dz wgan", "--dz must be one of mmd, integrated-mmd, gan, sliced, cramer-wold, sinkhorn, bures, bures-spectrum, epps-pulley, sliced-energy, integrated-sliced, spherical-sliced, max-sliced, it is 'wgan'.")]
    public void A_mistake_is_one_clear_line(string line, string expected) => Assert.Equal([expected], Read(line).Mistakes);

    [Theory]
    [InlineData("--nonsense")]
    [InlineData("--epochs")]
    [InlineData("--epochs 1 --epochs 2")]
    [InlineData("something")]
    [InlineData("-batchsize 3")]
    public void What_is_not_understood_is_a_mistake(string line) => Assert.NotEmpty(Read(line).Mistakes);
}
