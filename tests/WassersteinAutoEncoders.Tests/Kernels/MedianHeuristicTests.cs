using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Tests.Divergences;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Kernels;

public class MedianHeuristicTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(7, 5)]
    [InlineData(8, 8)]
    public void Pooled_is_half_the_median_over_all_pairs(int n, int m)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(n, 3, 1), Points.Normal(m, 3, 2));
        double[][] all = [.. NaiveMmd.Rows(x), .. NaiveMmd.Rows(y)];
        double[] distances = [.. Enumerable.Range(0, all.Length).SelectMany(i => Enumerable.Range(0, i).Select(j => Squared(all[i], all[j]))).Order()];
        var middle = distances.Length / 2;
        var expected = distances.Length % 2 == 1 ? distances[middle] : (distances[middle - 1] + distances[middle]) / 2;
        Assert.Equal(expected / 2, MedianHeuristic.Pooled(x, y), Tolerances.Float64);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    public void Official_is_the_sum_of_the_authors_medians(int n)
    {
        using var scope = NewDisposeScope();
        var (codes, prior) = (Points.Normal(n, 3, 1), Points.Normal(n, 3, 2));
        var (q, p) = (NaiveMmd.Rows(codes), NaiveMmd.Rows(prior));
        var half = (n * n - n) / 2;
        double Kth(double[][] a, double[][] b) => a.SelectMany(_ => b, Squared).OrderDescending().ElementAt(half - 1);
        Assert.Equal(Kth(q, p) + Kth(q, q), MedianHeuristic.Official(codes, prior), Tolerances.Float64);
    }

    /// <summary>Where codes follow the prior, σ² from the prior and from the codes are one number, and the authors' is four times it.</summary>
    [Fact]
    public void A_bandwidth_means_the_same_wherever_it_comes_from()
    {
        using var scope = NewDisposeScope();
        var prior = new GaussianPrior(64, 1.5);
        var (codes, samples) = (Points.Normal(400, 64, 1) * 1.5, Points.Normal(400, 64, 2) * 1.5);
        var expected = RbfKernel.ForPrior(prior).Variance;
        Assert.Equal(64 * 1.5 * 1.5, expected, Tolerances.Float64);
        Assert.Equal(1, MedianHeuristic.Pooled(codes, samples) / expected, 0.05);
        Assert.Equal(4, MedianHeuristic.Official(codes, samples) / expected, 0.2);
    }

    [Fact]
    public void Points_without_a_bandwidth_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => MedianHeuristic.Pooled(zeros(4, 2), zeros(4, 2)));
        Assert.Throws<ArgumentException>(() => MedianHeuristic.Official(zeros(1, 2), zeros(1, 2)));
        Assert.Throws<ArgumentException>(() => MedianHeuristic.Official(zeros(4, 2), zeros(3, 2)));
        Assert.Throws<ArgumentException>(() => MedianHeuristic.Pooled(zeros(4, 2), zeros(4, 3)));
        Assert.Throws<ArgumentException>("prior", () => MedianHeuristic.Official(zeros(4, 2), zeros(4, 3)));
        Assert.Throws<ArgumentException>(() => MedianHeuristic.Pooled(full([4, 2], double.PositiveInfinity), zeros(4, 2, dtype: float64)));
    }

    private static double Squared(double[] a, double[] b) => a.Zip(b, (u, v) => (u - v) * (u - v)).Sum();
}
