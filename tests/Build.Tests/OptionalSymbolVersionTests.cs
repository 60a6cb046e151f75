using System.Collections;
using System.Reflection;
using Microsoft.Build.Framework;

namespace Build.Tests;

/// <summary>The build task over the published library of TorchSharp.</summary>
public sealed class OptionalSymbolVersionTests : IDisposable
{
    private static readonly string Published = Path.Combine(
        typeof(OptionalSymbolVersionTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TorchSharp").Value!,
        "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    private readonly string _folder = Directory.CreateTempSubdirectory("wae-build-").FullName;
    private readonly Messages _messages = new();

    private string Copy => Path.Combine(_folder, "deep", "copy.so");

    private string Answer => Path.Combine(_folder, "deep", "answer.txt");

    [Fact]
    public void On_Debian_12_one_bit_of_the_published_library_changes_and_the_package_cache_stays()
    {
        var before = File.ReadAllBytes(Published);

        Run(Published, Libstdcxx(30));

        Assert.Empty(_messages.Warnings);
        Assert.Equal(before, File.ReadAllBytes(Published));
        var after = File.ReadAllBytes(Copy);
        Assert.Equal(before.Length, after.Length);
        Assert.Equal([(0x3fa34, (byte)0, (byte)2)], before.Zip(after).Select((pair, at) => (at, pair.First, pair.Second)).Where(change => change.First != change.Second));
        Assert.True(File.Exists(Answer));
    }

    [Fact]
    public void On_Debian_13_there_is_nothing_to_do()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Copy)!);
        File.WriteAllText(Copy, "left from an older TorchSharp");
        Run(Published, Libstdcxx(33));
        Assert.Empty(_messages.Warnings);
        Assert.False(File.Exists(Copy));
        Assert.True(File.Exists(Answer));
    }

    [Fact]
    public void On_RHEL_9_one_line_says_what_is_missing_and_every_build_says_it_again()
    {
        Run(Published, Libstdcxx(29));
        var warning = Assert.Single(_messages.Warnings);
        Assert.Equal(
            "TorchSharp may not load on this machine: its library needs GLIBCXX_3.4.30, GLIBCXX_3.4.32 of libstdc++.so.6, which this machine lacks. "
            + "Install the libstdc++ of GCC 13 or later, or use a newer system.",
            warning);
        Assert.False(File.Exists(Copy));
        Assert.False(File.Exists(Answer));
    }

    [Fact]
    public void A_damaged_library_is_reported_and_the_build_goes_on()
    {
        var damaged = Path.Combine(_folder, "damaged.so");
        File.WriteAllBytes(damaged, File.ReadAllBytes(Published)[..1_000_000]);
        Run(damaged, Libstdcxx(30));
        Assert.Contains("truncated", Assert.Single(_messages.Warnings), StringComparison.Ordinal);
        Assert.False(File.Exists(Copy));
    }

    [Fact]
    public void A_library_that_is_not_there_is_reported_and_the_build_goes_on()
    {
        Run(Path.Combine(_folder, "none.so"), Libstdcxx(30));
        Assert.Contains("none.so", Assert.Single(_messages.Warnings), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Run(string library, byte[] libstdcxx)
    {
        var runtime = Path.Combine(_folder, "libstdc++.so.6");
        File.WriteAllBytes(runtime, libstdcxx);
        Assert.True(new OptionalSymbolVersion { Library = library, Copy = Copy, Answer = Answer, Runtime = runtime, BuildEngine = _messages }.Execute());
    }

    /// <summary>What libstdc++ defines up to GLIBCXX_3.4.<paramref name="last"/>.</summary>
    private static byte[] Libstdcxx(int last) => ElfImage.Runtime(
    [
        "GLIBCXX_3.4", .. Enumerable.Range(1, last).Select(i => $"GLIBCXX_3.4.{i}"), "CXXABI_1.3", .. Enumerable.Range(1, 13).Select(i => $"CXXABI_1.3.{i}"),
    ]);

    private sealed class Messages : IBuildEngine
    {
        public List<string> Warnings { get; } = [];

        public bool ContinueOnError => false;

        public int LineNumberOfTaskNode => 0;

        public int ColumnNumberOfTaskNode => 0;

        public string ProjectFileOfTaskNode => "";

        public void LogWarningEvent(BuildWarningEventArgs e) => Warnings.Add(e.Message!);

        public void LogErrorEvent(BuildErrorEventArgs e) => Assert.Fail(e.Message);

        public void LogMessageEvent(BuildMessageEventArgs e)
        {
        }

        public void LogCustomEvent(CustomBuildEventArgs e)
        {
        }

        public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs) => throw new NotSupportedException();
    }
}
