using System.Net;
using System.Security.Cryptography;
using WassersteinAutoEncoders.Samples.Data;

namespace WassersteinAutoEncoders.Samples.Tests.Data;

public class DownloaderTests
{
    private static readonly byte[] Content = HandMade.Gzip(HandMade.Labels(9000));
    private static readonly DataFile Wanted = new("labels", "labels.gz", Convert.ToHexStringLower(SHA256.HashData(HandMade.Labels(9000))), Decompressed: true);

    [Fact]
    public async Task A_file_is_fetched_checked_and_renamed()
    {
        using var folder = new TemporaryFolder();
        await using var server = new Server(Content);
        await Fetch(folder, server.Address);
        Assert.Equal(Content, File.ReadAllBytes(folder.File("labels.gz")));
        Assert.False(File.Exists(folder.File("labels.gz.part")));
    }

    [Fact]
    public async Task A_broken_download_goes_on_where_it_stopped()
    {
        using var folder = new TemporaryFolder();
        await using var server = new Server(Content);
        folder.Write("labels.gz.part", Content[..20]);
        await Fetch(folder, server.Address);
        Assert.Equal(Content, File.ReadAllBytes(folder.File("labels.gz")));
        Assert.Equal(["bytes=20-"], server.Ranges);
    }

    [Fact]
    public async Task A_wrong_file_is_thrown_away_and_the_next_mirror_asked()
    {
        using var folder = new TemporaryFolder();
        await using var wrong = new Server(HandMade.Gzip(HandMade.Labels(10)));
        await using var right = new Server(Content);
        await Fetch(folder, wrong.Address, right.Address);
        Assert.Equal(Content, File.ReadAllBytes(folder.File("labels.gz")));
        Assert.Equal([null], right.Ranges);
    }

    [Fact]
    public async Task Where_no_mirror_helps_every_answer_is_told()
    {
        using var folder = new TemporaryFolder();
        await using var wrong = new Server(HandMade.Gzip(HandMade.Labels(10)));
        await using var empty = new Server(null);
        var error = await Assert.ThrowsAsync<IOException>(() => Fetch(folder, wrong.Address, empty.Address));
        Assert.Contains("checksum", error.Message, StringComparison.Ordinal);
        Assert.Contains("404", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("labels.gz")));
    }

    [Fact]
    public async Task Cancelling_leaves_no_file_of_the_final_name()
    {
        using var folder = new TemporaryFolder();
        await using var server = new Server(Content);
        using var downloader = new Downloader([server.Address], _ => { });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => downloader.FetchAsync(Wanted, folder.Path, new CancellationToken(canceled: true)));
        Assert.False(File.Exists(folder.File("labels.gz")));
    }

    [Fact]
    public async Task A_redirect_to_a_local_file_is_not_followed()
    {
        using var folder = new TemporaryFolder();
        folder.Write("secret", Content);
        await using var server = new Server(Content) { Location = new Uri(folder.File("secret")).AbsoluteUri };
        var error = await Assert.ThrowsAsync<IOException>(() => Fetch(folder, server.Address));
        Assert.Contains("redirected to file:", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("labels.gz")));
    }

    [Fact]
    public async Task A_redirect_within_the_web_is_followed_but_not_for_ever()
    {
        using var folder = new TemporaryFolder();
        await using var right = new Server(Content);
        await using var moved = new Server(Content) { Location = new Uri(right.Address, "labels.gz").AbsoluteUri };
        await Fetch(folder, moved.Address);
        Assert.Equal(Content, File.ReadAllBytes(folder.File("labels.gz")));

        await using var circle = new Server(Content) { Location = "/again" };
        var error = await Assert.ThrowsAsync<IOException>(() => Fetch(folder, circle.Address));
        Assert.Contains("redirects", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_that_drips_ends_at_the_limit()
    {
        using var folder = new TemporaryFolder();
        await using var server = new Server(Content) { Pause = TimeSpan.FromMilliseconds(100) };
        using var downloader = new Downloader([server.Address], _ => { }) { Limit = TimeSpan.FromSeconds(0.7) };
        var error = await Assert.ThrowsAsync<IOException>(() => downloader.FetchAsync(Wanted, folder.Path, CancellationToken.None));
        Assert.Contains("not done after", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(9500)]
    public async Task A_partial_file_of_something_else_is_thrown_away_and_the_same_mirror_asked_again(int length)
    {
        using var folder = new TemporaryFolder();
        await using var server = new Server(Content);
        var other = new byte[length];
        Random.Shared.NextBytes(other);
        folder.Write("labels.gz.part", other);
        await Fetch(folder, server.Address);
        Assert.Equal(Content, File.ReadAllBytes(folder.File("labels.gz")));
        Assert.Equal([$"bytes={length}-", null], server.Ranges);
    }

    [Fact]
    public async Task A_FIFO_in_place_of_the_partial_file_is_refused_at_once()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        await using var server = new Server(Content);
        HandMade.Fifo(folder.File("labels.gz.part"));
        var error = await Assert.ThrowsAsync<IOException>(() => Fetch(folder, server.Address).WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Contains("FIFO", error.Message, StringComparison.Ordinal);
    }

    private static async Task Fetch(TemporaryFolder folder, params Uri[] mirrors)
    {
        using var downloader = new Downloader(mirrors, _ => { });
        await downloader.FetchAsync(Wanted, folder.Path, CancellationToken.None);
    }

    /// <summary>A web server of one file on the loopback interface.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly byte[]? _content;
        private readonly Task _loop;

        public Server(byte[]? content)
        {
            _content = content;
            for (var port = 41000 + Random.Shared.Next(20000); ; port++)
            {
                Address = new Uri($"http://127.0.0.1:{port}/");
                _listener.Prefixes.Clear();
                _listener.Prefixes.Add(Address.ToString());
                try
                {
                    _listener.Start();
                    break;
                }
                catch (HttpListenerException) when (port < 65000)
                {
                    // Another process has the port; the next one will do.
                }
            }

            _loop = Task.Run(Serve);
        }

        public Uri Address { get; }

        public List<string?> Ranges { get; } = [];

        /// <summary>Where the server sends everybody instead of answering.</summary>
        public string? Location { get; init; }

        /// <summary>The time between two bytes; the content at once when zero.</summary>
        public TimeSpan Pause { get; init; }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _loop;
            _listener.Close();
        }

        private async Task Serve()
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception stopped) when (stopped is HttpListenerException or InvalidOperationException)
                {
                    return;
                }

                var range = context.Request.Headers["Range"];
                Ranges.Add(range);
                var from = range is null ? 0 : int.Parse(range["bytes=".Length..^1]);
                if (Location is not null)
                {
                    context.Response.StatusCode = 302;
                    context.Response.Headers["Location"] = Location;
                }
                else if (_content is null || from > _content.Length)
                {
                    context.Response.StatusCode = _content is null ? 404 : 416;
                }
                else
                {
                    context.Response.StatusCode = range is null ? 200 : 206;
                    await WriteAsync(context.Response.OutputStream, _content.AsMemory(from));
                }

                CloseQuietly(context.Response);
            }
        }

        private async Task WriteAsync(Stream stream, ReadOnlyMemory<byte> content)
        {
            if (Pause == TimeSpan.Zero)
            {
                await stream.WriteAsync(content);
                return;
            }

            try
            {
                for (var i = 0; i < content.Length; i++)
                {
                    await stream.WriteAsync(content.Slice(i, 1));
                    await stream.FlushAsync();
                    await Task.Delay(Pause);
                }
            }
            catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException)
            {
                // The client has had enough.
            }
        }

        private static void CloseQuietly(HttpListenerResponse response)
        {
            try
            {
                response.Close();
            }
            catch (Exception gone) when (gone is HttpListenerException or InvalidOperationException)
            {
                // The client has gone before.
            }
        }
    }
}
