using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace WassersteinAutoEncoders.Reporting.Tests.Support;

/// <summary>Reads PNG and animated PNG files of 8 bits without interlacing, written from the specification.</summary>
internal sealed class PngReader
{
    private readonly List<(byte[] Data, byte[] Control)> _frames = [];
    private byte[] _palette = [];

    public int Width { get; private set; }

    public int Height { get; private set; }

    public int ColourType { get; private set; }

    /// <summary>What acTL announces; 0 without one.</summary>
    public int AnnouncedFrames { get; private set; }

    public int FrameCount => _frames.Count;

    /// <summary>The pixels that a viewer without animation shows.</summary>
    public byte[] Pixels { get; private set; } = [];

    public int Channels => ColourType switch { 0 => 1, 4 => 2, 2 or 3 => 3, 6 => 4, _ => throw new InvalidDataException($"Colour type {ColourType}.") };

    /// <summary>Interleaved pixels of a frame, RGB where it has a palette.</summary>
    public byte[] Frame(int index) => Decode(_frames[index].Data);

    /// <summary>How long a frame is shown.</summary>
    public TimeSpan Delay(int index)
    {
        var control = _frames[index].Control;
        return TimeSpan.FromSeconds((double)BinaryPrimitives.ReadUInt16BigEndian(control.AsSpan(20)) / BinaryPrimitives.ReadUInt16BigEndian(control.AsSpan(22)));
    }

    public static PngReader Read(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        var reader = new PngReader();
        var still = new MemoryStream();
        byte[]? control = null;
        var sequence = 0;
        var type = "";
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            type = Encoding.ASCII.GetString(png, at + 4, 4);
            var data = png[(at + 8)..(at + 8 + length)];
            Assert.Equal(Crc(png.AsSpan(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            switch (type)
            {
                case "IHDR":
                    (reader.Width, reader.Height, reader.ColourType) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(4)), data[9]);
                    Assert.Equal([8, 0, 0, 0], [data[8], data[10], data[11], data[12]]);
                    break;
                case "PLTE":
                    reader._palette = data;
                    break;
                case "acTL":
                    reader.AnnouncedFrames = BinaryPrimitives.ReadInt32BigEndian(data);
                    break;
                case "fcTL":
                    Assert.Equal(sequence++, BinaryPrimitives.ReadInt32BigEndian(data));
                    Assert.Equal((reader.Width, reader.Height), (BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(4)), BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(8))));
                    control = data;
                    break;
                case "IDAT":
                    still.Write(data);
                    if (control is not null)
                    {
                        reader._frames.Add((data, control));
                    }

                    break;
                case "fdAT":
                    Assert.Equal(sequence++, BinaryPrimitives.ReadInt32BigEndian(data));
                    reader._frames.Add((data[4..], control!));
                    break;
            }
            at += 12 + length;
        }
        Assert.Equal("IEND", type);
        reader.Pixels = reader.Decode(still.ToArray());
        return reader;
    }

    private byte[] Decode(byte[] compressed)
    {
        var raw = new MemoryStream();
        using (var inflate = new ZLibStream(new MemoryStream(compressed), CompressionMode.Decompress))
        {
            inflate.CopyTo(raw);
        }

        var bytes = raw.ToArray();
        var step = ColourType == 3 ? 1 : Channels;
        var stride = Width * step;
        Assert.Equal(Height * (stride + 1), bytes.Length);
        var pixels = new byte[Height * stride];
        for (var y = 0; y < Height; y++)
        {
            for (var i = 0; i < stride; i++)
            {
                int a = i >= step ? pixels[y * stride + i - step] : 0;
                int b = y > 0 ? pixels[(y - 1) * stride + i] : 0;
                int c = y > 0 && i >= step ? pixels[(y - 1) * stride + i - step] : 0;
                var p = a + b - c;
                var (pa, pb, pc) = (Math.Abs(p - a), Math.Abs(p - b), Math.Abs(p - c));
                var predicted = bytes[y * (stride + 1)] switch
                {
                    0 => 0,
                    1 => a,
                    2 => b,
                    3 => (a + b) >> 1,
                    4 => pa <= pb && pa <= pc ? a : pb <= pc ? b : c,
                    var other => throw new InvalidDataException($"Filter type {other}."),
                };
                pixels[y * stride + i] = (byte)(bytes[y * (stride + 1) + 1 + i] + predicted);
            }
        }
        return ColourType == 3 ? [.. pixels.SelectMany(index => _palette[(3 * index)..(3 * index + 3)])] : pixels;
    }

    /// <summary>Bit by bit, as the specification defines it.</summary>
    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
            }
        }
        return ~crc;
    }
}
