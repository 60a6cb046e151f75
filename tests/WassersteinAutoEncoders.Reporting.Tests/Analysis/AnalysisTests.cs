using TorchSharp;

namespace WassersteinAutoEncoders.Reporting.Tests.Analysis;

public class AnalysisTests
{
    [Fact]
    public void Empirical_distance_is_the_largest_gap_of_distribution_functions()
    {
        var random = new Random(5);
        for (var trial = 0; trial < 50; trial++)
        {
            // Integers, so that there are ties.
            var x = Enumerable.Range(0, random.Next(1, 40)).Select(_ => (double)random.Next(8)).ToArray();
            var y = Enumerable.Range(0, random.Next(1, 40)).Select(_ => (double)random.Next(2, 11)).ToArray();
            var naive = x.Concat(y).Max(v => Math.Abs(x.Count(a => a <= v) / (double)x.Length - y.Count(b => b <= v) / (double)y.Length));
            Assert.Equal(naive, Distance(x, y), Tolerances.Float64);
        }
        Assert.Equal(1, Distance([double.NaN], [1.0]));

        static double Distance(double[] x, double[] y) => PriorFigures.Of(Codes(y)).Compare(Codes(x))[0].Distance;

        static LatentCodes Codes(double[] values) => new([.. values.Select(v => (float)v)], 1);
    }

    [Fact]
    public void Principal_axes_are_those_the_codes_were_stretched_along()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(11, torch.CPU);
        // Independent directions with deviations 5, 2, 0.3, 0.3, turned by an orthogonal matrix.
        var turn = torch.linalg.qr(torch.randn(4, 4, generator: generator)).Q;
        var codes = LatentCodes.From((torch.randn(4000, 4, generator: generator) * torch.tensor(new float[] { 5, 2, 0.3f, 0.3f })).mm(turn));
        var axes = PrincipalAxes.Of(codes);
        // The angle of an estimated axis scatters by about √(λ₁λ₂/n)/(λ₁−λ₂) < 0.01.
        Assert.True(Math.Abs(Dot(axes.First, Row(turn, 0))) > 0.999);
        Assert.True(Math.Abs(Dot(axes.Second, Row(turn, 1))) > 0.999);
        Assert.Equal(0, Dot(axes.First, axes.Second), Tolerances.Float64);
        Assert.InRange(axes.Explained, 0.99, 1);
        Assert.True(axes.First.MaxBy(Math.Abs) > 0);
    }

    [Fact]
    public void Principal_axes_of_codes_that_do_not_vary_are_finite()
        => Assert.All(PrincipalAxes.Of(new LatentCodes(new float[12], 3)).First, v => Assert.True(double.IsFinite(v)));

    [Fact]
    public void Regions_of_highest_density_hold_their_share()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(2, torch.CPU);
        var samples = LatentCodes.From(torch.randn(50_000, 2, generator: generator));
        var regions = DensityRegions.Of(samples.Column(0), samples.Column(1), (-5, 5));
        for (var n = 0; n < regions.Count; n++)
        {
            // A standard normal plane: the mass within r is 1 − exp(−r²/2). Smoothing by two cells of 10/72 widens it by 4 %.
            var radius = Math.Sqrt(-2 * Math.Log(1 - DensityRegions.Masses[n]));
            Assert.InRange(Math.Sqrt(regions[n].Sum(Area) / Math.PI), 0.98 * radius, 1.07 * radius);
        }
    }

    [Fact]
    public void Contours_close_and_turn_around_what_they_enclose()
    {
        // A ring: one outline outside, one inside, in opposite directions, with the ring's area between them.
        var random = new Random(1);
        var angles = Enumerable.Range(0, 40_000).Select(_ => 2 * Math.PI * random.NextDouble()).ToArray();
        var radii = angles.Select(_ => 2 + 0.5 * random.NextDouble()).ToArray();
        var grid = DensityGrid.From([.. angles.Select((a, i) => radii[i] * Math.Cos(a))], [.. angles.Select((a, i) => radii[i] * Math.Sin(a))], -4, 4, bandwidth: 1);
        var outlines = Contours.Of(grid, grid.Level(0.95)).OrderByDescending(o => o.Count).Take(2).ToArray();
        Assert.Equal(2, outlines.Length);
        Assert.True(SignedArea(outlines[0]) * SignedArea(outlines[1]) < 0);
        // Smoothing by a cell of 1/9 widens the ring by about as much on either side.
        Assert.InRange(outlines.Sum(SignedArea) * Math.Sign(SignedArea(outlines[0])), Math.PI * (2.5 * 2.5 - 2 * 2), Math.PI * (2.67 * 2.67 - 1.83 * 1.83));
    }

    [Fact]
    public void A_contour_at_the_edge_of_the_grid_closes_too()
    {
        var grid = DensityGrid.From([1.99, 1.99, 1.99], [1.99, 1.99, 1.99], -2, 2);
        Assert.True(Area(Assert.Single(Contours.Of(grid, grid.Level(0.5)))) > 0);
    }

    [Fact]
    public void Latent_range_holds_the_prior_and_grows_with_the_codes_up_to_a_bound()
    {
        var prior = new LatentCodes([.. Enumerable.Range(0, 2000).Select(i => (float)(i / 1000.0 - 1))], 1);
        var (low, high) = LatentRange.Of(prior, null);
        Assert.True(low < -1 && high > 1 && high < 1.3);
        Assert.Equal((low, high), LatentRange.Of(prior, new LatentCodes([0, 0.5f], 1)));
        var far = LatentRange.Of(prior, new LatentCodes([0, 1e6f], 1));
        Assert.InRange(far.High, 2, 4);
        Assert.True(LatentRange.Of(null, new LatentCodes([float.NaN], 1)) is { Low: < 0, High: > 0 });
    }

    [Fact]
    public void Trend_compares_the_last_fifth_with_the_fifth_before()
    {
        var trend = Trend.Of([10, 9, 8, 7, 6, 6, 4, 4, 5, 5])!;
        Assert.Equal(-0.5, trend.Total, Tolerances.Float64);
        Assert.Equal(5.0 / 4 - 1, trend.Recent, Tolerances.Float64);
        Assert.True(double.IsNaN(Trend.Of([3, 2])!.Recent));
        Assert.Null(Trend.Of([]));
    }

    [Theory]
    [InlineData(119.94, "119.9 s")]
    [InlineData(125, "2 min 5 s")]
    [InlineData(7199, "119 min 59 s")]
    [InlineData(7260, "2 h 1 min")]
    [InlineData(180000, "50 h 0 min")]
    public void Durations_are_told_in_units_that_fit(double seconds, string expected)
        => Assert.Equal(expected, KeyFigures.Duration(TimeSpan.FromSeconds(seconds)));

    private static double Dot(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Sum();

    private static double[] Row(torch.Tensor matrix, int row) => [.. Enumerable.Range(0, 4).Select(c => matrix[row, c].ToDouble())];

    private static double Area(IReadOnlyList<double> outline) => Math.Abs(SignedArea(outline));

    /// <summary>The shoelace formula.</summary>
    private static double SignedArea(IReadOnlyList<double> outline)
    {
        var sum = 0.0;
        for (var i = 0; i < outline.Count; i += 2)
        {
            var next = (i + 2) % outline.Count;
            sum += outline[i] * outline[next + 1] - outline[next] * outline[i + 1];
        }
        return sum / 2;
    }
}
