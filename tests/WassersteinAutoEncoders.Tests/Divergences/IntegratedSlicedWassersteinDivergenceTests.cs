using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Divergences.Slices;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class IntegratedSlicedWassersteinDivergenceTests
{
    /// <summary>In three dimensions a coordinate of the sphere is uniform, in two it follows the arcsine law, in one it is a sign.</summary>
    [Fact]
    public void On_the_sphere_the_means_between_quantiles_are_those_of_known_laws()
    {
        const int n = 10;
        double[] uniform = new SpherePrior(3, 2).ProjectionMeans(n), arcsine = new SpherePrior(2).ProjectionMeans(n), sign = new SpherePrior(1, 3).ProjectionMeans(5);
        for (var i = 0; i < n; i++)
        {
            Assert.Equal(2 * ((i + 0.5) * 2 / n - 1), uniform[i], Tolerances.Float64);
            Assert.Equal(n * (Math.Sin(Math.PI * i / n) - Math.Sin(Math.PI * (i + 1) / n)) / Math.PI, arcsine[i], Tolerances.Float64);
        }

        Assert.Equal(0, sign.Zip([-3, -3, 0, 3, 3], (a, b) => Math.Abs(a - b)).Max(), Tolerances.Float64);
    }

    public static TheoryData<int, bool> Priors => new() { { 2, true }, { 5, true }, { 64, true }, { 1, false }, { 5, false } };

    /// <summary>Sorted samples, averaged over the same steps: another way to the same means.</summary>
    [Theory]
    [MemberData(nameof(Priors))]
    public void The_means_between_quantiles_are_those_of_many_samples(int dimension, bool onSphere)
    {
        using var scope = NewDisposeScope();
        IRotationInvariantPrior prior = onSphere ? new SpherePrior(dimension, 2) : new GaussianPrior(dimension, 1.5);
        const int n = 8, each = 20_000;
        var sorted = prior.Sample(n * each, new Generator(3), dtype: float64).select(1, 0).sort().Values.reshape(n, each).mean([1]);
        var means = prior.ProjectionMeans(n);
        var deviation = Math.Sqrt(prior.ProjectionVariance);
        for (var i = 0; i < n; i++)
        {
            Assert.Equal(means[i], sorted[i].ToDouble(), Tolerances.FailureSigmas * 2 * deviation / Math.Sqrt(each));
        }

        Assert.Equal(0, means.Average(), Tolerances.Float64);
        Assert.Equal(prior.ProjectionVariance, prior.ProjectionMeans(20_000).Average(m => m * m), 1e-3 * prior.ProjectionVariance);
    }

    [Fact]
    public void It_is_the_limit_of_many_prior_samples()
    {
        using var scope = NewDisposeScope();
        var prior = new GaussianPrior(3, 1.5);
        var codes = Points.Normal(20, 3, 1) * 2 + 0.5;
        var samples = prior.Sample(20_000, new Generator(2), dtype: float64);
        var sampled = new SlicedWassersteinDivergence(SliceDirections.Random(30, 4)).Evaluate(codes, samples).ToDouble();
        var integrated = new IntegratedSlicedWassersteinDivergence(SliceDirections.Random(30, 4)).Evaluate(codes, new PriorSamples(prior, 1)).ToDouble();
        Assert.Equal(integrated, sampled, 0.03 * integrated);
    }

    [Fact]
    public void One_code_at_the_origin_is_at_the_variance_of_the_prior()
    {
        using var scope = NewDisposeScope();
        var value = new IntegratedSlicedWassersteinDivergence().Evaluate(zeros([1, 4], dtype: float64), new PriorSamples(new SpherePrior(4, 3), 1)).ToDouble();
        Assert.Equal(9.0 / 4, value, Tolerances.Float64);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 3)]
    [InlineData(3000, 2)]
    public void Every_path_has_the_same_value_and_gradient(long n, long dimension)
    {
        using var scope = NewDisposeScope();
        var prior = new GaussianPrior(dimension, 1.2);
        SlicePaths.Check(new KnownQuantilesRule(prior.ProjectionMeans((int)n), prior.ProjectionVariance), Points.Normal(n, dimension, 1) + 0.4, null, SliceDirections.Random(60, 2).Draw(dimension));
    }
}
