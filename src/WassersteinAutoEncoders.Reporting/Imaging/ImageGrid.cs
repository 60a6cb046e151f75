using System.Runtime.InteropServices;
using SkiaSharp;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Draws a batch of images as one PNG of rows and columns.</summary>
public static class ImageGrid
{
    private const byte Grey = 128;

    /// <summary>2²⁷, 512 MiB where a pixel takes 4 bytes: more than any viewer shows.</summary>
    private const int MaximumPixels = 1 << 27;

    /// <summary>The limit of libpng, which writes no file beyond it.</summary>
    private const int MaximumSide = 1_000_000;

    /// <summary>Draws a batch of images.</summary>
    /// <param name="images"><c>[n, c, h, w]</c> with c = 1 (grey) or 3 (RGB), or <c>[n, h, w]</c>; n ≥ 1; any float type, any device.</param>
    /// <param name="range">The values that stand for black and full intensity; values beyond are clamped, NaN is drawn as 0.</param>
    /// <param name="columns">Images in a row, ≥ 1; 0 (the default) chooses the smallest number that is at least √n.</param>
    /// <param name="padding">Pixels between images and around them, ≥ 0, default 2, in mid-grey; counted after scaling.</param>
    /// <param name="scale">Each pixel becomes scale × scale pixels, ≥ 1, default 1.</param>
    /// <returns>A PNG file, grey or RGB as the images are; cells without an image have the colour of the padding.</returns>
    /// <exception cref="ArgumentException">The tensor is not a batch of images, or the range is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range, or the picture would have more than 2²⁷ pixels, or 1,000,000 a side.</exception>
    public static byte[] ToPng(torch.Tensor images, PixelRange range, int columns = 0, int padding = 2, int scale = 1)
    {
        var (pixels, width, height, channels) = Draw(images, range, columns, padding, scale);
        return Encode(pixels, width, height, channels);
    }

    /// <summary>Draws a batch of images into a file, as <see cref="ToPng"/> does; the file is replaced as a whole.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="images"><c>[n, c, h, w]</c> or <c>[n, h, w]</c>, as for <see cref="ToPng"/>.</param>
    /// <param name="range">As for <see cref="ToPng"/>.</param>
    /// <param name="columns">As for <see cref="ToPng"/>.</param>
    /// <param name="padding">As for <see cref="ToPng"/>.</param>
    /// <param name="scale">As for <see cref="ToPng"/>.</param>
    /// <exception cref="ArgumentException">The tensor is not a batch of images, or the range is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, torch.Tensor images, PixelRange range, int columns = 0, int padding = 2, int scale = 1)
        => AtomicFile.WriteAllBytes(path, ToPng(images, range, columns, padding, scale));

    internal static (byte[] Pixels, int Width, int Height, int Channels) Draw(torch.Tensor images, PixelRange range, int columns = 0, int padding = 2, int scale = 1)
    {
        Guard.CheckTensor(images, nameof(images));
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

        var (count, channels) = ((int)shape[0], shape.Length == 4 ? (int)shape[1] : 1);
        columns = columns == 0 ? (int)Math.Ceiling(Math.Sqrt(count)) : columns;
        var (wide, high) = (columns * (shape[^1] * (double)scale + padding) + padding, Math.Ceiling((double)count / columns) * (shape[^2] * (double)scale + padding) + padding);
        if (wide * high > MaximumPixels || Math.Max(wide, high) > MaximumSide)
        {
            throw new ArgumentOutOfRangeException(nameof(columns), columns, FormattableString.Invariant(
                $"Expected a picture of at most {MaximumPixels:N0} pixels and {MaximumSide:N0} a side, but {columns} columns of images of {shape[^2]}×{shape[^1]} with scale {scale} and padding {padding} make {high:G6}×{wide:G6}. Choose smaller ones, or fewer images."));
        }

        var (imageHeight, imageWidth) = ((int)shape[^2] * scale, (int)shape[^1] * scale);
        var (width, height) = ((int)wide, (int)high);
        var pixels = new byte[width * height * channels];
        Array.Fill(pixels, Grey);
        var values = Bytes(images, [count, channels, shape[^2], shape[^1]], range);
        for (var n = 0; n < count; n++)
        {
            for (var y = 0; y < imageHeight; y++)
            {
                var to = ((padding + n / columns * (imageHeight + padding) + y) * width + padding + n % columns * (imageWidth + padding)) * channels;
                for (var x = 0; x < imageWidth; x++)
                {
                    var from = ((n * (int)shape[^2] + y / scale) * (int)shape[^1] + x / scale) * channels;
                    values.AsSpan(from, channels).CopyTo(pixels.AsSpan(to + x * channels));
                }
            }
        }

        return (pixels, width, height, channels);
    }

    private static byte[] Bytes(torch.Tensor images, long[] shape, PixelRange range)
    {
        using var scope = torch.NewDisposeScope();
        var scaled = images.detach().reshape(shape).to(torch.ScalarType.Float64).Minus(range.Low).Over(range.High - range.Low).Times(255);
        return TensorSpan.ToArray<byte>(scaled.nan_to_num(0, 255, 0).Within(0, 255).round().to(torch.ScalarType.Byte).permute(0, 2, 3, 1));
    }

    /// <summary>Interleaved rows of grey or RGB pixels as a PNG file.</summary>
    private static byte[] Encode(byte[] pixels, int width, int height, int channels)
    {
        var info = new SKImageInfo(width, height, channels == 1 ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var bitmap = new SKBitmap(info);
        if (channels == 3)
        {
            var opaque = new byte[4 * width * height];
            for (var i = 0; i < width * height; i++)
            {
                pixels.AsSpan(3 * i, 3).CopyTo(opaque.AsSpan(4 * i));
                opaque[4 * i + 3] = byte.MaxValue;
            }

            pixels = opaque;
        }

        for (var y = 0; y < height; y++)
        {
            Marshal.Copy(pixels, y * width * info.BytesPerPixel, bitmap.GetPixels() + y * bitmap.RowBytes, width * info.BytesPerPixel);
        }

        using var pixmap = bitmap.PeekPixels();
        using var png = pixmap.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 9));
        return png.ToArray();
    }
}
