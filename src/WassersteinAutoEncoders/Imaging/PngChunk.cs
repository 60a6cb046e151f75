using System.Buffers.Binary;
using System.Text;

namespace WassersteinAutoEncoders.Imaging;

/// <summary>The container of PNG files: the signature, and chunks of length, type, data and CRC-32 (PNG specification, section 5).</summary>
internal static class PngChunk
{
    /// <summary>The eight bytes every PNG begins with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static readonly uint[] Table = MakeTable();

    /// <summary>Appends one chunk.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="type">The four letters of its type.</param>
    /// <param name="data">Its content.</param>
    public static void Write(Stream output, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        Span<byte> name = stackalloc byte[4];
        Encoding.ASCII.GetBytes(type, name);
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        output.Write(word);
        output.Write(name);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~Update(Update(uint.MaxValue, name), data));
        output.Write(word);
    }

    /// <summary>The CRC-32 of the PNG specification (appendix D), as in zip.</summary>
    public static uint Crc32(ReadOnlySpan<byte> data) => ~Update(uint.MaxValue, data);

    private static uint Update(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
        {
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            var c = n;
            for (var bit = 0; bit < 8; bit++)
            {
                c = (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
            }

            table[n] = c;
        }
        return table;
    }
}
