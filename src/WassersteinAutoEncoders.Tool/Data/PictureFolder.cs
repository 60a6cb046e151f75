using SkiaSharp;
using WassersteinAutoEncoders.Samples.Data;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Tool.Data;

/// <summary>
/// Pictures of one's own: every PNG, JPEG, WebP, GIF and BMP in a folder and the folders in it, the middle square of each scaled to one size.
/// Folders in the folder are classes. Every tenth picture is kept for testing.
/// </summary>
internal static class PictureFolder
{
    private const int Fewest = 20, Most = 1_000_000, MostClasses = 256, TestEvery = 10;
    private const long MostFileBytes = 64 << 20, MostPixels = 1 << 26, MostBytes = 1L << 30;
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"];

    /// <summary>Reads the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="size">The side of the pictures as they are learned.</param>
    /// <param name="channels">1 for grey, 3 for red, green, blue.</param>
    /// <param name="cancellationToken">Breaks off reading.</param>
    /// <exception cref="IOException">The folder is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">There are too few pictures or too many, or one is damaged; the message names it.</exception>
    public static ImageData Load(string folder, int size, int channels, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(folder);
        if (!Directory.Exists(root))
        {
            throw new DirectoryNotFoundException($"The folder of pictures {root} (from --data-dir) does not exist.");
        }

        // Folders that are links are not gone into: they may lead back.
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };
        var files = Directory.EnumerateFiles(root, "*", options)
            .Where(path => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            .Take(Most + 1).Order(StringComparer.Ordinal).ToArray();
        var each = channels * size * size;
        if (files.Length < Fewest || files.Length > Most || (long)files.Length * each > MostBytes)
        {
            throw new InvalidDataException($"{root} holds {(files.Length > Most ? "too many" : files.Length.ToString("N0"))} pictures ({string.Join(", ", Extensions)}): at least {Fewest} are needed, and at most {Math.Min(Most, MostBytes / each):N0} of {channels}×{size}×{size} are read.");
        }

        string Class(string path) => Path.GetRelativePath(root, path) is var relative && relative.IndexOf(Path.DirectorySeparatorChar) is > 0 and var end ? relative[..end] : "";
        string[] classes = [.. files.Select(Class).Distinct().Order(StringComparer.Ordinal)];
        if (classes.Length > MostClasses)
        {
            throw new InvalidDataException($"{root} has {classes.Length:N0} folders, which are taken for classes: at most {MostClasses} can be. Name a folder whose folders are classes, or put all pictures into one.");
        }

        var pixels = new byte[files.Length][];
        try
        {
            Parallel.For(0, files.Length, new ParallelOptions { CancellationToken = cancellationToken }, index => pixels[index] = Read(files[index], size, channels));
        }
        catch (AggregateException several)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }

        ImageSet Part(bool test)
        {
            var chosen = Enumerable.Range(0, files.Length).Where(index => (index % TestEvery == TestEvery - 1) == test).ToArray();
            return new([.. chosen.SelectMany(index => pixels[index])], [.. chosen.Select(index => (byte)Array.IndexOf(classes, Class(files[index])))], channels, size, size);
        }

        return new(Path.GetFileName(root), root, Part(test: false), Part(test: true), [.. classes.Select(name => name.Length > 0 ? name : "all")]);
    }

    /// <summary>One picture, planes of rows.</summary>
    internal static byte[] Read(string path, int size, int channels)
    {
        FileKind.CheckReadable(path);
        if (new FileInfo(path).Length > MostFileBytes)
        {
            throw new InvalidDataException($"{path} has more than the {MostFileBytes:N0} bytes that a picture may have.");
        }

        using var data = SKData.Create(path);
        using var codec = data is null ? null : SKCodec.Create(data);
        if (codec is null)
        {
            throw new InvalidDataException($"{path} is not a picture that can be read. Convert it, or take it out of the folder.");
        }

        // The size is looked at before there is memory for it: a small file can claim a large picture.
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width < 1 || height < 1 || (long)width * height > MostPixels)
        {
            throw new InvalidDataException($"{path} is a picture of {width}×{height}: at least one pixel and at most {MostPixels:N0} are read.");
        }

        using var whole = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        if (codec.GetPixels(whole.Info, whole.GetPixels()) is var result && result != SKCodecResult.Success)
        {
            throw new InvalidDataException($"{path} is damaged ({result}). Fetch it again, or take it out of the folder.");
        }

        var side = Math.Min(width, height);
        using var scaled = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Premul));
        using (var canvas = new SKCanvas(scaled))
        using (var image = SKImage.FromBitmap(whole))
        using (var paint = new SKPaint { FilterQuality = SKFilterQuality.High })
        {
            // What is transparent becomes white.
            canvas.Clear(SKColors.White);
            canvas.DrawImage(image, SKRect.Create((width - side) / 2, (height - side) / 2, side, side), new SKRect(0, 0, size, size), paint);
        }

        var bytes = scaled.GetPixelSpan();
        var planes = new byte[channels * size * size];
        for (var i = 0; i < size * size; i++)
        {
            var (red, green, blue) = (bytes[4 * i], bytes[(4 * i) + 1], bytes[(4 * i) + 2]);
            if (channels == 3)
            {
                (planes[i], planes[(size * size) + i], planes[(2 * size * size) + i]) = (red, green, blue);
            }
            else
            {
                planes[i] = (byte)Math.Round((0.299 * red) + (0.587 * green) + (0.114 * blue));
            }
        }

        return planes;
    }
}
