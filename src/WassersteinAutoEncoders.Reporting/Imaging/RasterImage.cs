using WassersteinAutoEncoders.Imaging;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Reporting.Imaging;

/// <summary>An image of 8-bit pixels.</summary>
public sealed class RasterImage
{
    private readonly byte[] _pixels;

    /// <summary>An image of given pixels.</summary>
    /// <param name="width">In pixels, ≥ 1.</param>
    /// <param name="height">In pixels, ≥ 1.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.</param>
    /// <param name="pixels">Row by row from the top, channels interleaved: <c>width·height·channels</c> bytes. Not copied.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public RasterImage(int width, int height, int channels, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        PngEncoder.CheckSizes(pixels, width, height, channels);
        (Width, Height, Channels, _pixels) = (width, height, channels, pixels);
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.</summary>
    public int Channels { get; }

    /// <summary>Row by row from the top, channels interleaved.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>The image as a PNG file.</summary>
    public byte[] ToPng() => PngEncoder.Encode(_pixels, Width, Height, Channels);

    /// <summary>Writes a PNG file, through a temporary file beside it, so that a reader never sees half of it.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteAllBytes(path, ToPng());
}
