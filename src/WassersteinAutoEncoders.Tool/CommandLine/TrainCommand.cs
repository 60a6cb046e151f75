using System.CommandLine;
using WassersteinAutoEncoders.Tool.Running;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Tool.CommandLine;

/// <summary><c>wae train</c>: trains one auto-encoder on pictures, measures it on others and leaves pictures to look at.</summary>
internal sealed class TrainCommand
{
    private readonly CommonOptions _common = new("10", "out/<data>-<dz>-<pz>", "mlp; in colour conv");
    private readonly Option<PresetKind?> _preset = OptionFactory.Choice("--preset", "Settings of a published code base [demo]; options given beside it count more", Choices.Presets);
    private readonly Option<DivergenceKind?> _divergence = OptionFactory.Choice("--dz", $"What pulls the codes to the prior [mmd]: {Choices.Listed(Choices.Divergences, ", ")}", Choices.Divergences);
    private readonly Option<PriorKind?> _prior = OptionFactory.Choice("--pz", "The prior [normal]", Choices.Priors);
    private readonly Option<double?> _sigma = OptionFactory.Number("--sigma", "The prior's scale: standard deviation, radius or half width [1]");
    private readonly Option<KernelKind?> _kernel = OptionFactory.Choice("--kernel", "The kernel of mmd [imq]", Choices.Kernels);
    private readonly Option<double?> _lambda = OptionFactory.Number("--lambda", "Weight of the penalty [10; gan 1]");
    private readonly Option<double?> _spectrum = OptionFactory.Number("--spectrum", "Weight of bures-spectrum added to the penalty, so that no dimension stays empty [0]; 0.1 is a good one");
    private readonly Option<CostKind?> _cost = OptionFactory.Choice("--cost", "The reconstruction cost [squared: 0.05·Σ(x−x̂)²]", Choices.Costs);
    private readonly Option<EncoderKind?> _encoder = OptionFactory.Choice("--encoder", "How a picture becomes a code [deterministic]", Choices.Encoders);
    private readonly Option<bool> _free = new("--no-projection") { Description = "Leave codes where the encoder puts them instead of moving them onto the sphere or into the cube of the prior" };
    private readonly Option<int?> _latent = OptionFactory.Whole("--n-z", "Latent dimension [8; in colour 64]");
    private readonly Option<int?> _critic = OptionFactory.Whole("--critic-units", "Units of a hidden layer of gan's critic [512]");
    private readonly Option<double?> _criticRate = OptionFactory.Number("--critic-rate", "Learning rate of gan's critic over the auto-encoder's [0.5]");
    private readonly Option<double?> _criticPenalty = OptionFactory.Number("--critic-penalty", "Penalty on the gradient of gan's critic, R1 [1; preset official 0]");
    private readonly Option<bool> _pretrain = new("--pretrain") { Description = "First bring the codes near the prior's mean and covariance, as the authors do; gan always does" };
    private readonly Option<double?> _beta = OptionFactory.Number("--beta1", "β₁ of Adam [0.9; gan 0.5]");
    private readonly Option<ComputePrecision?> _precision = OptionFactory.Choice("--precision", "What the networks compute in while they are trained; weights are float32 [float32]", Choices.Precisions);
    private readonly Option<string?> _device = OptionFactory.Text("--device", "cpu, cuda or cuda:n [cpu]", "device");
    private readonly Option<string?> _resume = OptionFactory.Text("--resume", "Checkpoint to go on from", "file");
    private readonly Option<bool> _noCuda = new("--no-cuda") { Hidden = true };
    private readonly Option<int?> _channels = OptionFactory.Whole("--n-channel", "Channels of pictures of one's own, 1 or 3 [3]");
    private readonly Option<int?> _size = OptionFactory.Whole("--size", "Side that pictures of one's own are scaled to [32]");

    /// <summary>Makes the command.</summary>
    public TrainCommand()
    {
        Command = new Command("train", "Trains an auto-encoder, measures it on test pictures, leaves pictures, a report and a checkpoint; options also as the review spells them (-n_z 2 -Pz sphere -Dz GAN)")
        {
            _preset, _divergence, _prior, _sigma, _kernel, _lambda, _spectrum, _cost, _encoder, _free, _latent,
            _critic, _criticRate, _criticPenalty, _beta, _pretrain, _size, _channels, _precision, _device, _resume, _noCuda,
        };
        foreach (var option in _common.All)
        {
            Command.Add(option);
        }

        Command.Runs(Read, static (settings, token) => new TrainingRun(settings, new ToolConsole(), token).Run());
    }

    /// <summary>The command, for parsing and help.</summary>
    public Command Command { get; }

    /// <summary>The settings that a command line without errors of its own asks for, and the mistakes in them.</summary>
    public (TrainingSettings Settings, IReadOnlyList<string> Mistakes) Read(ParseResult line)
    {
        var dataset = _common.Dataset(line) ?? DatasetKind.Auto;
        var kind = line.GetValue(_preset) ?? PresetKind.Demo;
        var channelsOfOwn = line.GetValue(_channels) ?? 3;
        var preset = Presets.Of(kind, dataset, channelsOfOwn, line.GetValue(_divergence));
        var common = _common.Apply(line, preset);
        var settings = common with
        {
            Divergence = line.GetValue(_divergence) ?? preset.Divergence,
            Prior = line.GetValue(_prior) ?? preset.Prior,
            Sigma = line.GetValue(_sigma) ?? preset.Sigma,
            Kernel = line.GetValue(_kernel) ?? preset.Kernel,
            Lambda = line.GetValue(_lambda) ?? preset.Lambda,
            SpectrumWeight = line.GetValue(_spectrum) ?? preset.SpectrumWeight,
            Cost = line.GetValue(_cost) ?? preset.Cost,
            Encoder = line.GetValue(_encoder) ?? preset.Encoder,
            ProjectCodes = !line.GetValue(_free),
            LatentDimension = line.GetValue(_latent) ?? preset.LatentDimension,
            CriticUnits = line.GetValue(_critic) ?? (kind == PresetKind.Review ? 4 * common.Width : preset.CriticUnits),
            CriticRate = line.GetValue(_criticRate) ?? preset.CriticRate,
            CriticPenalty = line.GetValue(_criticPenalty) ?? preset.CriticPenalty,
            Beta1 = line.GetValue(_beta) ?? preset.Beta1,
            Pretrain = line.GetValue(_pretrain) || preset.Pretrain,
            Device = line.GetValue(_noCuda) ? "cpu" : line.GetValue(_device) ?? preset.Device,
            Precision = line.GetValue(_precision) ?? preset.Precision,
            Resume = line.GetValue(_resume),
            FolderChannels = channelsOfOwn,
            FolderSize = line.GetValue(_size) ?? preset.FolderSize,
        };
        var mistakes = settings.Mistakes().Concat(_common.Mistakes(line)).ToList();
        if (dataset != DatasetKind.Folder)
        {
            var channels = dataset == DatasetKind.Cifar10 ? 3 : 1;
            if (line.GetValue(_channels) is { } asked && asked != channels)
            {
                mistakes.Add($"--n-channel is {asked}, but pictures of {Choices.NameOf(Choices.Datasets, dataset)} have {channels}; it may be left out.");
            }

            if (line.GetValue(_size) is not null)
            {
                mistakes.Add("--size goes with --dataset folder: other data sets have a size of their own.");
            }
        }

        return (settings, mistakes);
    }
}
