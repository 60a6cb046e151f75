using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Samples.Data;

/// <summary>Fetches public files from the first mirror that has them: resumed where a download was broken off, checked before it takes its name.</summary>
internal sealed class Downloader(IReadOnlyList<Uri> mirrors, Action<string> say) : IDisposable
{
    private const int MostRedirects = 5;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    // Redirects are followed by hand: they may lead anywhere, and only the web is wanted.
    private readonly HttpClient _client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(8), AllowAutoRedirect = false }) { Timeout = Silence };

    /// <summary>How long one mirror may take over one file, however steadily it drips; an hour by default.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Puts <paramref name="file"/> into <paramref name="folder"/>, from a temporary file beside it that is renamed at the end.</summary>
    /// <exception cref="IOException">No mirror had it; the message says what each one answered.</exception>
    public async Task FetchAsync(DataFile file, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var (target, part) = (Path.Combine(folder, file.RemoteName), Path.Combine(folder, file.RemoteName + ".part"));
        var failures = new List<string>();
        foreach (var mirror in mirrors)
        {
            var address = new Uri(mirror, file.RemoteName);
            say($"Downloading {address}");

            // What an earlier download left may be of another file: a mirror is asked once more for the whole of it.
            var resumed = File.Exists(part);
            var failure = await TryAsync(address, file, part, cancellationToken).ConfigureAwait(false);
            if (failure is { IsWrong: true } && resumed)
            {
                failure = await TryAsync(address, file, part, cancellationToken).ConfigureAwait(false);
            }

            if (failure is null)
            {
                FileKind.CheckWritable(target);
                File.Move(part, target, overwrite: true);
                return;
            }

            failures.Add($"{mirror.Host}: {failure.Reason}");
        }

        throw new IOException($"{file.RemoteName} could not be downloaded ({string.Join("; ", failures)}).");
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The digest of what a file holds, through gzip where the data file says so.</summary>
    public static string Checksum(string path, DataFile file)
    {
        FileKind.CheckReadable(path);
        using var raw = File.OpenRead(path);
        using Stream stream = file.Decompressed ? new GZipStream(raw, CompressionMode.Decompress) : raw;
        var bytes = BoundedReader.ReadToEnd(stream, file.MaximumBytes, path);
        return Convert.ToHexStringLower(file.Checksum.Length == 32 ? MD5.HashData(bytes) : SHA256.HashData(bytes));
    }

    /// <summary>Fetches and checks; null where all is well. Data that is wrong is thrown away, data that is only cut short is kept.</summary>
    private async Task<Failure?> TryAsync(Uri address, DataFile file, string part, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        try
        {
            await ReceiveAsync(address, part, file.MaximumBytes, limited.Token).ConfigureAwait(false);
            var found = Checksum(part, file);
            if (found == file.Checksum)
            {
                return null;
            }

            File.Delete(part);
            return new($"checksum {found}, expected {file.Checksum}", IsWrong: true);
        }
        catch (InvalidDataException wrong)
        {
            File.Delete(part);
            return new(wrong.Message, IsWrong: true);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var reason = failure is not OperationCanceledException ? failure.Message
                : limited.IsCancellationRequested ? $"not done after {Limit}"
                : "no answer";
            return new(reason, IsWrong: false);
        }
    }

    private async Task ReceiveAsync(Uri address, string part, long limit, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(Silence);
        FileKind.CheckWritable(part);
        var have = File.Exists(part) ? new FileInfo(part).Length : 0;
        using var response = await AskAsync(address, have, silence.Token).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return; // Nothing is left to fetch; the checksum decides.
        }

        response.EnsureSuccessStatusCode();
        var resumed = response.StatusCode == HttpStatusCode.PartialContent;
        if (resumed && response.Content.Headers.ContentRange is { From: { } from } && from != have)
        {
            throw new InvalidDataException($"bytes from {from:N0} came where those from {have:N0} were asked for");
        }

        await using var body = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
        await using var output = new FileStream(part, resumed ? FileMode.Append : FileMode.Create, FileAccess.Write);
        var buffer = new byte[1 << 16];
        for (int now; (now = await body.ReadAsync(buffer, silence.Token).ConfigureAwait(false)) > 0;)
        {
            silence.CancelAfter(Silence);
            if (output.Length + now > limit)
            {
                throw new InvalidDataException($"more than {limit:N0} bytes came");
            }

            await output.WriteAsync(buffer.AsMemory(0, now), silence.Token).ConfigureAwait(false);
        }

        output.Flush(flushToDisk: true);
    }

    /// <summary>The answer at the end of the redirects, which may lead to the web only, and never from https to http.</summary>
    private async Task<HttpResponseMessage> AskAsync(Uri address, long have, CancellationToken cancellationToken)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Range = have > 0 ? new RangeHeaderValue(have, null) : null;
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            var next = new Uri(address, location);
            if (next.Scheme != Uri.UriSchemeHttps && (next.Scheme != Uri.UriSchemeHttp || address.Scheme != Uri.UriSchemeHttp))
            {
                throw new HttpRequestException($"redirected to {next}, which is not followed from {address.Scheme}");
            }

            address = next;
        }

        throw new HttpRequestException($"more than {MostRedirects} redirects");
    }

    private sealed record Failure(string Reason, bool IsWrong);
}

/// <summary>A public file that a data set consists of.</summary>
/// <param name="Name">As it is called, without <c>.gz</c>.</param>
/// <param name="RemoteName">As the mirrors call it.</param>
/// <param name="Checksum">The digest in lower-case hexadecimal digits: SHA-256 (64 digits), or MD5 (32 digits) where its publisher gives no other.</param>
/// <param name="Decompressed">Whether the digest is of the decompressed bytes: gzip archives of the same file differ.</param>
internal sealed record DataFile(string Name, string RemoteName, string Checksum, bool Decompressed)
{
    /// <summary>The most bytes that are taken from a mirror.</summary>
    public long MaximumBytes { get; init; } = 400L << 20;
}
