using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WassersteinAutoEncoders.Samples.Data;

/// <summary>The IDX format of MNIST: a big-endian header (magic number, counts), then bytes.</summary>
internal static class IdxFile
{
    private const int ImagesMagic = 0x803;
    private const int LabelsMagic = 0x801;
    private const int MaximumSide = 1024;

    /// <summary>The most bytes of pictures that are read, 1 GiB.</summary>
    private const long MaximumBytes = 1L << 30;

    /// <summary>Reads pictures, gzip or not.</summary>
    /// <exception cref="InvalidDataException">The file is none of the kind, or damaged.</exception>
    public static IdxImages ReadImages(string path)
    {
        using var stream = BoundedReader.Open(path);
        var header = ReadHeader(stream, 16, ImagesMagic, "pictures", path);
        var (count, rows, columns) = (Int(header, 4), Int(header, 8), Int(header, 12));
        if (count < 1 || rows is < 1 or > MaximumSide || columns is < 1 or > MaximumSide || (long)count * rows * columns > MaximumBytes)
        {
            throw new InvalidDataException($"{path} announces {count} pictures of {rows}×{columns}: expected at least one, sides of 1 … {MaximumSide}, and at most {MaximumBytes:N0} bytes.");
        }

        var pixels = BoundedReader.ReadExactly(stream, (long)count * rows * columns, path);
        BoundedReader.ExpectEnd(stream, path);
        return new(pixels, count, rows, columns, Hash(header, pixels));
    }

    /// <summary>Reads labels, gzip or not.</summary>
    /// <exception cref="InvalidDataException">The file is none of the kind, or damaged.</exception>
    public static IdxLabels ReadLabels(string path)
    {
        using var stream = BoundedReader.Open(path);
        var header = ReadHeader(stream, 8, LabelsMagic, "labels", path);
        var count = Int(header, 4);
        if (count < 1)
        {
            throw new InvalidDataException($"{path} announces {count} labels: expected at least one.");
        }

        var labels = BoundedReader.ReadExactly(stream, count, path);
        BoundedReader.ExpectEnd(stream, path);
        var strange = Array.FindIndex(labels, label => label > 9);
        if (strange >= 0)
        {
            throw new InvalidDataException($"{path}: label {strange} is {labels[strange]}, expected 0 … 9.");
        }

        return new(labels, Hash(header, labels));
    }

    private static byte[] ReadHeader(Stream stream, int length, int magic, string what, string path)
    {
        var header = BoundedReader.ReadExactly(stream, length, path);
        var found = Int(header, 0);
        return found == magic
            ? header
            : throw new InvalidDataException($"{path} does not hold {what} in the IDX format: magic number 0x{found:X8}, expected 0x{magic:X8}.");
    }

    private static int Int(byte[] header, int offset) => BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(offset));

    private static string Hash(byte[] header, byte[] body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}

/// <summary>Pictures of an IDX file.</summary>
/// <param name="Pixels">The bytes.</param>
/// <param name="Count">How many pictures.</param>
/// <param name="Rows">Their height.</param>
/// <param name="Columns">Their width.</param>
/// <param name="Sha256">Of the decompressed file, in lower-case hexadecimal digits.</param>
internal sealed record IdxImages(byte[] Pixels, int Count, int Rows, int Columns, string Sha256);

/// <summary>Labels of an IDX file.</summary>
/// <param name="Labels">The bytes, 0 … 9.</param>
/// <param name="Sha256">Of the decompressed file, in lower-case hexadecimal digits.</param>
internal sealed record IdxLabels(byte[] Labels, string Sha256);
