using System.Security.Cryptography;
using FsCheck.Xunit;
using WassersteinAutoEncoders.Samples.Data;

namespace WassersteinAutoEncoders.Samples.Tests.Data;

public class IdxFileTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pictures_come_back_as_written(bool gzip)
    {
        using var folder = new TemporaryFolder();
        var bytes = HandMade.Images(3, 4, 5);
        var images = IdxFile.ReadImages(folder.Write("images", gzip ? HandMade.Gzip(bytes) : bytes));
        Assert.Equal((3, 4, 5), (images.Count, images.Rows, images.Columns));
        Assert.Equal(bytes[16..], images.Pixels);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), images.Sha256);
    }

    [Fact]
    public void Labels_come_back_as_written()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal([0, 1, 2, 3], IdxFile.ReadLabels(folder.Write("labels", HandMade.Labels(4))).Labels);
    }

    [Fact]
    public void A_wrong_magic_number_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("images", HandMade.Labels(40));
        var error = Assert.Throws<InvalidDataException>(() => IdxFile.ReadImages(path));
        Assert.Contains("0x00000801", error.Message, StringComparison.Ordinal);
        Assert.Contains("0x00000803", error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(90)]
    public void A_file_cut_short_says_so(int kept)
    {
        using var folder = new TemporaryFolder();
        var bytes = HandMade.Images(4, 5, 5);
        Assert.Throws<InvalidDataException>(() => IdxFile.ReadImages(folder.Write("images", bytes[..kept])));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Truncated_gzip_says_so(double kept)
    {
        using var folder = new TemporaryFolder();
        var random = new byte[16 + (50 * 28 * 28)];
        new Random(1).NextBytes(random);
        HandMade.Images(50, 28, 28).AsSpan(0, 16).CopyTo(random);
        var gzip = HandMade.Gzip(random);
        var path = folder.Write("images.gz", gzip[..(int)(gzip.Length * kept)]);
        var error = Assert.Throws<InvalidDataException>(() => IdxFile.ReadImages(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("Fetch the file again", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 28, 28)]
    [InlineData(0, 28, 28)]
    [InlineData(1, 0, 28)]
    [InlineData(1, 28, -5)]
    [InlineData(int.MaxValue, 1024, 1024)]
    [InlineData(1, 65536, 65536)]
    public void Sizes_that_cannot_be_are_refused(int count, int rows, int columns)
    {
        using var folder = new TemporaryFolder();
        var bytes = HandMade.Images(1, 2, 2);
        HandMade.Images(0, rows, columns, announced: count).AsSpan(0, 16).CopyTo(bytes);
        Assert.Throws<InvalidDataException>(() => IdxFile.ReadImages(folder.Write("images", bytes)));
    }

    [Fact]
    public void A_promised_gigabyte_is_not_allocated()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("images", HandMade.Images(2, 1024, 1024, announced: 1024));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => IdxFile.ReadImages(path));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 32 << 20);
    }

    [Fact]
    public void Data_after_the_end_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<InvalidDataException>(() => IdxFile.ReadLabels(folder.Write("labels", HandMade.Labels(5, announced: 4))));
    }

    [Fact]
    public void A_label_above_nine_is_refused()
    {
        using var folder = new TemporaryFolder();
        var bytes = HandMade.Labels(5);
        bytes[^1] = 10;
        var error = Assert.Throws<InvalidDataException>(() => IdxFile.ReadLabels(folder.Write("labels", bytes)));
        Assert.Contains("label 4 is 10", error.Message, StringComparison.Ordinal);
    }

    [Property(MaxTest = 200)]
    public void Any_bytes_are_read_or_refused_clearly(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("any", bytes);
        foreach (Action read in new Action[] { () => IdxFile.ReadImages(path), () => IdxFile.ReadLabels(path) })
        {
            if (Record.Exception(read) is { } error)
            {
                Assert.IsType<InvalidDataException>(error);
            }
        }
    }
}
