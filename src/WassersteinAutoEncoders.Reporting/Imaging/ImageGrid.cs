using TorchSharp;

namespace WassersteinAutoEncoders.Reporting.Imaging;

/// <summary>Draws a batch of images as one picture of rows and columns.</summary>
public static class ImageGrid
{
    /// <summary>Draws a batch of images.</summary>
    /// <param name="images"><c>[n, c, h, w]</c> with c = 1 (grey) or 3 (RGB), or <c>[n, h, w]</c>; n ≥ 1; any float type, any device.</param>
    /// <param name="range">The values that stand for black and full intensity; values beyond are clamped, NaN is drawn as 0.</param>
    /// <param name="columns">Images in a row, ≥ 1; 0 (the default) chooses the smallest number that is at least √n.</param>
    /// <param name="padding">Pixels between images and around them, ≥ 0, default 2, in mid-grey; counted after scaling.</param>
    /// <param name="scale">Each pixel becomes scale × scale pixels, ≥ 1, default 1.</param>
    /// <returns>The picture, grey or RGB as the images are; cells without an image have the colour of the padding.</returns>
    /// <exception cref="ArgumentException">The tensor is not a batch of images, or the range is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static RasterImage Draw(torch.Tensor images, PixelRange range, int columns = 0, int padding = 2, int scale = 1)
    {
        ArgumentNullException.ThrowIfNull(images);
        range.Check(nameof(range));
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        var shape = images.shape;
        var ok = shape.Length == 3 || (shape.Length == 4 && shape[1] is 1 or 3);
        if (!ok || shape.Any(size => size < 1))
        {
            throw new ArgumentException($"Expected images of shape [n, 1 or 3, h, w] or [n, h, w], none of them empty; got [{string.Join(", ", shape)}]. Reshape flat images with view(n, c, h, w).", nameof(images));
        }

        var count = (int)shape[0];
        var channels = shape.Length == 4 ? (int)shape[1] : 1;
        var (height, width) = ((int)shape[^2], (int)shape[^1]);
        columns = Math.Min(count, columns == 0 ? (int)Math.Ceiling(Math.Sqrt(count)) : columns);
        var rows = (count + columns - 1) / columns;
        var layout = new Layout(columns * (width * scale + padding) + padding, rows * (height * scale + padding) + padding, channels);
        var pixels = new byte[layout.Width * layout.Height * channels];
        if (padding > 0 || rows * columns > count)
        {
            Array.Fill(pixels, (byte)128);
        }

        var values = TensorValues.ToFloats(images);
        for (var n = 0; n < count; n++)
        {
            var left = padding + n % columns * (width * scale + padding);
            var top = padding + n / columns * (height * scale + padding);
            var image = values.AsSpan(n * channels * height * width, channels * height * width);
            DrawCell(image, range, pixels, layout, left, top, width, height, scale);
        }
        return new RasterImage(layout.Width, layout.Height, channels, pixels);
    }

    private static void DrawCell(ReadOnlySpan<float> image, PixelRange range, byte[] pixels, Layout layout, int left, int top, int width, int height, int scale)
    {
        for (var c = 0; c < layout.Channels; c++)
        {
            for (var y = 0; y < height * scale; y++)
            {
                var source = image.Slice((c * height + y / scale) * width, width);
                var target = ((top + y) * layout.Width + left) * layout.Channels + c;
                for (var x = 0; x < width * scale; x++, target += layout.Channels)
                {
                    pixels[target] = range.ToByte(source[x / scale]);
                }
            }
        }
    }

    private readonly record struct Layout(int Width, int Height, int Channels);
}
