using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using WassersteinAutoEncoders.Reporting.Tests.Support;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Reporting.Tests.Html;

public partial class HtmlReportTests
{
    internal const string Hostile = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>\"'&<!--";

    [Fact]
    public void The_page_needs_nothing_but_itself()
    {
        using var folder = new TemporaryFolder();
        var html = HtmlReport.Render(SyntheticRun.Record(folder.File("r.html"), 3));
        Assert.Empty(Addresses().Matches(html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal)));
        var sources = Sources().Matches(html).Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(sources);
        Assert.All(sources, source => Assert.True(source.StartsWith("data:", StringComparison.Ordinal) || source.StartsWith('#'), source));
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void Every_drawing_is_well_formed_and_named(int dimension)
    {
        using var folder = new TemporaryFolder();
        var html = HtmlReport.Render(SyntheticRun.Record(folder.File("r.html"), 3, dimension));
        var drawings = Drawings().Matches(html);
        Assert.True(drawings.Count >= 6 + dimension);
        foreach (Match drawing in drawings)
        {
            var element = XElement.Parse(drawing.Value);
            Assert.True(element.Attribute("aria-label") is not null || element.Attribute("aria-hidden") is not null);
        }
    }

    [Fact]
    public void Hostile_names_and_values_stay_text()
    {
        using var folder = new TemporaryFolder();
        var report = SyntheticRun.Record(folder.File("r.html"), 2, options: new ReportOptions { Title = Hostile, Subtitle = Hostile, CostUnit = Hostile, Settings = [new(Hostile, Hostile)] },
            classNames: [Hostile, Hostile, Hostile], further: [new Metric(Hostile, 1), new Metric(Hostile + "2", double.NaN)]);
        report = report with { FurtherDiagnosis = [new DiagnosisRow(Hostile, Hostile, Hostile, Health.Bad, Hostile)], Notes = [Hostile], Environment = [new(Hostile, Hostile)] };
        var html = HtmlReport.Render(report);
        Assert.DoesNotContain("<img src=x", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>window", html, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(html, "<script"));
        Assert.Equal(2, Regex.Count(html, "</script"));
        var data = JsonDocument.Parse(html[(html.IndexOf("id=\"data\">", StringComparison.Ordinal) + 10)..html.IndexOf("</script>", StringComparison.Ordinal)]);
        Assert.Equal(Hostile, data.RootElement.GetProperty("scatter").GetProperty("classes")[0].GetString());
    }

    [Fact]
    public void A_hundred_epochs_of_pictures_that_do_not_compress_stay_below_twenty_megabytes()
    {
        // Noise of the size of CIFAR-10 images: 152 of them an epoch, and a thousand codes of 64 dimensions.
        var random = new Random(1);
        TilePicture Noise(int count)
        {
            var pixels = new byte[count * 32 * 32 * 3];
            random.NextBytes(pixels);
            return new TilePicture(pixels, count, 8, 32, 32);
        }
        var store = new SnapshotStore(new ReportOptions().MaxSnapshotBytes);
        for (var epoch = 0; epoch <= 100; epoch++)
        {
            var codes = new LatentCodes([.. Enumerable.Range(0, 64_000).Select(_ => random.NextSingle())], 64);
            store.Add(new EpochSnapshot(epoch, epoch) { Reconstructions = Noise(32), Samples = Noise(40), Interpolations = Noise(80), Codes = codes });
        }
        var points = Enumerable.Range(1, 600).Select(n => new MetricPoint(n, random.NextDouble())).ToArray();
        var report = new TrainingReport
        {
            Title = "t",
            Progress = new RunProgress(RunState.Completed, 600, 100, 100, TimeSpan.FromMinutes(1), TimeSpan.Zero),
            Series = [.. Enumerable.Range(0, 60).Select(n => new MetricSeries($"metric {n / 3}", (MetricSource)(n % 3), points))],
            EpochEnds = [.. Enumerable.Range(0, 101).Select(n => new EpochEnd(n, 6 * n, TimeSpan.Zero))],
            Inputs = Noise(32),
            Snapshots = store.Snapshots,
            Prior = new LatentCodes([.. Enumerable.Range(0, 64 * 20_000).Select(_ => random.NextSingle())], 64),
        };
        Assert.True(store.Snapshots.Count >= 10);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(HtmlReport.Render(report)), 5_000_000, 20_000_000);
    }

    [Fact]
    public void A_page_of_nothing_but_a_title_can_be_written()
    {
        var report = new TrainingReport { Title = "t", Progress = new RunProgress(RunState.Running, 0, 0, 0, TimeSpan.Zero, TimeSpan.Zero) };
        Assert.Contains("Nothing to judge yet", HtmlReport.Render(report), StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => HtmlReport.Render(null!));
    }

    [Fact]
    public void Codes_that_are_not_finite_do_not_break_the_page()
    {
        using var folder = new TemporaryFolder();
        var report = SyntheticRun.Record(folder.File("r.html"), 2, 3);
        var bad = new LatentCodes([.. report.Snapshots[^1].Codes!.Values.Select((v, i) => i % 7 == 0 ? float.NaN : i % 11 == 0 ? float.PositiveInfinity : v)], 3);
        var html = HtmlReport.Render(report with { Snapshots = [.. report.Snapshots.SkipLast(1), report.Snapshots[^1] with { Codes = bad }] });
        Assert.Contains("codes are not finite", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_does_not_follow_the_culture()
    {
        using var folder = new TemporaryFolder();
        var report = SyntheticRun.Record(folder.File("r.html"), 2, 3);
        var expected = HtmlReport.Render(report);
        var before = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NegativeSign = "~", NumberGroupSeparator = "." };
            CultureInfo.CurrentCulture = comma;
            Assert.Equal(expected, HtmlReport.Render(report));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [GeneratedRegex("https?:|[\\s\"'(=]//[a-z]", RegexOptions.IgnoreCase)]
    private static partial Regex Addresses();

    [GeneratedRegex("(?:src|href)=\"([^\"]*)\"")]
    private static partial Regex Sources();

    [GeneratedRegex("<svg xmlns=.*?</svg>(?=</div>|</section>|</figure>)", RegexOptions.Singleline)]
    private static partial Regex Drawings();
}
