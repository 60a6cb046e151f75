using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>Measurements as a table for people, in Markdown.</summary>
internal static class Report
{
    public static string Markdown(string title, string command, string? other, IReadOnlyList<Measurement> measurements)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {title}\n\nWritten by `{command}` on {DateTime.UtcNow:yyyy-MM-dd}.\n");
        text.Append(CultureInfo.InvariantCulture, $"Machine: {Processor()}, {Environment.ProcessorCount} logical processors; {RuntimeInformation.OSDescription.Trim()}; .NET {Environment.Version}; libtorch {TorchSharp.torch.__version__} here. ");
        text.Append(other ?? "No PyTorch beside it.").Append("\n\n");
        text.Append("Ratio = the other side's median time / ours; both take turns in one run. The other side is PyTorch where nothing else is said. Times depend on the machine, ratios less so.\n\n");
        text.Append("| work | threads | the other, ms | ours, ms | ratio | target | allocated a round |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var measurement in measurements)
        {
            text.Append(Row(measurement)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What stands on the other side, and whether its matrix products are of the kind that anyone would use.</summary>
    public static string OtherSide(string version, double ours, double theirs)
        => string.Create(CultureInfo.InvariantCulture, $"PyTorch {version} beside it. A product of 512 × 512 matrices on one thread: {ours:0} GFlop/s here, {theirs:0} there.")
            + (theirs < ours / 4 ? " Its BLAS is a slow one: ratios that rest on matrix products say nothing. Debian's python3-torch needs libopenblas0-pthread beside it." : "");

    public static string Row(Measurement m)
        => string.Create(CultureInfo.InvariantCulture,
            $"| {m.Comparison.Name} | {m.Comparison.Threads} | {(m.Theirs is { } t ? Milliseconds(t) : "–")} | {Milliseconds(m.Ours)} | {(m.Ratio is { } r ? r.ToString(r < 9.95 ? "0.00" : "0.0", CultureInfo.InvariantCulture) : "–")} | {Verdict(m)} | {m.AllocatedBytes / 1024.0:0.0} KB |");

    private static string Verdict(Measurement m) => m.Comparison.Target switch
    {
        null => "",
        { } target when m.Ratio is null => $"≥ {target:0.##}",
        { } target => $"≥ {target:0.##} {(m.Ratio >= target ? "✓" : "✗ not reached")}",
    };

    private static string Milliseconds(double seconds) => (seconds * 1e3).ToString(seconds < 0.01 ? "0.000" : "0.0", CultureInfo.InvariantCulture);

    public static string Processor()
    {
        const string file = "/proc/cpuinfo";
        var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 2)..];
    }
}
