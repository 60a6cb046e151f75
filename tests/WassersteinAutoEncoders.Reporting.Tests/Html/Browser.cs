using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WassersteinAutoEncoders.Reporting.Tests.Html;

/// <summary>A headless Chromium, driven through the DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly ClientWebSocket _socket = new();
    private int _lastId;

    private Browser(Process process, DirectoryInfo profile) => (_process, _profile) = (process, profile);

    /// <summary>Where a Chromium is, or nothing.</summary>
    public static string? Executable { get; } = new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => "/usr/bin/" + name).FirstOrDefault(File.Exists);

    /// <summary>Errors of scripts and of the console, and addresses asked for, since the last page was opened.</summary>
    public List<string> Errors { get; } = [];

    public List<string> Requests { get; } = [];

    public static async Task<Browser> StartAsync()
    {
        var profile = Directory.CreateTempSubdirectory("wae-browser-");
        var process = Process.Start(new ProcessStartInfo(Executable!,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", "about:blank",
        ])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var browser = new Browser(process, profile);
        using var limit = new CancellationTokenSource(Patience);
        var portFile = Path.Combine(profile.FullName, "DevToolsActivePort");
        while (!File.Exists(portFile) || (await File.ReadAllLinesAsync(portFile, limit.Token)).Length < 2)
        {
            await Task.Delay(50, limit.Token);
        }

        var port = (await File.ReadAllLinesAsync(portFile, limit.Token))[0];
        using var http = new HttpClient();
        var targets = JsonNode.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/json/list"), limit.Token))!.AsArray();
        var page = targets.First(target => (string?)target!["type"] == "page")!;
        await browser._socket.ConnectAsync(new Uri((string)page["webSocketDebuggerUrl"]!), limit.Token);
        foreach (var domain in (string[])["Page", "Runtime", "Log", "Network"])
        {
            await browser.SendAsync(domain + ".enable");
        }

        return browser;
    }

    /// <summary>Opens a file and waits until it is there.</summary>
    public async Task OpenAsync(string path, int width = 1280, bool dark = false)
    {
        await SendAsync("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });
        await SendAsync("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }) });
        Errors.Clear();
        Requests.Clear();
        await SendAsync("Page.navigate", new JsonObject { ["url"] = new Uri(path).AbsoluteUri });
        var address = JsonSerializer.Serialize(new Uri(path).AbsoluteUri);
        await WaitAsync($"location.href === {address} && document.readyState === 'complete'");
    }

    /// <summary>The value of an expression.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var result = await SendAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        if (result["exceptionDetails"] is { } exception)
        {
            throw new InvalidOperationException(exception.ToJsonString());
        }

        return result["result"]?["value"];
    }

    public async Task WaitAsync(string condition)
    {
        var clock = Stopwatch.StartNew();
        while ((bool?)await EvaluateAsync(condition) is not true)
        {
            if (clock.Elapsed > Patience)
            {
                throw new TimeoutException(condition);
            }

            await Task.Delay(30);
        }
    }

    /// <summary>Presses and releases a key.</summary>
    public async Task PressAsync(string key, int code)
    {
        foreach (var type in (string[])["rawKeyDown", "keyUp"])
        {
            await SendAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = type, ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code });
        }
    }

    /// <summary>A picture of an element as it is drawn.</summary>
    public async Task<byte[]> PictureAsync(string selector)
    {
        var box = (await EvaluateAsync($"(() => {{ const b = document.querySelector('{selector}').getBoundingClientRect(); return [b.x + scrollX, b.y + scrollY, b.width, b.height]; }})()"))!.AsArray();
        var result = await SendAsync("Page.captureScreenshot", new JsonObject
        {
            ["captureBeyondViewport"] = true,
            ["clip"] = new JsonObject { ["x"] = (double)box[0]!, ["y"] = (double)box[1]!, ["width"] = (double)box[2]!, ["height"] = (double)box[3]!, ["scale"] = 1 },
        });
        return Convert.FromBase64String((string)result["data"]!);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        for (var attempt = 0; attempt < 20 && _profile.Exists; attempt++)
        {
            try
            {
                _profile.Delete(recursive: true);
            }
            catch (IOException)
            {
                // Children of the browser may still be closing their files.
                await Task.Delay(100);
            }
            _profile.Refresh();
        }
    }

    private async Task<JsonNode> SendAsync(string method, JsonObject? parameters = null)
    {
        using var limit = new CancellationTokenSource(Patience);
        var id = ++_lastId;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, limit.Token);
        while (true)
        {
            var received = await ReceiveAsync(limit.Token);
            if ((int?)received["id"] == id)
            {
                return received["result"] ?? throw new InvalidOperationException($"{method}: {received.ToJsonString()}");
            }

            Note(received);
        }
    }

    private async Task<JsonNode> ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        using var message = new MemoryStream();
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(message.ToArray())!;
    }

    private void Note(JsonNode received)
    {
        var (method, parameters) = ((string?)received["method"], received["params"]);
        var level = method switch
        {
            "Runtime.exceptionThrown" => "error",
            "Runtime.consoleAPICalled" => (string?)parameters!["type"],
            "Log.entryAdded" => (string?)parameters!["entry"]!["level"],
            _ => null,
        };
        if (level is "error" or "warning" or "assert")
        {
            Errors.Add(parameters!.ToJsonString());
        }

        if (method == "Network.requestWillBeSent")
        {
            Requests.Add((string)parameters!["request"]!["url"]!);
        }
    }
}
