using System.Runtime.InteropServices;
using TorchSharp;
using WassersteinAutoEncoders.Imaging;

namespace WassersteinAutoEncoders.Training.Observers.TensorBoard;

/// <summary>Turns summary values into messages of an event file.</summary>
internal static class SummaryEncoder
{
    private const int Gap = 2;

    /// <summary>The message, or null where there is nothing to show.</summary>
    /// <exception cref="ArgumentException">A picture's shape is not one of those <see cref="ImageSummary"/> names.</exception>
    public static ProtoWriter? Encode(SummaryValue summary) => summary switch
    {
        ScalarSummary s => EventFile.Scalar(s.Tag, s.Value),
        HistogramSummary h => EncodeHistogram(h),
        ImageSummary i => EncodeImage(i),
        _ => throw new ArgumentException($"Summaries of type {summary.GetType()} are not known; use scalar, image or histogram summaries."),
    };

    private static ProtoWriter? EncodeHistogram(HistogramSummary summary)
    {
        if (summary.Values.numel() == 0)
        {
            return null;
        }

        using var scope = torch.NewDisposeScope();
        var values = summary.Values.detach().to(torch.float64).cpu().contiguous();
        return Histogram.Of(MemoryMarshal.Cast<byte, double>(values.bytes)) is { } histogram ? EventFile.Values(summary.Tag, histogram) : null;
    }

    private static ProtoWriter EncodeImage(ImageSummary summary)
    {
        var shape = summary.Pixels.shape;
        if (shape.Length == 3)
        {
            shape = [1, .. shape];
        }

        if (shape is not [> 0, 1 or 3 or 4, > 0, > 0])
        {
            throw new ArgumentException($"The picture '{summary.Tag}' should have the shape [channels, height, width] or [n, channels, height, width] with 1, 3 or 4 channels and has [{string.Join(", ", summary.Pixels.shape)}].");
        }

        var (count, channels, height, width) = ((int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3]);

        using var scope = torch.NewDisposeScope();
        var values = MemoryMarshal.Cast<byte, float>(summary.Pixels.detach().to(torch.float32).reshape(shape).permute(0, 2, 3, 1).cpu().contiguous().bytes);

        var columns = Math.Min(count, summary.Columns > 0 ? summary.Columns : (int)Math.Ceiling(Math.Sqrt(count)));
        var rows = (count + columns - 1) / columns;
        var (gridWidth, gridHeight) = (columns * (width + Gap) - Gap, rows * (height + Gap) - Gap);
        var grid = new byte[gridWidth * gridHeight * channels];
        var line = width * channels;
        for (var i = 0; i < count; i++)
        {
            for (var y = 0; y < height; y++)
            {
                var row = i / columns * (height + Gap) + y;
                var at = (row * gridWidth + i % columns * (width + Gap)) * channels;
                var pixels = values.Slice((i * height + y) * line, line);
                // The conversion from floating point saturates, and makes 0 of NaN.
                for (var x = 0; x < line; x++)
                {
                    grid[at + x] = (byte)(pixels[x] * 255 + 0.5f);
                }
            }
        }
        return EventFile.Image(summary.Tag, gridHeight, gridWidth, channels, PngEncoder.Encode(grid, gridWidth, gridHeight, channels));
    }
}
