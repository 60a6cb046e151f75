using System.IO.Compression;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Samples.Data;

/// <summary>Reads files whose sizes are not believed until the bytes have come.</summary>
internal static class BoundedReader
{
    private const int FirstBuffer = 1 << 20;

    /// <summary>Opens a file, looking through gzip where its first two bytes say so.</summary>
    public static Stream Open(string path)
    {
        FileKind.CheckReadable(path);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        var (first, second) = (file.ReadByte(), file.ReadByte());
        file.Position = 0;
        return (first, second) == (0x1F, 0x8B) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>Reads exactly so many bytes; memory grows with what has come, never with what was promised.</summary>
    /// <exception cref="InvalidDataException">The stream ends before.</exception>
    public static byte[] ReadExactly(Stream stream, long count, string path)
    {
        var buffer = new byte[Math.Min(count, FirstBuffer)];
        long read = 0;
        while (read < count)
        {
            if (read == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(count, buffer.LongLength * 2));
            }

            var now = Read(stream, buffer.AsSpan((int)read), path);
            if (now == 0)
            {
                throw new InvalidDataException($"{path} is cut short: {count:N0} bytes were announced, the data ends after {read:N0}. Fetch the file again.");
            }

            read += now;
        }

        return buffer;
    }

    /// <summary>Reads to the end.</summary>
    /// <exception cref="InvalidDataException">There is more than <paramref name="limit"/>, or the compression is damaged.</exception>
    public static byte[] ReadToEnd(Stream stream, long limit, string path)
    {
        var buffer = new byte[Math.Min(limit + 1, FirstBuffer)];
        var read = 0;
        for (int now; (now = Read(stream, buffer.AsSpan(read), path)) > 0;)
        {
            read += now;
            if (read > limit)
            {
                throw new InvalidDataException($"{path} holds more than the {limit:N0} bytes that such a file may have.");
            }

            if (read == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(limit + 1, buffer.LongLength * 2));
            }
        }

        return buffer[..read];
    }

    /// <summary>Makes sure that nothing follows.</summary>
    /// <exception cref="InvalidDataException">Something does.</exception>
    public static void ExpectEnd(Stream stream, string path)
    {
        Span<byte> one = stackalloc byte[1];
        if (Read(stream, one, path) != 0)
        {
            throw new InvalidDataException($"{path} goes on after the data that its header announces.");
        }
    }

    private static int Read(Stream stream, Span<byte> buffer, string path)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (InvalidDataException damaged)
        {
            throw new InvalidDataException($"{path} is not intact gzip data: {damaged.Message} Fetch the file again.", damaged);
        }
    }
}
