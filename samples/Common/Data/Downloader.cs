using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Samples.Data;

/// <summary>Fetches public files from the first mirror that has them: resumed where a download was broken off, checked before it takes its name.</summary>
internal sealed class Downloader(IReadOnlyList<Uri> mirrors, Action<string> say) : IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    private readonly HttpClient _client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(8) }) { Timeout = Silence };

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
            try
            {
                say($"Downloading {address}");
                await ReceiveAsync(address, part, file.MaximumBytes, cancellationToken).ConfigureAwait(false);
                var found = Checksum(part, file);
                if (found == file.Checksum)
                {
                    FileKind.CheckWritable(target);
                    File.Move(part, target, overwrite: true);
                    return;
                }

                File.Delete(part);
                failures.Add($"{mirror.Host}: checksum {found}, expected {file.Checksum}");
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException
                || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                failures.Add($"{mirror.Host}: {(failure is OperationCanceledException ? "no answer" : failure.Message)}");
            }
        }

        throw new IOException($"{file.RemoteName} could not be downloaded ({string.Join("; ", failures)}).");
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The digest of what a file holds, through gzip where the data file says so.</summary>
    public static string Checksum(string path, DataFile file)
    {
        FileKind.CheckReadable(path);
        using var raw = File.OpenRead(path);
        using Stream stream = file.Decompressed
            ? new LimitedStream(new GZipStream(raw, CompressionMode.Decompress), file.MaximumBytes, path)
            : raw;
        return Convert.ToHexStringLower(file.Checksum.Length == 32 ? MD5.HashData(stream) : SHA256.HashData(stream));
    }

    private async Task ReceiveAsync(Uri address, string part, long limit, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(Silence);
        FileKind.CheckWritable(part);
        var have = File.Exists(part) ? new FileInfo(part).Length : 0;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Range = have > 0 ? new RangeHeaderValue(have, null) : null;
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return; // Nothing is left to fetch; the checksum decides.
        }

        response.EnsureSuccessStatusCode();
        var resumed = response.StatusCode == HttpStatusCode.PartialContent;
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
}
