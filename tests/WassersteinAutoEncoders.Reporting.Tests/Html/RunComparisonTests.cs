using WassersteinAutoEncoders.Reporting.Tests.Support;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Reporting.Tests.Html;

/// <summary>Several runs on one page, from nothing but their reports.</summary>
public class RunComparisonTests
{
    private static string Report(TemporaryFolder folder, string name, int epochs, string lambda, string unit = "nats an image", string title = "A run", IReadOnlyList<Metric>? further = null)
    {
        var path = folder.File($"{name}/report.html");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SyntheticRun.Record(path, epochs, 2, new ReportOptions { Title = title, CostUnit = unit, Settings = [new("λ", lambda), new("Batch", "128")] }, further: further);
        return path;
    }

    [Fact]
    public void The_page_has_final_figures_curves_and_the_settings_that_differ()
    {
        using var folder = new TemporaryFolder();
        var page = folder.File("compare.html");
        string[] reports = [Report(folder, "mmd", 4, "10"), Report(folder, "sliced", 6, "100", further: [new Metric("critic/loss", 1), new Metric("gap", 0.5)])];
        RunComparison.Write(page, [Path.GetDirectoryName(reports[0])!, reports[1]], title: "MMD and slices");
        var html = File.ReadAllText(page);

        Assert.Contains("<h1>MMD and slices</h1>", html, StringComparison.Ordinal);
        var figures = Part(html, "h-runs");
        Assert.Contains("mmd", figures, StringComparison.Ordinal);
        Assert.Contains("Reconstruction", figures, StringComparison.Ordinal);
        Assert.Contains("60.05", figures, StringComparison.Ordinal);
        Assert.Contains("4 of 4 epochs", figures, StringComparison.Ordinal);
        Assert.Contains("6 of 6 epochs", figures, StringComparison.Ordinal);
        Assert.DoesNotContain("different units", figures, StringComparison.Ordinal);

        var curves = Part(html, "h-curves");
        foreach (var chart in new[] { "Reconstruction, validation", "Reconstruction, training, epochs", "Latent penalty, validation", "Total, training, epochs" })
        {
            Assert.Contains(chart, curves, StringComparison.Ordinal);
        }

        Assert.Equal(curves.Split("data-of=\"0\"").Length, curves.Split("data-of=\"1\"").Length);
        var differing = Part(html, "h-settings");
        Assert.Contains("<th scope=\"row\">λ</th><td>10</td><td>100</td>", differing, StringComparison.Ordinal);
        Assert.DoesNotContain("Batch", differing, StringComparison.Ordinal);
        var shared = Part(html, "h-shared");
        Assert.Contains("<th scope=\"row\">Batch</th><td>128</td>", shared, StringComparison.Ordinal);
        Assert.Contains("TorchSharp", shared, StringComparison.Ordinal);
        Assert.DoesNotContain(">λ<", shared, StringComparison.Ordinal);
        Assert.Contains("Largest marginal distance", Part(html, "h-diagnosis"), StringComparison.Ordinal);
    }

    /// <summary>One judge, one value: the comparison shows what the reports show.</summary>
    [Fact]
    public void Figures_are_those_of_the_reports()
    {
        using var folder = new TemporaryFolder();
        string[] reports = [Report(folder, "a", 3, "1"), Report(folder, "b", 5, "1")];
        RunComparison.Write(folder.File("c.html"), reports);
        var html = File.ReadAllText(folder.File("c.html"));
        foreach (var report in reports)
        {
            var tiles = File.ReadAllText(report).Split("<div class=\"value\">").Skip(1).Select(tile => tile[..tile.IndexOf('<', StringComparison.Ordinal)]).ToArray();
            Assert.NotEmpty(tiles);
            Assert.All(tiles, value => Assert.Contains($"<strong>{value}</strong>", html, StringComparison.Ordinal));
        }

        Assert.DoesNotContain("id=\"h-settings\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Costs_in_different_units_are_named_and_share_no_axis_label()
    {
        using var folder = new TemporaryFolder();
        RunComparison.Write(folder.File("c.html"), [Report(folder, "a", 2, "1", "nats an image"), Report(folder, "b", 2, "1", "squares a pixel")]);
        var html = File.ReadAllText(folder.File("c.html"));
        Assert.Contains("different units", Part(html, "h-runs"), StringComparison.Ordinal);
        Assert.DoesNotContain("nats an image</text>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/r/a/report.html|/r/b/report.html", "a|b")]
    [InlineData("/r/one.html|/r/two.html", "one|two")]
    [InlineData("/r/x/1/report.html|/r/y/1/report.html", "x/1|y/1")]
    [InlineData("/r/a/report.html|/r/a/other.html", "report|other")]
    [InlineData("/r/a/report.html|/r/a/report.html", "report (1)|report (2)")]
    public void Runs_are_called_by_what_differs_in_their_paths(string paths, string expected)
        => Assert.Equal(expected.Split('|'), RunComparison.Names([.. paths.Split('|').Select(path => path.Replace('/', Path.DirectorySeparatorChar))]));

    [Fact]
    public void Hostile_reports_stay_text()
    {
        using var folder = new TemporaryFolder();
        var hostile = HtmlReportTests.Hostile;
        string[] reports = [Report(folder, "a", 2, hostile, hostile, hostile, [new Metric(hostile, 1), new Metric(hostile + "2", double.NaN)]), Report(folder, "b", 2, "1")];
        RunComparison.Write(folder.File("c.html"), reports, [hostile, "b"], hostile);
        var html = File.ReadAllText(folder.File("c.html"));
        Assert.DoesNotContain("<script>window", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", html, StringComparison.Ordinal);
        Assert.Equal(2, html.Split("<script").Length - 1);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var good = Report(folder, "a", 2, "1");
        var page = folder.File("c.html");
        Assert.Throws<ArgumentException>("reports", () => RunComparison.Write(page, [good]));
        Assert.Throws<ArgumentException>("reports", () => RunComparison.Write(page, [.. Enumerable.Repeat(good, 13)]));
        Assert.Throws<ArgumentException>("names", () => RunComparison.Write(page, [good, good], ["a"]));
        Assert.Throws<FileNotFoundException>(() => RunComparison.Write(page, [good, folder.File("none.html")]));
        const string begin = "<script type=\"application/json\" id=\"data\">";
        foreach (var (name, content) in new[]
        {
            ("page", "<html><body>Hello</body></html>"),
            ("cut", begin + "{\"run\":{"),
            ("json", begin + "{\"run\":</script>"),
            ("old", begin + "{\"axis\":\"epoch\",\"charts\":[]}</script>"),
            ("rows", begin + "{\"run\":{\"title\":\"\",\"unit\":\"\",\"state\":\"\",\"figures\":[[\"a\"]],\"diagnosis\":[],\"settings\":[],\"environment\":[]},\"axis\":\"epoch\",\"charts\":[]}</script>"),
            ("deep", begin + new string('[', 5000) + "</script>"),
            ("series", begin + "{\"run\":{\"title\":\"\",\"unit\":\"\",\"state\":\"\",\"figures\":[],\"diagnosis\":[],\"settings\":[],\"environment\":[]},\"axis\":\"epoch\",\"charts\":[{\"name\":\"a\",\"series\":[{\"label\":\"\",\"x\":[1,2],\"y\":[1]}]}]}</script>"),
        })
        {
            var bad = folder.File(name + ".html");
            File.WriteAllText(bad, content);
            Assert.Contains(bad, Assert.Throws<InvalidDataException>(() => RunComparison.Write(page, [good, bad])).Message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(page));
    }

    [BrowserFact]
    public async Task The_page_works_in_a_browser()
    {
        using var folder = new TemporaryFolder();
        var page = folder.File("compare.html");
        RunComparison.Write(page, [Report(folder, "mmd", 4, "10"), Report(folder, "sliced", 6, "100"), Report(folder, "sinkhorn", 5, "1")], [HtmlReportTests.Hostile, "sliced", "sinkhorn"]);
        await using var browser = await Browser.StartAsync();
        await browser.OpenAsync(page);
        const string move = "(async () => { const s = document.querySelector('[data-view=linear] svg'); s.scrollIntoView({ block: 'center', behavior: 'instant' }); for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame); const b = s.getBoundingClientRect(); s.dispatchEvent(new PointerEvent('pointermove', { clientX: b.x + b.width * .6, clientY: b.y + b.height * .5 })); return document.getElementById('tip').textContent; })()";
        var tip = (string)(await browser.EvaluateAsync(move))!;
        Assert.Contains("sliced: ", tip, StringComparison.Ordinal);
        Assert.Contains("sinkhorn: ", tip, StringComparison.Ordinal);

        await browser.EvaluateAsync("document.querySelector('[data-run=\"1\"]').focus()");
        await browser.EvaluateAsync("document.activeElement.click()");
        Assert.DoesNotContain("sliced: ", (string)(await browser.EvaluateAsync(move))!, StringComparison.Ordinal);
        Assert.True((bool)(await browser.EvaluateAsync("[...document.querySelectorAll('[data-of=\"1\"]')].every(line => line.style.display === 'none') && document.querySelector('[data-run=\"1\"]').getAttribute('aria-pressed') === 'false'"))!);
        await browser.EvaluateAsync("document.querySelector('[data-run=\"1\"]').click()");
        Assert.Contains("sliced: ", (string)(await browser.EvaluateAsync(move))!, StringComparison.Ordinal);
        await browser.EvaluateAsync("document.querySelector('[data-scale=log]').click()");
        Assert.True((bool)(await browser.EvaluateAsync("document.querySelector('[data-view=linear]').hidden && !document.querySelector('[data-view=log]').hidden"))!);
        Assert.Null(await browser.EvaluateAsync("window.hacked ?? null"));
        Assert.All(browser.Requests, address => Assert.StartsWith("file:", address, StringComparison.Ordinal));

        foreach (var (width, dark) in new[] { (1280, false), (1280, true), (390, false), (390, true) })
        {
            await browser.OpenAsync(page, width, dark);
            var worst = (await browser.EvaluateAsync(BrowserTests.SmallestContrast))!.AsArray();
            Assert.True((double)worst[0]! >= 4.5, $"'{worst[1]}' has a contrast of {worst[0]}, width {width}, dark {dark}.");
            Assert.True((double)(await browser.EvaluateAsync("document.documentElement.scrollWidth"))! <= width, $"The page is wider than {width}.");
            Assert.Empty(browser.Errors);
            if (Environment.GetEnvironmentVariable("WAE_PICTURES") is { } pictures)
            {
                await File.WriteAllBytesAsync(Path.Combine(pictures, $"compare-{width}-{(dark ? "dark" : "light")}.png"), await browser.PictureAsync("body"));
            }
        }
    }

    private static string Part(string html, string heading)
    {
        var begin = html.IndexOf($"<section class=\"card s12\" aria-labelledby=\"{heading}\"", StringComparison.Ordinal);
        Assert.True(begin >= 0, $"There is no section {heading}.");
        return html[begin..html.IndexOf("</section>", begin, StringComparison.Ordinal)];
    }
}
