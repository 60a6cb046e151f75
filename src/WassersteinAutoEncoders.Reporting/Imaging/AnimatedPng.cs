using System.Buffers.Binary;
using WassersteinAutoEncoders.Imaging;

namespace WassersteinAutoEncoders.Reporting.Imaging;

/// <summary>Writes animated PNG files (PNG specification, third edition, section 11.3.6), which browsers play and other viewers show as their first frame.</summary>
/// <remarks>Frames share one palette of at most 256 colours, chosen from all of them, so that plots stay small.</remarks>
public static class AnimatedPng
{
    /// <summary>Encodes frames that follow each other.</summary>
    /// <param name="frames">At least one; all of one size, 3 channels.</param>
    /// <param name="frameDuration">How long a frame is shown, 1 ms to 60 s.</param>
    /// <param name="lastFrameDuration">How long the last one is shown, 1 ms to 60 s; as the others when <see langword="null"/>.</param>
    /// <param name="plays">How often it plays; 0 (the default) is for ever.</param>
    /// <param name="still">What viewers without animation show; the first frame when <see langword="null"/>.</param>
    /// <returns>A complete file.</returns>
    /// <exception cref="ArgumentException">There is no frame, or frames differ in size.</exception>
    public static byte[] Encode(IReadOnlyList<RasterImage> frames, TimeSpan frameDuration, TimeSpan? lastFrameDuration = null, int plays = 0, RasterImage? still = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentOutOfRangeException.ThrowIfNegative(plays);
        CheckFrames(still is null ? frames : [.. frames, still]);
        var delay = Milliseconds(frameDuration, nameof(frameDuration));
        var lastDelay = Milliseconds(lastFrameDuration ?? frameDuration, nameof(lastFrameDuration));

        var (width, height) = (frames[0].Width, frames[0].Height);
        var palette = ColourPalette.From(still is null ? frames : [.. frames, still]);
        using var output = new MemoryStream();
        output.Write(PngChunk.Signature);
        var header = PngEncoder.Header(width, height, 1);
        header[9] = 3; // Indexed colour.
        PngChunk.Write(output, "IHDR", header);
        PngChunk.Write(output, "acTL", Words(frames.Count, plays));
        PngChunk.Write(output, "PLTE", palette.ToBytes());
        // A still picture of its own stands before the first frame's control chunk, which keeps it out of the animation.
        if (still is not null)
        {
            PngChunk.Write(output, "IDAT", PngEncoder.Compress(palette.Map(still), width, height, 1));
        }

        var sequence = 0;
        for (var n = 0; n < frames.Count; n++)
        {
            PngChunk.Write(output, "fcTL", FrameControl(sequence++, width, height, n == frames.Count - 1 ? lastDelay : delay));
            var data = PngEncoder.Compress(palette.Map(frames[n]), width, height, 1);
            if (n == 0 && still is null)
            {
                PngChunk.Write(output, "IDAT", data);
            }
            else
            {
                PngChunk.Write(output, "fdAT", [.. Words(sequence++), .. data]);
            }
        }
        PngChunk.Write(output, "IEND", []);
        return output.ToArray();
    }

    private static void CheckFrames(IReadOnlyList<RasterImage> frames)
    {
        if (frames.Count == 0)
        {
            throw new ArgumentException("Expected at least one frame; got none.", nameof(frames));
        }

        foreach (var frame in frames)
        {
            if (frame.Width != frames[0].Width || frame.Height != frames[0].Height || frame.Channels != 3)
            {
                throw new ArgumentException($"Expected every frame to be {frames[0].Width}×{frames[0].Height} with 3 channels; got {frame.Width}×{frame.Height} with {frame.Channels}.", nameof(frames));
            }
        }
    }

    private static ushort Milliseconds(TimeSpan duration, string name)
    {
        var value = Math.Round(duration.TotalMilliseconds);
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 60_000, name);
        return (ushort)value;
    }

    private static byte[] FrameControl(int sequence, int width, int height, ushort delay)
    {
        // Offsets, disposal and blending stay 0: each frame replaces the whole picture.
        var content = new byte[26];
        Words(sequence, width, height).CopyTo(content, 0);
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(20), delay);
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(22), 1000);
        return content;
    }

    private static byte[] Words(params ReadOnlySpan<int> values)
    {
        var bytes = new byte[4 * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * i), values[i]);
        }

        return bytes;
    }
}
