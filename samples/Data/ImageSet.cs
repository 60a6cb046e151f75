using TorchSharp;

namespace WassersteinAutoEncoders.Samples.Data;

/// <summary>Labelled pictures as bytes: planes of <see cref="Height"/> rows, one plane a channel, one picture after the other.</summary>
public sealed class ImageSet
{
    private readonly byte[] _pixels;
    private readonly byte[] _labels;

    /// <summary>Takes over arrays whose sizes fit.</summary>
    /// <exception cref="ArgumentException">A size is not positive, or the arrays do not hold what the sizes say.</exception>
    public ImageSet(byte[] pixels, byte[] labels, int channels, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (pixels.LongLength != labels.LongLength * channels * height * width)
        {
            throw new ArgumentException(
                $"{labels.Length} pictures of {channels}×{height}×{width} need {labels.LongLength * channels * height * width} bytes, {pixels.LongLength} came.", nameof(pixels));
        }

        (_pixels, _labels, Channels, Height, Width) = (pixels, labels, channels, height, width);
    }

    /// <summary>How many pictures.</summary>
    public int Count => _labels.Length;

    /// <summary>1 for grey, 3 for red, green, blue.</summary>
    public int Channels { get; }

    /// <summary>Rows of a picture.</summary>
    public int Height { get; }

    /// <summary>Columns of a picture.</summary>
    public int Width { get; }

    /// <summary>The bytes of all pictures.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>One class, 0 … 9, a picture.</summary>
    public IReadOnlyList<byte> Labels => _labels;

    /// <summary>So many pictures, evenly spaced over the set: the first ones of a published test set are often no fair sample (MNIST's first half was written by other people).</summary>
    public ImageSet Thin(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (count >= Count)
        {
            return this;
        }

        var size = Channels * Height * Width;
        var (pixels, labels) = (new byte[count * size], new byte[count]);
        for (var i = 0; i < count; i++)
        {
            var from = (int)((long)i * Count / count);
            _pixels.AsSpan(from * size, size).CopyTo(pixels.AsSpan(i * size));
            labels[i] = _labels[from];
        }

        return new(pixels, labels, Channels, Height, Width);
    }

    /// <summary>The pictures as float32 in [0, 1], <c>[n, channels, height, width]</c>.</summary>
    public torch.Tensor ToTensor()
    {
        using var scope = torch.NewDisposeScope();
        using var white = 255.ToScalar();
        return torch.tensor(_pixels, [Count, Channels, Height, Width]).to(torch.ScalarType.Float32).div_(white).MoveToOuterDisposeScope();
    }

    /// <summary>The labels as int64, <c>[n]</c>.</summary>
    public torch.Tensor LabelsToTensor() => torch.tensor(Array.ConvertAll(_labels, label => (long)label));
}

/// <summary>A data set with its training and test pictures.</summary>
/// <param name="Name">Such as MNIST.</param>
/// <param name="Source">Where it came from, for people: a folder, or "generated".</param>
/// <param name="Train">To learn from.</param>
/// <param name="Test">Held out.</param>
/// <param name="ClassNames">The ten classes.</param>
public sealed record ImageData(string Name, string Source, ImageSet Train, ImageSet Test, IReadOnlyList<string> ClassNames)
{
    /// <summary>The names of the classes of handwritten digits.</summary>
    public static IReadOnlyList<string> Digits { get; } = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
}
