using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Samples.Data;
using WassersteinAutoEncoders.Tool.CommandLine;

namespace WassersteinAutoEncoders.Tool.Data;

/// <summary>Gets the data that the settings ask for.</summary>
internal static class DataSource
{
    /// <summary>Finds, downloads, reads or makes the data.</summary>
    /// <param name="settings">What is asked for.</param>
    /// <param name="say">Takes one line for people.</param>
    /// <param name="cancellationToken">Breaks off a download.</param>
    public static ImageData Load(TrainingSettings settings, Action<string> say, CancellationToken cancellationToken)
    {
        var (folder, verify) = (settings.DataFolder, settings.VerifyChecksums);
        return settings.Dataset switch
        {
            DatasetKind.Cifar10 when settings.Crop > 0 => Crop(Cifar10Data.Load(folder, say, cancellationToken), settings.Crop),
            DatasetKind.Cifar10 => Cifar10Data.Load(folder, say, cancellationToken),
            DatasetKind.Mnist => MnistData.Load(folder, verify, say, cancellationToken),
            DatasetKind.Fashion => MnistData.LoadFashion(folder, verify, say, cancellationToken),
            DatasetKind.Folder => PictureFolder.Load(folder!, settings.FolderSize, settings.FolderChannels, cancellationToken),
            DatasetKind.Digits => MnistData.LoadOrGenerate("digits", say, seed: (ulong)settings.Seed),
            _ => MnistData.LoadOrGenerate(folder, say, verify, (ulong)settings.Seed, cancellationToken),
        };
    }

    /// <summary>The pictures <c>[n, channels, height, width]</c> with values in a range.</summary>
    public static torch.Tensor ToTensor(this ImageSet pictures, PixelRange range)
    {
        using var scope = torch.NewDisposeScope();
        var unit = pictures.ToTensor();
        return (range == PixelRange.Unit ? unit : unit.Times(range.High - range.Low).Plus(range.Low)).MoveToOuterDisposeScope();
    }

    /// <summary>The middle of every picture: the review crops CIFAR-10 to 28.</summary>
    internal static ImageSet Crop(ImageSet set, int size)
    {
        var (top, left, planes) = ((set.Height - size) / 2, (set.Width - size) / 2, set.Count * set.Channels);
        var cropped = new byte[(long)planes * size * size];
        for (var plane = 0; plane < planes; plane++)
        {
            for (var row = 0; row < size; row++)
            {
                set.Pixels.Slice((((plane * set.Height) + top + row) * set.Width) + left, size).CopyTo(cropped.AsSpan(((plane * size) + row) * size, size));
            }
        }

        return new(cropped, [.. set.Labels], set.Channels, size, size);
    }

    private static ImageData Crop(ImageData data, int size) => data with { Train = Crop(data.Train, size), Test = Crop(data.Test, size) };
}

/// <summary>The folder a run writes to: made and tried before hours of training depend on it.</summary>
internal static class OutputFolder
{
    /// <summary>Makes the folder and writes a file into it.</summary>
    /// <exception cref="IOException">It can't be made or written to.</exception>
    public static string Prepare(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            using var probe = new FileStream(Path.Combine(path, $".probe-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            probe.WriteByte(0);
            probe.Flush();
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The output folder {path} can't be written to ({failure.Message.TrimEnd('.')}). Name another one with --out.", failure);
        }
    }
}
