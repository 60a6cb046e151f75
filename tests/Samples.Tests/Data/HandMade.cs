using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;

namespace WassersteinAutoEncoders.Samples.Tests.Data;

/// <summary>Small files in the formats of the public data sets, byte by byte.</summary>
internal static class HandMade
{
    public const int CifarRecord = 3073;

    public static byte[] Images(int count, int rows, int columns, int magic = 0x803, int? announced = null)
    {
        var body = new byte[count * rows * columns];
        for (var i = 0; i < body.Length; i++)
        {
            body[i] = (byte)((i * 7) + 3);
        }

        return [.. Words(magic, announced ?? count, rows, columns), .. body];
    }

    public static byte[] Labels(int count, int magic = 0x801, int? announced = null)
        => [.. Words(magic, announced ?? count), .. Enumerable.Range(0, count).Select(i => (byte)(i % 10))];

    public static byte[] Cifar(int count, byte first = 0)
    {
        var bytes = new byte[count * CifarRecord];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = i % CifarRecord == 0 ? (byte)((first + (i / CifarRecord)) % 10) : (byte)(i % 251);
        }

        return bytes;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return target.ToArray();
    }

    public static byte[] Tar(params (string Name, byte[] Bytes)[] entries)
    {
        using var target = new MemoryStream();
        using (var writer = new TarWriter(target))
        {
            foreach (var (name, bytes) in entries)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
            }
        }

        return target.ToArray();
    }

    /// <summary>The four files of a data set in MNIST's format.</summary>
    public static void WriteMnist(TemporaryFolder folder, int train = 30, int test = 20, bool gzip = false, int side = 28)
    {
        foreach (var (name, bytes) in new[]
        {
            ("train-images-idx3-ubyte", Images(train, side, side)), ("train-labels-idx1-ubyte", Labels(train)),
            ("t10k-images-idx3-ubyte", Images(test, side, side)), ("t10k-labels-idx1-ubyte", Labels(test)),
        })
        {
            folder.Write(gzip ? name + ".gz" : name, gzip ? Gzip(bytes) : bytes);
        }
    }

    private static byte[] Words(params int[] words)
    {
        var bytes = new byte[4 * words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * i), words[i]);
        }

        return bytes;
    }

    /// <summary>A named pipe without a writer, which keeps whoever opens it waiting.</summary>
    public static void Fifo(string path)
    {
        using var process = System.Diagnostics.Process.Start("mkfifo", [path]);
        process.WaitForExit();
    }
}
