using WassersteinAutoEncoders.Reporting.Imaging;

namespace WassersteinAutoEncoders.Reporting.Tests.Imaging;

public class CanvasTests
{
    [Fact]
    public void A_disc_covers_its_area()
    {
        var canvas = new Canvas(60, 60, new Rgb(0, 0, 0));
        canvas.Disc(30.3, 29.6, 20, new Rgb(255, 0, 0));
        var sum = 0.0;
        for (var i = 0; i < canvas.ToImage().Pixels.Length; i += 3)
        {
            sum += canvas.ToImage().Pixels[i] / 255.0;
        }
        // Coverage by the distance of pixel centres is off by a small part of the circumference's pixels.
        Assert.InRange(sum, 0.99 * Math.PI * 400, 1.01 * Math.PI * 400);
    }

    [Fact]
    public void What_lies_outside_is_passed_over()
    {
        var canvas = new Canvas(5, 5, new Rgb(1, 2, 3));
        canvas.Disc(-100, -100, 3, new Rgb(255, 255, 255));
        canvas.Line(double.NaN, 0, 1, 1, 3, new Rgb(255, 255, 255));
        canvas.Blend(9, 9, new Rgb(255, 255, 255), 1);
        Assert.All(canvas.ToImage().Pixels.ToArray().Chunk(3), pixel => Assert.Equal([1, 2, 3], pixel));
    }

    [Fact]
    public void Every_glyph_stays_in_its_cell_and_every_character_has_one()
    {
        for (var character = ' '; character < 0x2500; character++)
        {
            Assert.InRange(StrokeFont.Advance(character), 3, 6);
            foreach (var (from, to) in StrokeFont.Strokes(character))
            {
                Assert.All([from.X, to.X], x => Assert.InRange(x, -1, 4));
                Assert.All([from.Y, to.Y], y => Assert.InRange(y, -6, 2));
            }
        }
        Assert.NotEmpty(StrokeFont.Strokes('漢'));
        Assert.Empty(StrokeFont.Strokes(' '));
        Assert.Equal(2 * 5.8 - 1.8, StrokeFont.Width("zz"), Tolerances.Float64);
    }
}
