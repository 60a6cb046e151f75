using TorchSharp;
using WassersteinAutoEncoders.Reporting.Imaging;
using WassersteinAutoEncoders.Reporting.Model;
using WassersteinAutoEncoders.Reporting.Plots;
using WassersteinAutoEncoders.Reporting.Tests.Support;

namespace WassersteinAutoEncoders.Reporting.Tests.Plots;

public class LatentPlotTests
{
    [Fact]
    public void A_dot_of_its_class_stands_where_the_code_is()
    {
        var codes = new LatentCodes([-1, 1, 1, -1], 2);
        var picture = LatentPlot.Draw(codes, new LatentPlotOptions { Labels = [0, 2], Range = (-2, 2), Size = 400 });
        // In the plot's coordinates both are a quarter of the side from their corner, up left and down right.
        Assert.True(Centre(picture, Palette.Light[0]) is { } first && Centre(picture, Palette.Light[2]) is { } second
            && first.X < second.X && first.Y < second.Y && Math.Abs(second.X - first.X - (second.Y - first.Y)) < 2);
    }

    [Fact]
    public void The_shade_of_a_prior_lies_where_its_samples_do()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(3, torch.CPU);
        var prior = LatentCodes.From(torch.randn(20_000, 2, generator: generator));
        var picture = LatentPlot.Draw(new LatentCodes([2.9f, 2.9f], 2), new LatentPlotOptions { Prior = prior, Range = (-3, 3), Size = 300 });
        var bare = LatentPlot.Draw(new LatentCodes([2.9f, 2.9f], 2), new LatentPlotOptions { Range = (-3, 3), Size = 300 });
        var changed = Enumerable.Range(0, 300 * 300).Count(i => picture.Pixels[3 * i] != bare.Pixels[3 * i]);
        // The 95 % disc of a standard normal plane has radius √(2 ln 20) = 2.448 of a half side of 3.
        var side = PlotSide(bare);
        Assert.InRange(changed / (double)(side * side), 0.95 * Math.PI * 2.448 * 2.448 / 36, 1.10 * Math.PI * 2.448 * 2.448 / 36);
    }

    [Fact]
    public void A_thin_prior_is_shaded_thinly()
    {
        double Shaded(double thickness)
        {
            using var scope = torch.NewDisposeScope();
            using var generator = new torch.Generator(4, torch.CPU);
            var line = torch.randn(50_000, 2, generator: generator) * torch.tensor([1f, (float)thickness]);
            var options = new LatentPlotOptions { Range = (-4, 4), Size = 400 };
            var far = new LatentCodes([3.9f, 3.9f], 2);
            var (bare, picture) = (LatentPlot.Draw(far, options), LatentPlot.Draw(far, options with { Prior = LatentCodes.From(line) }));
            var side = PlotSide(bare);
            return Enumerable.Range(0, 400 * 400).Count(i => picture.Pixels[3 * i] != bare.Pixels[3 * i]) * 64.0 / side / side;
        }

        // 95 % of a Gaussian of deviations 1 and s lie in an ellipse of area π·s·5.99; smoothing widens it by a cell (8/144) in square at most.
        Assert.InRange(Shaded(0.05), Math.PI * 5.99 * 0.05, Math.PI * 5.99 * 0.12);
        Assert.InRange(Shaded(0.8), 0.95 * Math.PI * 5.99 * 0.8, 1.1 * Math.PI * 5.99 * 0.8);
    }

    [Fact]
    public void Principal_directions_do_not_depend_on_a_rotation_of_the_codes()
    {
        // Codes spread along one diagonal of three dimensions, and a prior with them.
        float[] spread = [-3, -1.5f, -1, 0, 0.5f, 2, 3];
        var diagonal = (float)(1 / Math.Sqrt(3));
        var turned = new LatentCodes([.. spread.SelectMany(v => (float[])[v * diagonal, v * diagonal, v * diagonal])], 3);
        var options = new LatentPlotOptions { Range = (-4, 4), Labels = [0, 0, 0, 0, 0, 0, 2] };
        var expected = LatentPlot.Draw(new LatentCodes([.. spread.SelectMany(v => (float[])[v, 0])], 2), options with { Range = (-4, 4) });
        Assert.Equal(Centre(expected, Palette.Light[2]), Centre(LatentPlot.DrawPrincipal(turned, options), Palette.Light[2]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Codes_of_few_dimensions_are_drawn_as_they_are(int dimension)
    {
        var codes = new LatentCodes([-1, 1, 0.5f, 2], dimension);
        Assert.Equal(LatentPlot.Draw(codes, new LatentPlotOptions { Y = dimension - 1 }).Pixels.ToArray(), LatentPlot.DrawPrincipal(codes, new LatentPlotOptions { X = 7, Y = 9 }).Pixels.ToArray());
    }

    [Fact]
    public void The_legend_has_a_dot_for_each_class_even_where_all_classes_lie_together()
    {
        var codes = new LatentCodes(new float[20], 2);
        string[] names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
        var options = new LatentPlotOptions { Labels = [.. Enumerable.Range(0, 10)], ClassNames = names };
        var (without, with) = (LatentPlot.Draw(codes, options with { ClassNames = [] }), LatentPlot.Draw(codes, options));
        Assert.All(Palette.Light, colour => Assert.True(Count(with, colour) > Count(without, colour) + 30));
        // Ever more classes do not press the plot out of the picture.
        Assert.Equal(without.Pixels, LatentPlot.Draw(codes, options with { ClassNames = [.. Enumerable.Range(0, 200).Select(n => $"class {n}")] }).Pixels);

        static int Count(RasterImage picture, Rgb colour) => Enumerable.Range(0, picture.Width * picture.Height)
            .Count(i => new Rgb(picture.Pixels[3 * i], picture.Pixels[3 * i + 1], picture.Pixels[3 * i + 2]) == colour);
    }

    [Fact]
    public void Names_stand_at_the_middle_of_classes_that_lie_apart()
    {
        var options = new LatentPlotOptions { Labels = [0, 1], Range = (-4, 4), Size = 400 };
        string[] names = ["left", "right"];
        var codes = new LatentCodes([-2, 0, 2, 0], 2);
        // The legend is the same for codes that lie together, whose names are left out.
        var together = LatentPlot.Draw(new LatentCodes([-2, 0, -2, 0], 2), options with { ClassNames = names });
        var apart = LatentPlot.Draw(codes, options with { ClassNames = names });
        Assert.Equal(InkNear(together, 0.7), InkNear(LatentPlot.Draw(new LatentCodes([-2, 0], 2), options with { Labels = [0] }), 0.7));
        Assert.True(InkNear(apart, 0.3) > 40 && InkNear(apart, 0.7) > 40, $"{InkNear(apart, 0.3)} and {InkNear(apart, 0.7)} dark pixels");

        // Dark pixels about a point in the middle of the height.
        static int InkNear(RasterImage picture, double across) => Enumerable.Range(0, 40 * 60).Count(i =>
            picture.Pixels[3 * ((picture.Height * 45 / 100 - 20 + i / 60) * picture.Width + (int)(across * picture.Width) - 30 + i % 60)] < 80);
    }

    [Fact]
    public void What_cannot_be_drawn_is_refused()
    {
        var codes = new LatentCodes([1, 2, 3, 4], 2);
        Assert.Throws<ArgumentException>(() => LatentPlot.Draw(codes, new LatentPlotOptions { X = 2 }));
        Assert.Throws<ArgumentException>(() => LatentPlot.Draw(codes, new LatentPlotOptions { Labels = [1] }));
        Assert.Throws<ArgumentException>(() => LatentPlot.Draw(codes, new LatentPlotOptions { Labels = [1, -1] }));
        Assert.Throws<ArgumentException>(() => LatentPlot.Draw(codes, new LatentPlotOptions { Range = (1, 1) }));
        Assert.Throws<ArgumentException>(() => LatentPlot.Draw(codes, new LatentPlotOptions { Prior = new LatentCodes([1], 1) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatentPlot.Draw(codes, new LatentPlotOptions { Size = 10 }));
        Assert.Throws<ArgumentException>(() => LatentPlot.DrawPrincipal(codes, new LatentPlotOptions { Prior = new LatentCodes([1, 2, 3], 3) }));
        using var vector = torch.zeros(3);
        Assert.Throws<ArgumentException>(() => LatentCodes.From(vector));
        Assert.Throws<ArgumentException>(() => new LatentCodes([1, 2, 3], 2));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void An_animation_has_a_frame_for_each_snapshot_and_shows_the_last_where_it_cannot_play(int dimension)
    {
        using var folder = new TemporaryFolder();
        var report = SyntheticRun.Record(folder.File("r.html"), 3, dimension);
        LatentAnimation.Save(report, folder.File("a.png"), 200);
        var png = PngReader.Read(File.ReadAllBytes(folder.File("a.png")));
        Assert.Equal(report.Snapshots.Count, png.FrameCount);
        Assert.Equal(png.Frame(png.FrameCount - 1), png.Pixels);
        Assert.NotEqual(png.Frame(0), png.Pixels);
        Assert.Throws<ArgumentException>(() => LatentAnimation.Encode(report with { Snapshots = [] }));
    }

    private static (double X, double Y)? Centre(RasterImage picture, Rgb colour)
    {
        var found = new List<(int X, int Y)>();
        for (var i = 0; i < picture.Width * picture.Height; i++)
        {
            var (r, g, b) = (picture.Pixels[3 * i], picture.Pixels[3 * i + 1], picture.Pixels[3 * i + 2]);
            // Dots are a little transparent on white.
            if (Math.Abs(r - (0.8 * colour.R + 51)) < 4 && Math.Abs(g - (0.8 * colour.G + 51)) < 4 && Math.Abs(b - (0.8 * colour.B + 51)) < 4)
            {
                found.Add((i % picture.Width, i / picture.Width));
            }
        }
        return found.Count == 0 ? null : (found.Average(p => p.X), found.Average(p => p.Y));
    }

    /// <summary>The length of the lower axis.</summary>
    private static int PlotSide(RasterImage picture)
    {
        var axis = Rgb.FromHex(0x9aa3b0);
        return Enumerable.Range(0, picture.Height).Max(y => Enumerable.Range(0, picture.Width)
            .Count(x => Math.Abs(picture.Pixels[3 * (y * picture.Width + x)] - axis.R) < 25 && Math.Abs(picture.Pixels[3 * (y * picture.Width + x) + 2] - axis.B) < 25));
    }
}
