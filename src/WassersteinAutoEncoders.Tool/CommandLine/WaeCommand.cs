using System.CommandLine;
using System.CommandLine.Help;
using WassersteinAutoEncoders.Tool.Running;

namespace WassersteinAutoEncoders.Tool.CommandLine;

/// <summary>The command <c>wae</c> with its subcommands.</summary>
internal static class WaeCommand
{
    private static readonly Dictionary<string, string> ReviewSpellings = new(StringComparer.Ordinal)
    {
        ["-batch_size"] = "--batch-size",
        ["-epochs"] = "--epochs",
        ["-lr"] = "--lr",
        ["-dim_h"] = "--dim-h",
        ["-n_z"] = "--n-z",
        ["-Lambda"] = "--lambda",
        ["-sigma"] = "--sigma",
        ["-Dz"] = "--dz",
        ["-Pz"] = "--pz",
        ["-seed"] = "--seed",
        ["-dataset"] = "--dataset",
        ["-no_cuda"] = "--no-cuda",
        ["-n_channel"] = "--n-channel",
    };

    /// <summary>Parses a command line and does what it asks for.</summary>
    /// <returns>0, 1 for a failure, 2 for a mistake in the command line, 130 when interrupted.</returns>
    public static int Run(string[] arguments)
    {
        var line = Root().Parse(Translate(arguments));
        if (line.Errors.Count == 0 || line.Action is { ClearsParseErrors: true })
        {
            return line.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }

        if (line.CommandResult.Command is RootCommand && arguments.Length == 0)
        {
            new HelpAction().Invoke(line);
            return ExitCode.Usage;
        }

        return ToolHost.Mistakes([.. line.Errors.Select(error => error.Message)], line.CommandResult.Command);
    }

    /// <summary>All commands.</summary>
    public static RootCommand Root() => new("Wasserstein auto-encoders: train one, compare divergences and runs, look into files, draw samples")
    {
        new TrainCommand().Command,
        new BakeoffCommand().Command,
        InspectCommand.Create(),
        SampleCommand.Create(),
        CompareCommand.Create(),
        CheckCommand.Create(),
        CompletionCommand.Create(),
    };

    /// <summary>The arguments with the review's spellings, such as <c>-batch_size</c>, replaced by this project's.</summary>
    public static string[] Translate(IEnumerable<string> arguments) => [.. arguments.Select(argument =>
    {
        var end = argument.IndexOf('=', StringComparison.Ordinal) is var at && at < 0 ? argument.Length : at;
        return ReviewSpellings.TryGetValue(argument[..end], out var spelling) ? spelling + argument[end..] : argument;
    })];
}
