using WassersteinAutoEncoders.Metrics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Metrics;

public class NeighborhoodFiguresTests
{
    /// <summary>A second implementation, in loops over the definitions.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Figures_are_those_of_their_definitions(int k)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(30, 2, 1), Points.Normal(25, 2, 2) * 0.8 + 0.5);
        var (real, generated) = (Rows(x), Rows(y));
        double[] ofReal = Radii(real, k), ofGenerated = Radii(generated, k);
        var pairs = from i in Enumerable.Range(0, 30) from j in Enumerable.Range(0, 25) select (i, j, Distance: Distance(real[i], generated[j]));
        var inReal = pairs.Where(p => p.Distance <= ofReal[p.i]).ToList();
        var result = NeighborhoodFigures.Evaluate(x, y, k);
        Assert.Equal(inReal.Select(p => p.j).Distinct().Count() / 25.0, result.Precision, Tolerances.Float64);
        Assert.Equal(pairs.Where(p => p.Distance <= ofGenerated[p.j]).Select(p => p.i).Distinct().Count() / 30.0, result.Recall, Tolerances.Float64);
        Assert.Equal(inReal.Count / (k * 25.0), result.Density, Tolerances.Float64);
        Assert.Equal(inReal.Select(p => p.i).Distinct().Count() / 30.0, result.Coverage, Tolerances.Float64);
    }

    /// <summary>Of equal distributions: density about 1, coverage about 1 − 2⁻ᵏ; each a mean over 1,500 dependent numbers, given a tenth.</summary>
    [Fact]
    public void Equal_distributions_have_the_stated_values()
    {
        using var scope = NewDisposeScope();
        var result = NeighborhoodFigures.Evaluate(Points.Normal(1500, 3, 1), Points.Normal(1500, 3, 2), 3);
        Assert.Equal(1, result.Density, 0.1);
        Assert.Equal(1 - Math.Pow(2, -3), result.Coverage, 0.1);
        Assert.InRange(result.Precision, 0.85, 1);
        Assert.InRange(result.Recall, 0.85, 1);
    }

    /// <summary>Half of the data missed costs recall and coverage, not precision; noise around it costs precision, not recall.</summary>
    [Fact]
    public void What_is_missed_and_what_is_wrong_are_told_apart()
    {
        using var scope = NewDisposeScope();
        var both = cat([Points.Normal(300, 2, 1), Points.Normal(300, 2, 2) + 50], 0);
        var missing = NeighborhoodFigures.Evaluate(both, Points.Normal(600, 2, 3));
        var wrong = NeighborhoodFigures.Evaluate(Points.Normal(300, 2, 1), cat([Points.Normal(300, 2, 3), Points.Normal(300, 2, 4) + 50], 0));
        Assert.True(missing is { Precision: > 0.8, Recall: < 0.6, Coverage: < 0.6 }, missing.ToString());
        Assert.True(wrong is { Precision: < 0.6, Recall: > 0.8, Density: < 0.7 }, wrong.ToString());
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>("generated", () => NeighborhoodFigures.Evaluate(zeros(9, 2), zeros(9, 3)));
        Assert.Throws<ArgumentException>("real", () => NeighborhoodFigures.Evaluate(zeros(5, 2), zeros(9, 2)));
        Assert.Throws<ArgumentException>("generated", () => NeighborhoodFigures.Evaluate(zeros(9, 2), full([9, 2], float.NaN)));
        Assert.Throws<ArgumentOutOfRangeException>("neighbors", () => NeighborhoodFigures.Evaluate(zeros(9, 2), zeros(9, 2), 0));
    }

    private static double[][] Rows(Tensor x) => [.. x.data<double>().ToArray().Chunk((int)x.shape[1])];

    private static double[] Radii(double[][] rows, int k) => [.. rows.Select(row => rows.Select(other => Distance(row, other)).Order().ElementAt(k))];

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (u, v) => (u - v) * (u - v)).Sum());
}
