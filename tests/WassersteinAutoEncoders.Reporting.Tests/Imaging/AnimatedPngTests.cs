using WassersteinAutoEncoders.Reporting.Imaging;
using WassersteinAutoEncoders.Reporting.Tests.Support;

namespace WassersteinAutoEncoders.Reporting.Tests.Imaging;

public class AnimatedPngTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decoding_gives_every_frame_back(bool withStill)
    {
        RasterImage[] frames = [.. Enumerable.Range(0, 4).Select(n => Picture(Rgb.FromHex(0x204060 * (n + 1) & 0xFFFFFF)))];
        var still = withStill ? Picture(Rgb.FromHex(0xABCDEF)) : null;
        var png = PngReader.Read(AnimatedPng.Encode(frames, TimeSpan.FromMilliseconds(120), TimeSpan.FromSeconds(2), still: still));
        Assert.Equal(4, png.AnnouncedFrames);
        Assert.Equal(4, png.FrameCount);
        for (var n = 0; n < 4; n++)
        {
            // Few colours: the palette holds each exactly.
            Assert.Equal(frames[n].Pixels.ToArray(), png.Frame(n));
            Assert.Equal(n < 3 ? 120 : 2000, png.Delay(n).TotalMilliseconds);
        }
        Assert.Equal((still ?? frames[0]).Pixels.ToArray(), png.Pixels);
    }

    [Fact]
    public void Many_colours_come_back_close()
    {
        var pixels = new byte[3 * 64 * 64];
        for (var i = 0; i < 64 * 64; i++)
        {
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = ((byte)(i % 64 * 4), (byte)(i / 64 * 4), 90);
        }

        var decoded = PngReader.Read(AnimatedPng.Encode([new RasterImage(64, 64, 3, pixels)], TimeSpan.FromSeconds(1))).Frame(0);
        // Two channels of 256 levels share 256 places, 16 a channel: a colour is at most 8 levels from its place's middle, 4 on average.
        Assert.InRange(pixels.Zip(decoded, (a, b) => Math.Abs(a - b)).Average(), 0, 6);
    }

    [Fact]
    public void Frames_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => AnimatedPng.Encode([], TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentException>(() => AnimatedPng.Encode([new RasterImage(1, 1, 3, new byte[3]), new RasterImage(2, 1, 3, new byte[6])], TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentException>(() => AnimatedPng.Encode([new RasterImage(1, 1, 1, new byte[1])], TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => AnimatedPng.Encode([new RasterImage(1, 1, 3, new byte[3])], TimeSpan.FromMinutes(2)));
    }

    private static RasterImage Picture(Rgb colour)
    {
        var canvas = new Canvas(20, 10, Rgb.FromHex(0xFFFFFF));
        for (var x = 0; x < 20; x++)
        {
            canvas.Blend(x, x / 2, colour, 1);
        }

        return canvas.ToImage();
    }
}
