using System.Text.Json.Nodes;
using WassersteinAutoEncoders.Reporting.Tests.Support;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Reporting.Tests.Html;

/// <summary>The page as a browser shows it. One browser for all, as starting one takes longer than a test.</summary>
public class BrowserTests
{
    /// <summary>The smallest contrast of any visible text with the ground behind it, and the text.</summary>
    internal const string SmallestContrast = """
        (() => {
          const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
          const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
          const luminance = c => { const l = c.slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * l[0] + .7152 * l[1] + .0722 * l[2]; };
          const ground = e => {
            const layers = [];
            for (let n = e; n; n = n.parentElement) {
              const style = getComputedStyle(n), image = style.backgroundImage.match(/rgba?\([^)]*\)/);
              layers.push(parse(style.backgroundColor));
              if (image) layers[layers.length - 1] = parse(image[0]);
            }
            return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
          };
          let worst = [99, ''];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node; node = walker.nextNode();) {
            const e = node.parentElement, text = node.textContent.trim();
            if (!text || e.closest('script,style,[hidden],details:not([open]) > :not(summary)') || !e.getClientRects().length) continue;
            const style = getComputedStyle(e), ink = parse(e instanceof SVGElement ? style.fill : style.color), under = ground(e);
            const [a, b] = [luminance(over(ink, under)), luminance(under)].sort((x, y) => y - x), ratio = (a + .05) / (b + .05);
            if (ratio < worst[0]) worst = [ratio, text];
          }
          return worst;
        })()
        """;

    [BrowserFact]
    public async Task The_page_works_in_a_browser()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("report.html");
        SyntheticRun.Record(path, 6, 4, new ReportOptions { Title = HtmlReportTests.Hostile, CostUnit = "nats an image", Settings = [new(HtmlReportTests.Hostile, HtmlReportTests.Hostile)] },
            classNames: ["cat", HtmlReportTests.Hostile, "dog"], further: [new Metric(HtmlReportTests.Hostile, 1)]);
        await using var browser = await Browser.StartAsync();

        await browser.OpenAsync(path);
        await TheSliderChangesThePictures(browser);
        await KeysMoveTheSlider(browser);
        await PlayingReachesTheEnd(browser);
        await SpacePlays(browser);
        await TheContentsLeadToHeadings(browser);
        await DataAreSaved(browser);
        await TheScaleCanBeSwitched(browser);
        await AxesAndClassesCanBeChosen(browser);
        await ValuesAreShownUnderThePointer(browser);
        Assert.Null(await browser.EvaluateAsync("window.hacked ?? null"));
        Assert.Empty(browser.Errors);
        Assert.All(browser.Requests, address => Assert.True(address.StartsWith("file:", StringComparison.Ordinal) || address.StartsWith("data:", StringComparison.Ordinal), address));

        foreach (var width in (int[])[1280, 390])
        {
            foreach (var dark in (bool[])[false, true])
            {
                await browser.OpenAsync(path, width, dark);
                var worst = (await browser.EvaluateAsync(SmallestContrast))!.AsArray();
                // Level AA of the Web Content Accessibility Guidelines.
                Assert.True((double)worst[0]! >= 4.5, $"'{worst[1]}' has a contrast of {worst[0]}, width {width}, dark {dark}.");
                var ground = (await browser.EvaluateAsync("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]"))!;
                Assert.Equal(dark, (double)ground < 60);
                Assert.True((double)(await browser.EvaluateAsync("document.documentElement.scrollWidth"))! <= width, $"The page is wider than {width}.");
                var smallest = (double)(await browser.EvaluateAsync("Math.min(...[...document.querySelectorAll('svg.plot text:not([transform])')].map(t => t.getBoundingClientRect().height).filter(h => h > 0))"))!;
                Assert.True(smallest >= 9, $"Text of a plot is {smallest} pixels high at width {width}.");
                Assert.Empty(browser.Errors);
            }
        }
        await TheThemeCanBeSwitched(browser);
        await AnAnimationPlays(browser, folder);
    }

    private static async Task TheSliderChangesThePictures(Browser browser)
    {
        var last = await StateAsync(browser);
        await browser.EvaluateAsync("(() => { const s = document.getElementById('slider'); s.value = 0; s.dispatchEvent(new Event('input')); })()");
        var first = await StateAsync(browser);
        Assert.Equal(("Epoch 6", "Epoch 0"), ((string)last["shown"]!, (string)first["shown"]!));
        foreach (var part in (string[])["reconstructions", "samples", "points", "bars", "caption"])
        {
            Assert.NotEqual((string)last[part]!, (string)first[part]!);
        }

        Assert.Equal("Epoch 0", (string)(await browser.EvaluateAsync("document.getElementById('slider').getAttribute('aria-valuetext')"))!);

        // And the picture on the screen, not only the document behind it.
        var before = PngReader.Read(await browser.PictureAsync("#scatter"));
        await browser.EvaluateAsync("(() => { const s = document.getElementById('slider'); s.value = s.max; s.dispatchEvent(new Event('input')); })()");
        var after = PngReader.Read(await browser.PictureAsync("#scatter"));
        Assert.Equal((before.Width, before.Height), (after.Width, after.Height));
        Assert.True(before.Pixels.Zip(after.Pixels, (a, b) => a == b ? 0 : 1).Sum() > 1000);
        Assert.Equal(last.ToJsonString(), (await StateAsync(browser)).ToJsonString());
    }

    private static async Task<JsonObject> StateAsync(Browser browser) => (await browser.EvaluateAsync("""
        ({
          shown: document.getElementById('shown').textContent,
          reconstructions: document.getElementById('sprite-reconstructions').getAttribute('href'),
          samples: document.getElementById('sprite-samples').getAttribute('href'),
          points: [...document.querySelectorAll('#scatter .points')].map(p => p.getAttribute('d')).join(),
          bars: [...document.querySelectorAll('.bars')].map(p => p.getAttribute('d')).join(),
          caption: [...document.querySelectorAll('[data-hist] small')].map(p => p.textContent).join()
        })
        """))!.AsObject();

    private static async Task KeysMoveTheSlider(Browser browser)
    {
        await browser.EvaluateAsync("document.getElementById('slider').focus()");
        await browser.PressAsync("ArrowLeft", 37);
        await browser.WaitAsync("document.getElementById('shown').textContent !== 'Epoch 6'");
        await browser.PressAsync("End", 35);
        await browser.WaitAsync("document.getElementById('shown').textContent === 'Epoch 6'");
    }

    private static async Task SpacePlays(Browser browser)
    {
        await browser.EvaluateAsync("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }))");
        Assert.Contains("Stop", (string)(await browser.EvaluateAsync("document.getElementById('play').textContent"))!, StringComparison.Ordinal);
        await browser.EvaluateAsync("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }))");
        Assert.Contains("Play", (string)(await browser.EvaluateAsync("document.getElementById('play').textContent"))!, StringComparison.Ordinal);
    }

    private static async Task TheContentsLeadToHeadings(Browser browser)
    {
        Assert.True((double)(await browser.EvaluateAsync("document.querySelectorAll('.contents a').length"))! >= 6);
        Assert.Equal(0, (double)(await browser.EvaluateAsync("[...document.querySelectorAll('.contents a')].filter(a => !document.querySelector(a.getAttribute('href'))).length"))!);
    }

    /// <summary>What a button saves is read before the browser takes it for a download.</summary>
    private static async Task DataAreSaved(Browser browser)
    {
        await browser.EvaluateAsync("window.saved = {}; URL.createObjectURL = blob => { blob.text().then(text => window.saved[window.saving] = text); return 'data:,'; }; HTMLAnchorElement.prototype.click = function () { window.file = this.download; }");
        foreach (var (key, head) in ((string, string)[])[("losses", "metric,series,epoch,value"), ("codes", "epoch,class,"), ("histograms", "dimension,from,to,codes,prior")])
        {
            await browser.EvaluateAsync($"window.saving = '{key}'; document.querySelector('[data-save={key}]').onclick()");
            await Task.Delay(100);
            var text = (string)(await browser.EvaluateAsync($"window.saved['{key}']"))!;
            Assert.StartsWith(head, text, StringComparison.Ordinal);
            Assert.True(text.Split('\n').Length > 20, text);
            Assert.Equal(key + ".csv", (string)(await browser.EvaluateAsync("window.file"))!);
        }
    }

    private static async Task PlayingReachesTheEnd(Browser browser)
    {
        await browser.EvaluateAsync("document.getElementById('play').click()");
        Assert.Equal("Epoch 0", (string)(await browser.EvaluateAsync("document.getElementById('shown').textContent"))!);
        await browser.WaitAsync("document.getElementById('shown').textContent === 'Epoch 6' && document.getElementById('play').textContent.includes('Play')");
    }

    private static async Task TheScaleCanBeSwitched(Browser browser)
    {
        const string visible = "[...document.querySelectorAll('[data-chart]')].map(f => [...f.querySelectorAll('[data-view]')].filter(v => v.offsetHeight > 0).map(v => v.dataset.view).join()).join()";
        Assert.Equal("linear,linear,linear", (string)(await browser.EvaluateAsync(visible))!);
        await browser.EvaluateAsync("document.querySelector('[data-scale=log]').click()");
        Assert.Equal("log,log,log", (string)(await browser.EvaluateAsync(visible))!);
        // The penalty ends below zero, which only a symmetric scale can show.
        Assert.True((bool)(await browser.EvaluateAsync("[...document.querySelectorAll('[data-view=log] .y-label')].some(t => t.textContent.includes('symmetric log'))"))!);
    }

    private static async Task AxesAndClassesCanBeChosen(Browser browser)
    {
        const string points = "[...document.querySelectorAll('#scatter .points')].map(p => p.getAttribute('d')).join()";
        var principal = (string)(await browser.EvaluateAsync(points))!;
        await browser.EvaluateAsync("(() => { const s = document.getElementById('axis-x'); s.value = 3; s.dispatchEvent(new Event('change')); })()");
        Assert.Equal("z1 z0", (string)(await browser.EvaluateAsync("document.querySelector('#scatter .x-label').textContent + ' ' + document.querySelector('#scatter .y-label').textContent"))!);
        Assert.NotEqual(principal, (string)(await browser.EvaluateAsync(points))!);
        await browser.EvaluateAsync("document.querySelector('[data-class=\"1\"]').click()");
        Assert.Equal("0.08,1,0.08", (string)(await browser.EvaluateAsync("[...document.querySelectorAll('#scatter .points')].map(p => p.style.opacity).join()"))!);
        await browser.EvaluateAsync("document.querySelector('[data-class=\"1\"]').click()");
    }

    private static async Task ValuesAreShownUnderThePointer(Browser browser)
    {
        const string tip = "document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent";
        // Scrolling hides what is shown, a frame later: the pointer moves after that.
        const string move = "(async selector => {{ const s = document.querySelector(selector); s.scrollIntoView({{ block: 'center', behavior: 'instant' }}); for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame); const b = s.getBoundingClientRect(); s.dispatchEvent(new PointerEvent('pointermove', {{ clientX: b.x + b.width * {1}, clientY: b.y + b.height * {2} }})); }})('{0}')";
        await browser.EvaluateAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, move, "[data-view=log] svg", "0.6", "0.5"));
        Assert.Matches("^epoch .*training, epochs: .* nats an image", ((string)(await browser.EvaluateAsync(tip))!).ReplaceLineEndings(" "));
        await browser.EvaluateAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, move, "[data-hist] svg", "0.5", "0.5"));
        Assert.Contains("prior:", (string)(await browser.EvaluateAsync(tip))!, StringComparison.Ordinal);
        await browser.EvaluateAsync("document.querySelector('[data-view=log] svg').focus({ preventScroll: true })");
        await browser.PressAsync("ArrowLeft", 37);
        Assert.StartsWith("epoch", (string)(await browser.EvaluateAsync(tip))!, StringComparison.Ordinal);
        await browser.PressAsync("Escape", 27);
        Assert.Equal("", (string)(await browser.EvaluateAsync(tip))!);
    }

    private static async Task TheThemeCanBeSwitched(Browser browser)
    {
        const string ground = "getComputedStyle(document.body).backgroundColor";
        var before = (string)(await browser.EvaluateAsync(ground))!;
        await browser.EvaluateAsync("document.getElementById('theme').click()");
        Assert.NotEqual(before, (string)(await browser.EvaluateAsync(ground))!);
    }

    private static async Task AnAnimationPlays(Browser browser, TemporaryFolder folder)
    {
        var report = SyntheticRun.Record(folder.File("other.html"), 2);
        new Figure(LatentFigure.Draw([.. report.Snapshots.Select(s => (s.Codes!, $"epoch {s.Epoch}"))], report.Prior, report.Labels, report.ClassNames)).Save(folder.File("latent.svg"));
        await File.WriteAllTextAsync(folder.File("page.html"), "<!DOCTYPE html><title>t</title><img src=\"latent.svg\" width=\"480\">");
        await browser.OpenAsync(folder.File("page.html"));
        Assert.Equal(480, (int)(await browser.EvaluateAsync("document.querySelector('img').width"))!);
        var pictures = new HashSet<string>();
        for (var n = 0; n < 60 && pictures.Count < 2; n++)
        {
            pictures.Add(Convert.ToBase64String(await browser.PictureAsync("img")));
            await Task.Delay(100);
        }
        Assert.True(pictures.Count >= 2);
    }
}
