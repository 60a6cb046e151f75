using SkiaSharp;
using WassersteinAutoEncoders.Tool.Data;

namespace WassersteinAutoEncoders.Tool.Tests.Data;

public class PictureFolderTests
{
    private static byte[] Picture(int width, int height, SKColor left, SKColor right, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(left);
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint { Color = right })
        {
            canvas.DrawRect(width / 2, 0, width, height, paint);
        }

        using var data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    private static void Fill(TemporaryFolder folder, int count = 20, string inside = "")
    {
        for (var i = 0; i < count; i++)
        {
            folder.Write(Path.Combine(inside, $"{i:000}.png"), Picture(20, 10, SKColors.Black, SKColors.White));
        }
    }

    [Fact]
    public void Folders_are_classes_and_every_tenth_picture_is_for_testing()
    {
        using var folder = new TemporaryFolder();
        Fill(folder, 20, "cats");
        Fill(folder, 30, Path.Combine("dogs", "small"));
        var data = PictureFolder.Load(folder.Path, 16, 3, CancellationToken.None);
        Assert.Equal((45, 5), (data.Train.Count, data.Test.Count));
        Assert.Equal(["cats", "dogs"], data.ClassNames);
        Assert.Equal((18, 27), (data.Train.Labels.Count(label => label == 0), data.Train.Labels.Count(label => label == 1)));
        Assert.Equal((3, 16, 16), (data.Train.Channels, data.Train.Height, data.Train.Width));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void The_middle_square_is_scaled_and_colours_keep_their_planes(SKEncodedImageFormat format)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a", Picture(64, 32, SKColors.Red, SKColors.Blue, format));
        var planes = PictureFolder.Read(path, 8, 3);
        for (var row = 0; row < 8; row++)
        {
            var (left, right) = (row * 8, (row * 8) + 7);
            Assert.True(planes[left] > 240 && planes[64 + left] < 15 && planes[128 + left] < 15);
            Assert.True(planes[right] < 15 && planes[64 + right] < 15 && planes[128 + right] > 240);
        }
    }

    [Fact]
    public void Grey_is_what_the_eye_sees_of_a_colour()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a", Picture(8, 8, SKColors.Red, new SKColor(0, 255, 0)));
        var grey = PictureFolder.Read(path, 8, 1);
        Assert.Equal((76, 150), (grey[0], grey[7]));
    }

    [Fact]
    public void A_damaged_picture_is_named()
    {
        using var folder = new TemporaryFolder();
        Fill(folder);
        var path = folder.Write("zz.png", [1, 2, 3]);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => PictureFolder.Load(folder.Path, 16, 3, CancellationToken.None)).Message, StringComparison.Ordinal);
        var whole = Picture(64, 64, SKColors.Red, SKColors.Blue);
        folder.Write("zz.png", whole[..(whole.Length / 2)]);
        Assert.Contains("is damaged", Assert.Throws<InvalidDataException>(() => PictureFolder.Load(folder.Path, 16, 3, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_claims_to_be_huge_is_refused_before_there_is_memory_for_it()
    {
        using var folder = new TemporaryFolder();
        var bytes = Picture(8, 8, SKColors.Red, SKColors.Blue);
        // The header chunk: width and height, big-endian, from byte 16; its check sum from byte 29.
        (bytes[18], bytes[22]) = (0xFF, 0xFF);
        var crc = Crc(bytes.AsSpan(12, 17));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), crc);
        var path = folder.Write("a.png", bytes);
        Assert.Contains("are read", Assert.Throws<InvalidDataException>(() => PictureFolder.Read(path, 16, 3)).Message, StringComparison.Ordinal);
    }

    /// <summary>The CRC-32 of PNG (ISO 3309), bit by bit.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }

    [Fact]
    public void Too_few_pictures_and_pipes_are_refused()
    {
        using var folder = new TemporaryFolder();
        Fill(folder, 19);
        Assert.Contains("at least 20", Assert.Throws<InvalidDataException>(() => PictureFolder.Load(folder.Path, 16, 3, CancellationToken.None)).Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            HandMade.Fifo(folder.File("pipe.png"));
            Assert.Contains("FIFO", Assert.Throws<InvalidDataException>(() => PictureFolder.Read(folder.File("pipe.png"), 16, 3)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Pictures_of_ones_own_train()
    {
        using var folder = new TemporaryFolder();
        Fill(folder, 40, "pictures");
        var text = Wae.Succeed("train", "--dataset", "folder", "--data", folder.File("pictures"), "--size", "16", "--n-channel", "1", "--batch-size", "8", "--max-steps", "1", "--threads", "1", "--out", folder.File("out"));
        Assert.Contains("36 training and 4 test pictures of 1×16×16", text, StringComparison.Ordinal);
        Assert.Contains("pictures of 1×16×16", Wae.Succeed("inspect", folder.File("out/checkpoint.safetensors")), StringComparison.Ordinal);
    }
}
