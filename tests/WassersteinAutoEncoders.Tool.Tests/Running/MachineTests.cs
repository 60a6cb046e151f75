using System.Diagnostics;

namespace WassersteinAutoEncoders.Tool.Tests.Running;

/// <summary><c>wae check</c>, help, versions and completion.</summary>
public class MachineTests
{
    private static readonly string[] Commands = ["train", "bakeoff", "inspect", "sample", "check", "completion"];

    [Fact]
    public void Check_names_versions_threads_and_speed()
    {
        var text = Wae.Succeed("check", "--threads", "1");
        Assert.Matches(@"TorchSharp 0\.\d+\.\d+ loads, over libtorch \d+\.\d+", text);
        Assert.Contains("libtorch uses 1 of ", text, StringComparison.Ordinal);
        Assert.Matches(@"cpu: a step of the demonstration takes [\d.]+ ms \([\d,]+ pictures/s\)", text);
        Assert.Matches(@"the floor, its networks forward and back and nothing else, is [\d.]+ ms: [\d.]+ times; the gap, -?[\d.]+ ms", text);
        Wae.Fail(2, "--threads must be between 1 and 1024, it is 0.", "check", "--threads", "0");
    }

    [Fact]
    public void Every_command_has_help()
    {
        var text = Wae.Succeed("--help");
        foreach (var command in Commands)
        {
            Assert.Contains($"  {command} ", text, StringComparison.Ordinal);
            var help = Wae.Succeed(command, "--help");
            Assert.Matches($@"Usage:\s+\S+ {command} .*\[options\]", help);
            Assert.All(help.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 320));
        }

        Assert.Equal(2, Wae.Run().Code);
        Wae.Fail(2, "'dance'", "dance");
        Assert.Matches(@"^\d+\.\d+", Wae.Succeed("--version"));
    }

    [Theory]
    [InlineData("wae ", "train", "completion")]
    [InlineData("wae train --ba", "--batch-size")]
    [InlineData("wae train --preset ", "official", "review")]
    [InlineData("wae train --dataset ci", "cifar10")]
    [InlineData("wae completion ", "bash", "pwsh")]
    public void Words_are_suggested(string line, params string[] expected)
    {
        var words = Wae.Succeed($"[suggest:{line.Length}]", line).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.Empty(expected.Except(words));
        Assert.DoesNotContain("Official", words);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public void Scripts_are_written(string shell) => Assert.Contains("[suggest:", Wae.Succeed("completion", shell), StringComparison.Ordinal);

    [Theory]
    [InlineData("bash", """
        wae() { dotnet "$tool" "$@"; }
        COMP_LINE='wae train --preset off' COMP_POINT=22 COMP_CWORD=3 COMP_WORDS=(wae train --preset off)
        _wae
        printf '%s\n' "${COMPREPLY[@]}"
        """)]
    [InlineData("fish", """
        function wae; dotnet $tool $argv; end
        complete -C 'wae train --preset off'
        """)]
    public void A_shell_that_is_there_takes_its_script_and_asks_wae(string shell, string use)
    {
        var program = new[] { "/bin", "/usr/bin" }.Select(folder => Path.Combine(folder, shell)).FirstOrDefault(File.Exists);
        if (program is null)
        {
            return;
        }

        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("script"), Wae.Succeed("completion", shell) + use);
        var start = new ProcessStartInfo(program, [folder.File("script")]) { RedirectStandardOutput = true };
        start.Environment["tool"] = Path.Combine(AppContext.BaseDirectory, "wae.dll");
        using var process = Process.Start(start)!;
        Assert.Equal("official", process.StandardOutput.ReadToEnd().Trim());
    }

    [Fact]
    public void A_shell_that_is_not_known_is_a_mistake() => Wae.Fail(2, "The shell must be one of bash, zsh, fish, pwsh, it is 'tcsh'.", "completion", "tcsh");
}
