using System.CommandLine;
using WassersteinAutoEncoders.Tool.Bakeoff;
using WassersteinAutoEncoders.Tool.Running;

namespace WassersteinAutoEncoders.Tool.CommandLine;

/// <summary><c>wae bakeoff</c>: all divergences on the same networks, data and seeds, in one table.</summary>
internal sealed class BakeoffCommand
{
    private readonly CommonOptions _common = new("those of the study", "out/bakeoff", "mlp");
    private readonly Option<StudyKind?> _study = OptionFactory.Choice("--study", $"A comparison with settings of its own [divergences]: {Choices.Listed(Choices.Studies, ", ")}; options given beside it count more", Choices.Studies);
    private readonly Option<Contestant[]?> _contestants = OptionFactory.List("--dz", $"The divergences [all: {string.Join(", ", Contestant.All.Select(contestant => contestant.Name))}]", [.. Contestant.All.Select(contestant => (contestant.Name, contestant))]);
    private readonly Option<PriorKind[]?> _priors = OptionFactory.List("--pz", "The priors, separated by commas [normal]", Choices.Priors);
    private readonly Option<long[]?> _latents = OptionFactory.Wholes("--n-z", "Latent dimensions, separated by commas [8]");
    private readonly Option<long[]?> _seeds = OptionFactory.Wholes("--seeds", "Seeds, separated by commas; figures are then means with their standard deviation [1]");
    private readonly Option<double?> _lambda = OptionFactory.Number("--lambda", "One weight for all divergences [each has its own]");
    private readonly Option<double?> _spectrum = OptionFactory.Number("--spectrum", "One weight of bures-spectrum beside all divergences [those with +spectrum 0.1, others 0]");
    private readonly Option<int?> _images = OptionFactory.Whole("--images", "Training pictures, spread over the data set [all]");
    private readonly Option<double?> _seconds = OptionFactory.Number("--seconds", "End each training after so much processor time, as many epochs as that takes: a comparison at equal time");

    /// <summary>Makes the command.</summary>
    public BakeoffCommand()
    {
        Command = new Command("bakeoff", "Trains the same networks from the same seeds under every divergence and prior asked for, and compares them in one table; what is done already in --out is not done again")
        {
            _study, _contestants, _priors, _latents, _seeds, _lambda, _spectrum, _images, _seconds,
        };
        foreach (var option in _common.All)
        {
            Command.Add(option);
        }

        Command.Runs(Read, static (study, token) => new BakeoffRun(study, new ToolConsole(), token).Run());
    }

    /// <summary>The command, for parsing and help.</summary>
    public Command Command { get; }

    private (Study Study, IReadOnlyList<string> Mistakes) Read(ParseResult line)
    {
        var study = Study.Of(line.GetValue(_study) ?? StudyKind.Divergences);
        var seconds = line.GetValue(_seconds) ?? study.Seconds;
        var settings = _common.Apply(line, study.Settings);
        settings = settings with { Epochs = seconds is null || settings.Epochs != study.Settings.Epochs ? settings.Epochs : 1_000_000 };
        var contestants = line.GetValue(_contestants) is { Length: > 0 } some ? [.. some.Select(one => study.Contestants.FirstOrDefault(own => own.Name == one.Name) ?? one)] : study.Contestants;
        contestants = line.GetValue(_lambda) is { } lambda ? [.. contestants.Select(contestant => contestant with { Lambda = lambda })] : contestants;
        contestants = line.GetValue(_spectrum) is { } spectrum ? [.. contestants.Select(contestant => contestant with { SpectrumWeight = spectrum })] : contestants;
        study = study with
        {
            Settings = settings,
            Contestants = contestants,
            Priors = line.GetValue(_priors) is { Length: > 0 } priors ? priors : study.Priors,
            Latents = line.GetValue(_latents) is { Length: > 0 } latents ? [.. latents.Select(latent => (int)Math.Min(latent, int.MaxValue))] : study.Latents,
            Seeds = line.GetValue(_seeds) is { Length: > 0 } seeds ? seeds : [settings.Seed],
            Images = line.GetValue(_images) ?? study.Images,
            Seconds = seconds,
        };
        return (study, [.. study.Mistakes(), .. _common.Mistakes(line)]);
    }
}
