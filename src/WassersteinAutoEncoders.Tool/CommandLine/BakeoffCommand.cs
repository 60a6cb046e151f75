using System.CommandLine;
using WassersteinAutoEncoders.Tool.Bakeoff;
using WassersteinAutoEncoders.Tool.Running;

namespace WassersteinAutoEncoders.Tool.CommandLine;

/// <summary><c>wae bakeoff</c>: all divergences on the same networks, data and seed, in one table.</summary>
internal static class BakeoffCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var options = new CommonOptions(5, "out/bakeoff");
        var contestants = OptionFactory.List("--dz", $"The divergences, separated by commas [all: {string.Join(", ", Contestant.All.Select(contestant => contestant.Name))}]", [.. Contestant.All.Select(contestant => (contestant.Name, contestant))]);
        var priors = OptionFactory.List("--pz", "The priors, separated by commas [normal]", Choices.Priors);
        var latent = OptionFactory.Whole("--n-z", "Latent dimension [8]");
        var width = OptionFactory.Whole("--dim-h", "Units of a hidden layer [200]");
        var lambda = OptionFactory.Number("--lambda", "One weight for all divergences [each has its own]");
        var command = new Command("bakeoff", "Trains the same networks from the same seed under every divergence and prior asked for, and compares them in one table")
        {
            contestants, priors, latent, width, lambda,
        };
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        return command.Runs<(TrainingSettings Settings, IReadOnlyList<Contestant> Contestants, IReadOnlyList<PriorKind> Priors)>(
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
                return ((settings, chosen, line.GetValue(priors) is { Length: > 0 } several ? several : [PriorKind.Normal]), [.. settings.Mistakes(), .. options.Mistakes(line)]);
            },
            (asked, token) => new BakeoffRun(asked.Settings, new ToolConsole(), token).Run(asked.Contestants, asked.Priors));
    }
}
