using System.Globalization;
using System.Text;
using System.Text.Json;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Several runs on one page: final figures, curves over each other, the settings that differ. The runs' own reports are its data.</summary>
/// <remarks>The page needs nothing else, as a report does not, and forbids itself any connection. What the reports hold is taken as text and numbers; no code of theirs is run.</remarks>
public static class RunComparison
{
    /// <summary>The most runs that lines on one chart can tell apart.</summary>
    public const int MaximumRuns = 12;

    private const long LongestReport = 1 << 28;
    private const string Begin = "<script type=\"application/json\" id=\"data\">";

    /// <summary>Writes the page.</summary>
    /// <param name="path">The HTML file; its folder must exist. An existing file is replaced as a whole.</param>
    /// <param name="reports">Reports of a <see cref="ReportObserver"/> or <see cref="ReportRecorder"/>: HTML files, or folders with a <c>report.html</c>; 2 to <see cref="MaximumRuns"/> of them, in the order of the page.</param>
    /// <param name="names">What the runs are called; the shortest parts of their paths that differ when <see langword="null"/>.</param>
    /// <param name="title">The page's title.</param>
    /// <exception cref="ArgumentException">There are too few or too many runs, or not as many names.</exception>
    /// <exception cref="InvalidDataException">A file is no report, or one of an earlier version; the message names it.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read, or the page cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<string> reports, IReadOnlyList<string>? names = null, string title = "Runs compared")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentNullException.ThrowIfNull(title);
        if (reports.Count is < 2 or > MaximumRuns || reports.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException($"Expected the paths of 2 to {MaximumRuns} reports; got {reports.Count}{(reports.Any(string.IsNullOrWhiteSpace) ? ", one of them empty" : "")}. Compare some of them at a time.", nameof(reports));
        }

        if (names is not null && (names.Count != reports.Count || names.Any(string.IsNullOrWhiteSpace)))
        {
            throw new ArgumentException($"Expected a name for each of {reports.Count} reports; got {names.Count(name => !string.IsNullOrWhiteSpace(name))}.", nameof(names));
        }

        string[] files = [.. reports.Select(report => Path.GetFullPath(Directory.Exists(report) ? Path.Combine(report, "report.html") : report))];
        var called = names ?? Names(files);
        AtomicFile.WriteAllBytes(Path.GetFullPath(path), Encoding.UTF8.GetBytes(ComparisonPage.Render(title, [.. files.Select((file, n) => Read(file, called[n]))])));
    }

    /// <summary>The part of each path, counted from its end, that begins where all differ; the paths as they are where one came twice.</summary>
    internal static IReadOnlyList<string> Names(IReadOnlyList<string> files)
    {
        string[][] parts = [.. files.Select(file => Path.ChangeExtension(file, null).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))];
        for (var length = 1; length <= parts.Max(p => p.Length); length++)
        {
            // A name that all share, such as "report", tells nothing.
            string[] ends = [.. parts.Select(p => string.Join('/', p.TakeLast(length)))];
            if (ends.Distinct().Count() == files.Count)
            {
                var shared = parts.Select(p => p[^1]).Distinct().Count() == 1;
                return shared ? [.. parts.Select(p => string.Join('/', p.TakeLast(length).SkipLast(1)))] : ends;
            }
        }

        return [.. files.Select((file, n) => string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(file)} ({n + 1})"))];
    }

    private static ComparedRun Read(string path, string name)
    {
        FileKind.CheckReadable(path);
        if (new FileInfo(path).Length > LongestReport)
        {
            throw new InvalidDataException($"'{path}' is larger than any report. Name a file that ReportObserver wrote.");
        }

        var html = File.ReadAllText(path);
        var begin = html.IndexOf(Begin, StringComparison.Ordinal);
        var end = begin < 0 ? -1 : html.IndexOf("</script>", begin, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new InvalidDataException($"'{path}' is no report of a run. Name a file that ReportObserver wrote.");
        }

        try
        {
            using var document = JsonDocument.Parse(html.AsMemory(begin + Begin.Length, end - begin - Begin.Length));
            return ComparedRun.Of(name, document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{path}' holds no data of a run that can be compared: {e.Message} Write it anew with this version.", e);
        }
    }
}

/// <summary>What a report says of its run.</summary>
internal sealed record ComparedRun(string Name, string Title, string CostUnit, string State, string Axis)
{
    /// <summary>The longest series that a report holds, and room.</summary>
    private const int MostValues = 100_000;

    public required IReadOnlyList<string[]> Figures { get; init; }

    public required IReadOnlyList<string[]> Diagnosis { get; init; }

    public required IReadOnlyList<string[]> Settings { get; init; }

    public required IReadOnlyList<(string Metric, LossChart.Curve Curve)> Curves { get; init; }

    public static ComparedRun Of(string name, JsonElement data)
    {
        var run = data.GetProperty("run");
        return new ComparedRun(name, Text(run, "title"), Text(run, "unit"), Text(run, "state"), Text(data, "axis"))
        {
            Figures = Rows(run, "figures", 3),
            Diagnosis = Rows(run, "diagnosis", 3),
            Settings = [.. Rows(run, "settings", 2), .. Rows(run, "environment", 2)],
            Curves = [.. data.GetProperty("charts").EnumerateArray().SelectMany(chart => chart.GetProperty("series").EnumerateArray().Select(series => (Text(chart, "name"), Curve(series))))],
        };
    }

    private static LossChart.Curve Curve(JsonElement series)
    {
        var (label, xs, ys) = (Text(series, "label"), Numbers(series, "x"), Numbers(series, "y"));
        return xs.Length == ys.Length
            ? new LossChart.Curve(label, label == LossChart.Label(MetricSource.Validation) ? MetricSource.Validation : label == LossChart.Label(MetricSource.Epoch) ? MetricSource.Epoch : MetricSource.Interval, xs, ys)
            : throw new FormatException("a series has more places than values.");
    }

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString() ?? "";

    private static IReadOnlyList<string[]> Rows(JsonElement parent, string name, int columns)
        => [.. parent.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(cell => cell.GetString() ?? "").ToArray() is { } cells && cells.Length == columns
            ? cells
            : throw new FormatException($"a row of '{name}' has not {columns} cells."))];

    private static double[] Numbers(JsonElement parent, string name)
    {
        double[] values = [.. parent.GetProperty(name).EnumerateArray().Take(MostValues + 1).Select(value => value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble())];
        return values.Length <= MostValues ? values : throw new FormatException("a series is too long.");
    }
}
