using TorchSharp;
using WassersteinAutoEncoders.Reporting.Tests.Support;

namespace WassersteinAutoEncoders.Reporting.Tests.Imaging;

public class ImageGridTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_pixel_stands_in_its_cell(int channels)
    {
        using var images = torch.rand(5, channels, 3, 4);
        var grid = ImageGrid.ToPng(images, PixelRange.Unit, columns: 2, padding: 1, scale: 2);
        var png = PngReader.Read(grid);
        Assert.Equal((2 * 9 + 1, 3 * 7 + 1), (png.Width, png.Height));
        Assert.Equal(channels, png.Channels);
        for (var n = 0; n < 5; n++)
        {
            for (var c = 0; c < channels; c++)
            {
                for (var y = 0; y < 6; y++)
                {
                    for (var x = 0; x < 8; x++)
                    {
                        var expected = (byte)Math.Round(images[n, c, y / 2, x / 2].ToSingle() * 255.0);
                        var (column, row) = (1 + n % 2 * 9 + x, 1 + n / 2 * 7 + y);
                        Assert.Equal(expected, png.Pixels[(row * png.Width + column) * channels + c]);
                    }
                }
            }
        }
        // Padding, and the cell without an image.
        Assert.Equal(128, png.Pixels[0]);
        Assert.Equal(128, png.Pixels[((1 + 2 * 7) * png.Width + 1 + 9) * channels]);
    }

    [Theory]
    [InlineData(int.MaxValue, 2, 1)]
    [InlineData(0, int.MaxValue, 1)]
    [InlineData(0, 2, 1 << 20)]
    [InlineData(1 << 20, 1 << 15, 1)]
    [InlineData(1 << 20, 1, 1)]
    public void A_picture_too_large_for_memory_is_refused(int columns, int padding, int scale)
    {
        using var images = torch.rand(4, 1, 8, 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageGrid.ToPng(images, PixelRange.Unit, columns, padding, scale));
    }

    [Fact]
    public void Nothing_stays_alive()
    {
        using var scope = torch.NewDisposeScope();
        using var images = torch.rand(4, 8, 8);
        var before = scope.DisposablesCount;
        ImageGrid.ToPng(images, PixelRange.Unit);
        Assert.Equal(before, scope.DisposablesCount);
    }

    [Fact]
    public void Range_is_what_the_caller_says()
    {
        using var images = torch.tensor(new float[] { -1, 0, 1, float.NaN, -9, 9 }).reshape(1, 1, 2, 3);
        Assert.Equal([0, 128, 255, 0, 0, 255], ImageGrid.Draw(images, PixelRange.Symmetric, padding: 0).Pixels);
        Assert.Equal([0, 0, 255, 0, 0, 255], ImageGrid.Draw(images, PixelRange.Unit, padding: 0).Pixels);
    }

    [Fact]
    public void Columns_default_to_a_square()
    {
        using var images = torch.zeros(10, 2, 2);
        var grid = ImageGrid.Draw(images, PixelRange.Unit, padding: 0);
        Assert.Equal((8, 6), (grid.Width, grid.Height));
    }

    [Fact]
    public void What_is_no_batch_of_images_is_refused_with_its_shape()
    {
        using var flat = torch.zeros(4, 784);
        using var five = torch.zeros(1, 5, 2, 2);
        using var none = torch.zeros(0, 1, 2, 2);
        Assert.Contains("[4, 784]", Assert.Throws<ArgumentException>(() => ImageGrid.Draw(flat, PixelRange.Unit)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ImageGrid.Draw(five, PixelRange.Unit));
        Assert.Throws<ArgumentException>(() => ImageGrid.Draw(none, PixelRange.Unit));
        using var images = torch.zeros(1, 1, 2, 2);
        Assert.Throws<ArgumentException>(() => ImageGrid.Draw(images, new PixelRange(1, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageGrid.Draw(images, PixelRange.Unit, padding: -1));
    }
}
