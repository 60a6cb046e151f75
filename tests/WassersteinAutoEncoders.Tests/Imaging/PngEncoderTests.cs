using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using WassersteinAutoEncoders.Imaging;

namespace WassersteinAutoEncoders.Tests.Imaging;

public class PngEncoderTests
{
    [Fact]
    public void Crc_of_the_check_string_is_the_published_one()
        => Assert.Equal(0xCBF43926u, PngChunk.Crc32("123456789"u8));

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 5, 1)]
    [InlineData(3, 9, 2)]
    [InlineData(28, 28, 3)]
    [InlineData(13, 4, 4)]
    public void Decoding_gives_the_pixels_back(int width, int height, int channels)
    {
        var pixels = new byte[width * height * channels];
        new Random(width * 31 + channels).NextBytes(pixels);
        // A smooth half, so that predicting filters are chosen as well.
        for (var i = 0; i < pixels.Length / 2; i++)
        {
            pixels[i] = (byte)(i * 3 + i / width);
        }

        Assert.Equal(pixels, Decode(PngEncoder.Encode(pixels, width, height, channels), width, height, channels));
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PngEncoder.Encode(new byte[5], 2, 3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PngEncoder.Encode([], 0, 3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PngEncoder.Encode(new byte[5], 1, 1, 5));
    }

    /// <summary>A decoder written from the specification, for non-interlaced images of 8 bits.</summary>
    private static byte[] Decode(byte[] png, int width, int height, int channels)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        var data = new MemoryStream();
        var types = new List<string>();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var type = Encoding.ASCII.GetString(png, at + 4, 4);
            types.Add(type);
            Assert.Equal(BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)), PngChunk.Crc32(png.AsSpan(at + 4, length + 4)));
            if (type == "IHDR")
            {
                Assert.Equal(width, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at + 8)));
                Assert.Equal(height, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at + 12)));
                Assert.Equal([8, (byte)(channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 }), 0, 0, 0], png[(at + 16)..(at + 21)]);
            }
            else if (type == "IDAT")
            {
                data.Write(png, at + 8, length);
            }
            at += 12 + length;
        }
        Assert.Equal(["IHDR", "IDAT", "IEND"], types);

        data.Position = 0;
        var raw = new MemoryStream();
        using (var inflate = new ZLibStream(data, CompressionMode.Decompress))
        {
            inflate.CopyTo(raw);
        }

        var bytes = raw.ToArray();
        var stride = width * channels;
        Assert.Equal(height * (stride + 1), bytes.Length);
        var pixels = new byte[height * stride];
        for (var y = 0; y < height; y++)
        {
            for (var i = 0; i < stride; i++)
            {
                int a = i >= channels ? pixels[y * stride + i - channels] : 0;
                int b = y > 0 ? pixels[(y - 1) * stride + i] : 0;
                int c = y > 0 && i >= channels ? pixels[(y - 1) * stride + i - channels] : 0;
                var p = a + b - c;
                var predicted = bytes[y * (stride + 1)] switch
                {
                    0 => 0,
                    1 => a,
                    2 => b,
                    3 => (a + b) >> 1,
                    4 => Math.Abs(p - a) <= Math.Abs(p - b) && Math.Abs(p - a) <= Math.Abs(p - c) ? a : Math.Abs(p - b) <= Math.Abs(p - c) ? b : c,
                    var other => throw new InvalidDataException($"Filter type {other}."),
                };
                pixels[y * stride + i] = (byte)(bytes[y * (stride + 1) + 1 + i] + predicted);
            }
        }
        return pixels;
    }
}
