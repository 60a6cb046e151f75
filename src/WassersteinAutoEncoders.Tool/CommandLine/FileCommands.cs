using System.CommandLine;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Tool.Files;
using WassersteinAutoEncoders.Tool.Running;

namespace WassersteinAutoEncoders.Tool.CommandLine;

/// <summary><c>wae inspect</c>: what a checkpoint or a file of weights holds, checked.</summary>
internal static class InspectCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A checkpoint or a file of weights (safetensors)" };
        var all = new Option<bool>("--tensors") { Description = "List every tensor" };
        return new Command("inspect", "Says what a checkpoint or a file of weights holds, and whether it is whole; reading runs no code of the file") { file, all }
            .Runs<(string Path, bool All)>(line => ((line.GetValue(file)!, line.GetValue(all)), []), static (asked, _) => Inspection.Run(asked.Path, asked.All, new ToolConsole()));
    }
}

/// <summary><c>wae sample</c>: pictures from a checkpoint of <c>wae train</c>.</summary>
internal static class SampleCommand
{
    private const int Most = 10_000;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("checkpoint") { Description = "A checkpoint of wae train" };
        var count = OptionFactory.Whole("--count", "How many pictures [96]");
        var grid = OptionFactory.Whole("--grid", "With two latent dimensions, in place of samples: pictures along a side of a grid of the prior's quantiles");
        var columns = OptionFactory.Whole("--columns", "Pictures in a row [16]");
        var scale = OptionFactory.Whole("--scale", "Each pixel becomes so many across [2]");
        var seed = OptionFactory.Long("--seed", "Seed of the samples [1]");
        var output = OptionFactory.Text("--out", "The PNG file [samples.png]", "file");
        return new Command("sample", "Draws pictures from a checkpoint of wae train: samples of the prior, decoded") { file, count, grid, columns, scale, seed, output }.Runs<SampleSettings>(
            line =>
            {
                var asked = new SampleSettings(line.GetValue(file)!, line.GetValue(count) ?? 96, line.GetValue(grid), line.GetValue(columns) ?? 16, line.GetValue(scale) ?? 2, line.GetValue(seed) ?? 1, line.GetValue(output) ?? "samples.png");
                (string Option, long Value, long From, long To)[] ranges =
                [
                    ("--count", asked.Count, 1, Most), ("--grid", asked.Grid ?? 2, 2, 100), ("--columns", asked.Columns, 1, Most), ("--scale", asked.Scale, 1, 32), ("--seed", asked.Seed, 0, long.MaxValue),
                ];
                return (asked, [.. ranges.Where(range => range.Value < range.From || range.Value > range.To).Select(range => $"{range.Option} must be between {range.From} and {range.To}, it is {range.Value}.")]);
            },
            static (asked, _) => SampleDrawing.Run(asked, new ToolConsole()));
    }
}

/// <summary><c>wae compare</c>: several runs on one page.</summary>
internal static class CompareCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var runs = new Argument<string[]>("runs") { Description = "Folders of wae train, or reports (HTML files)", Arity = new ArgumentArity(2, RunComparison.MaximumRuns) };
        var names = OptionFactory.Text("--names", "What the runs are called, separated by commas [what differs in their paths]", "a,b,…");
        var title = OptionFactory.Text("--title", "The page's title [Runs compared]", "text");
        var output = OptionFactory.Text("--out", "The HTML file [compare.html]", "file");
        return new Command("compare", "Sets several runs beside one another on one page: final figures, curves, the settings that differ") { runs, names, title, output }.Runs<(string[] Runs, string[]? Names, string Title, string Output)>(
            line =>
            {
                var (paths, called) = (line.GetValue(runs)!, line.GetValue(names)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
                return ((paths, called, line.GetValue(title) ?? "Runs compared", line.GetValue(output) ?? "compare.html"),
                    called is not null && called.Length != paths.Length ? [$"--names must have a name for each of {paths.Length} runs, it has {called.Length}."] : []);
            },
            static (asked, _) =>
            {
                RunComparison.Write(asked.Output, asked.Runs, asked.Names, asked.Title);
                new ToolConsole().Say($"{Path.GetFullPath(asked.Output)}: {asked.Runs.Length} runs on one page");
                return ExitCode.Success;
            });
    }
}

/// <summary><c>wae check</c>: whether this machine is ready.</summary>
internal static class CheckCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var threads = OptionFactory.Whole("--threads", "Threads of libtorch [its own choice]");
        return new Command("check", "Says whether this machine is ready: TorchSharp, versions, threads, GPU, the speed of a step beside its networks alone") { threads }.Runs<int?>(
            line => (line.GetValue(threads), line.GetValue(threads) is < 1 or > 1024 ? [$"--threads must be between 1 and 1024, it is {line.GetValue(threads)}."] : []),
            static (asked, token) => MachineCheck.Run(asked, new ToolConsole(), token));
    }
}

/// <summary><c>wae completion</c>: what a shell needs to complete options and their values.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # eval "$(wae completion bash)" in ~/.bashrc
            _wae() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(wae "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _wae wae
            """,
        ["zsh"] = """
            # eval "$(wae completion zsh)" in ~/.zshrc, after compinit
            _wae() {
                local -a found
                found=("${(@f)$(wae "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                compadd -- $found || _files
            }
            compdef _wae wae
            """,
        ["fish"] = """
            # wae completion fish > ~/.config/fish/completions/wae.fish
            complete -c wae -a '(wae "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
            """,
        ["pwsh"] = """
            # wae completion pwsh | Out-String | Invoke-Expression, in $PROFILE
            Register-ArgumentCompleter -Native -CommandName wae -ScriptBlock {
                param($word, $line, $position)
                wae "[suggest:$position]" "$line" | Where-Object { $_ -like "$word*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = string.Join(", ", Scripts.Keys) };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        return new Command("completion", "Writes the lines that make a shell complete wae; the first says where they go") { shell }.Runs<string>(
            line => (line.GetValue(shell)!, Scripts.ContainsKey(line.GetValue(shell)!) ? [] : [$"The shell must be one of {string.Join(", ", Scripts.Keys)}, it is '{line.GetValue(shell)}'."]),
            static (name, _) =>
            {
                Console.Out.WriteLine(Scripts[name].ReplaceLineEndings("\n"));
                return ExitCode.Success;
            });
    }
}
