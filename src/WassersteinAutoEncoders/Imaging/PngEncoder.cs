using System.Buffers.Binary;
using System.IO.Compression;

namespace WassersteinAutoEncoders.Imaging;

/// <summary>Writes 8-bit PNG images.</summary>
internal static class PngEncoder
{
    /// <summary>Encodes an image.</summary>
    /// <param name="pixels">Row by row from the top, channels interleaved: <c>width·height·channels</c> bytes.</param>
    /// <param name="width">In pixels, ≥ 1.</param>
    /// <param name="height">In pixels, ≥ 1.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.</param>
    /// <returns>A complete PNG file.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height, int channels)
    {
        CheckSizes(pixels, width, height, channels);
        using var output = new MemoryStream();
        output.Write(PngChunk.Signature);
        PngChunk.Write(output, "IHDR", Header(width, height, channels));
        PngChunk.Write(output, "IDAT", Compress(pixels, width, height, channels));
        PngChunk.Write(output, "IEND", []);
        return output.ToArray();
    }

    /// <summary>The content of the IHDR chunk.</summary>
    internal static byte[] Header(int width, int height, int channels)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        header[9] = channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 };
        return header;
    }

    /// <summary>The content of an IDAT chunk: rows filtered, then deflated.</summary>
    internal static byte[] Compress(ReadOnlySpan<byte> pixels, int width, int height, int channels)
    {
        using var output = new MemoryStream();
        using (var deflate = new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            var stride = width * channels;
            var previous = new byte[stride];
            var chosen = new byte[stride + 1];
            var candidate = new byte[stride + 1];
            for (var y = 0; y < height; y++)
            {
                var row = pixels.Slice(y * stride, stride);
                Filter(row, previous, channels, ref chosen, ref candidate);
                deflate.Write(chosen);
                row.CopyTo(previous);
            }
        }
        return output.ToArray();
    }

    /// <summary>Throws unless the pixels fill an image of these sizes.</summary>
    internal static void CheckSizes(ReadOnlySpan<byte> pixels, int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        if ((long)width * height * channels != pixels.Length)
        {
            throw new ArgumentException($"Expected {width}·{height}·{channels} = {(long)width * height * channels} bytes (width·height·channels); got {pixels.Length}.", nameof(pixels));
        }
    }

    /// <summary>Leaves in <paramref name="chosen"/> the filter type and filtered row with the smallest sum of absolute values, the heuristic the specification recommends (section 12.8).</summary>
    private static void Filter(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int channels, ref byte[] chosen, ref byte[] candidate)
    {
        var best = long.MaxValue;
        for (byte type = 0; type <= 4; type++)
        {
            candidate[0] = type;
            Apply(type, row, above, channels, candidate.AsSpan(1));
            var cost = Cost(candidate.AsSpan(1));
            if (cost >= best)
            {
                continue;
            }

            best = cost;
            (chosen, candidate) = (candidate, chosen);
        }
    }

    private static void Apply(int type, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int channels, Span<byte> output)
    {
        for (var i = 0; i < row.Length; i++)
        {
            int left = i >= channels ? row[i - channels] : 0;
            int up = above[i];
            int corner = i >= channels ? above[i - channels] : 0;
            var prediction = type switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                _ => Paeth(left, up, corner),
            };
            output[i] = (byte)(row[i] - prediction);
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        var estimate = left + up - corner;
        var (a, b, c) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    /// <summary>Bytes are read as signed, so that small corrections of either sign are cheap.</summary>
    private static long Cost(ReadOnlySpan<byte> filtered)
    {
        long sum = 0;
        foreach (var value in filtered)
        {
            sum += Math.Abs((int)(sbyte)value);
        }

        return sum;
    }
}
