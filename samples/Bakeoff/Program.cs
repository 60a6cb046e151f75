using System.CommandLine;
using WassersteinAutoEncoders.Samples.Bakeoff;
using WassersteinAutoEncoders.Samples.CommandLine;
using WassersteinAutoEncoders.Samples.Running;

var options = new CommonOptions(5, "out/bakeoff");
var contestants = OptionFactory.List("--dz", "The divergences, separated by commas [all of them]", [.. Contestant.All.Select(contestant => (contestant.Name, contestant))]);
var priors = OptionFactory.List("--pz", "The priors, separated by commas [normal]", Choices.Priors);
var latent = OptionFactory.Whole("--n-z", "Latent dimension [8]");
var width = OptionFactory.Whole("--dim-h", "Units of a hidden layer [200]");
var lambda = OptionFactory.Number("--lambda", "One weight for all divergences [each has its own]");
var command = new RootCommand($"Trains the same networks from the same seed and data order under every divergence ({string.Join(", ", Contestant.All.Select(contestant => contestant.Name))}) and prior asked for, and compares them on validation pictures in one table.")
{
    contestants, priors, latent, width, lambda,
};
foreach (var option in options.All)
{
    command.Add(option);
}

return SampleHost.Run<(TrainingSettings Settings, IReadOnlyList<Contestant> Contestants, IReadOnlyList<PriorKind> Priors)>(
    command,
    args,
    line =>
    {
        var settings = options.Apply(line, new() { Epochs = 5, Output = Path.Combine("out", "bakeoff") });
        settings = settings with
        {
            LatentDimension = line.GetValue(latent) ?? settings.LatentDimension,
            Width = line.GetValue(width) ?? settings.Width,
            Lambda = line.GetValue(lambda) ?? settings.Lambda,
        };
        IReadOnlyList<Contestant> chosen = line.GetValue(contestants) is { Length: > 0 } some ? some : [.. Contestant.All];
        chosen = line.GetValue(lambda) is { } one ? [.. chosen.Select(contestant => contestant with { Lambda = one })] : chosen;
        return ((settings, chosen, line.GetValue(priors) is { Length: > 0 } several ? several : [PriorKind.Normal]), [.. settings.Mistakes()]);
    },
    (asked, token) => new BakeoffRun(asked.Settings, new SampleConsole(), token).Run(asked.Contestants, asked.Priors));
