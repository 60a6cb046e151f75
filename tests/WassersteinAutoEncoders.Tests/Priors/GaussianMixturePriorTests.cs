using TorchSharp;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Tests.Conformance;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Priors;

public class GaussianMixturePriorConformance : PriorConformance<GaussianMixturePrior>
{
    protected override GaussianMixturePrior Create(long dimension) => new(
    [
        new GaussianMode(Enumerable.Repeat(1.0, (int)dimension).ToArray(), 0.5, 1),
        new GaussianMode(Enumerable.Repeat(-1.0, (int)dimension).ToArray(), 1.0, 2),
        new GaussianMode(new double[dimension], 0.7, 5),
    ]);
}

public class GaussianMixturePriorTests
{
    [Fact]
    public void One_component_is_the_Gaussian()
    {
        using var scope = NewDisposeScope();
        var mixture = new GaussianMixturePrior([new GaussianMode([0.0, 0.0, 0.0], 2, 7)]);
        var gaussian = new GaussianPrior(3, 2);
        var points = Points.Normal(5, 3, 1);
        Assert.True(mixture.LogDensity(points).allclose(gaussian.LogDensity(points), Tolerances.Float64, Tolerances.Float64));
        Assert.Equal(gaussian.ExpectedSquaredDistance, mixture.ExpectedSquaredDistance, Tolerances.Float64);
        Assert.True(mixture.Sample(5, new Generator(3)).eq(gaussian.Sample(5, new Generator(3))).all().ToBoolean());
    }

    [Fact]
    public void Components_lie_around_their_means()
    {
        using var scope = NewDisposeScope();
        var points = Points.Normal(5, 2, 1);
        double[] mean = [3, -1];
        var mixture = new GaussianMixturePrior([new GaussianMode(mean, 0.8)]);
        var around = new GaussianPrior(2, 0.8).LogDensity(points - tensor(mean));
        Assert.True(mixture.LogDensity(points).allclose(around, Tolerances.Float64, Tolerances.Float64));
    }

    [Fact]
    public void Components_are_drawn_in_proportion_to_their_weights()
    {
        using var scope = NewDisposeScope();
        const int count = 20_000;
        var prior = new GaussianMixturePrior([new GaussianMode([-10.0], 0.1, 1), new GaussianMode([0.0], 0.1, 2), new GaussianMode([10.0], 0.1, 1)]);
        var samples = prior.Sample(count, new Generator(2), dtype: float64);
        Assert.Equal([0.25, 0.5, 0.25], prior.Weights);
        foreach (var (low, high, share) in new[] { (-11.0, -9.0, 0.25), (-1.0, 1.0, 0.5), (9.0, 11.0, 0.25) })
        {
            var found = samples.gt(low).logical_and(samples.lt(high)).sum().ToInt64() / (double)count;
            Assert.Equal(share, found, Tolerances.FailureSigmas * Math.Sqrt(share * (1 - share) / count));
        }
    }

    [Fact]
    public void A_ring_has_its_modes_on_the_circle()
    {
        using var scope = NewDisposeScope();
        var ring = GaussianMixturePrior.Ring(8, radius: 3, standardDeviation: 1e-6, dimension: 3);
        var samples = ring.Sample(200, new Generator(2), dtype: float64);
        var norms = samples.square().sum(1).sqrt();
        Assert.True((norms - 3).abs().max().ToDouble() < 1e-5);
        Assert.True(samples.select(1, 2).abs().max().ToDouble() < 1e-5);

        // 2·(dσ² + r²), the mean being 0.
        Assert.Equal(18, ring.ExpectedSquaredDistance, Tolerances.HandComputed);
    }

    [Fact]
    public void A_ring_without_modes_radius_or_plane_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("modes", () => GaussianMixturePrior.Ring(0));
        Assert.Throws<ArgumentOutOfRangeException>("radius", () => GaussianMixturePrior.Ring(3, radius: 0));
        Assert.Throws<ArgumentOutOfRangeException>("standardDeviation", () => GaussianMixturePrior.Ring(3, standardDeviation: 0));
        Assert.Throws<ArgumentOutOfRangeException>("dimension", () => GaussianMixturePrior.Ring(3, dimension: 1));
    }

    [Fact]
    public void The_log_density_is_finite_far_away()
    {
        using var scope = NewDisposeScope();
        var values = GaussianMixturePrior.Ring(8).LogDensity(tensor(new[] { 1e4, 0.0 }, [1, 2]));
        Assert.Equal(-0.5 * Math.Pow((1e4 - 2) / 0.2, 2), values.ToDouble(), 10.0);
    }

    [Fact]
    public void Components_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new GaussianMixturePrior([]));
        Assert.Throws<ArgumentException>(() => new GaussianMixturePrior([new GaussianMode([0.0], 1), new GaussianMode([0.0, 0.0], 1)]));
        Assert.Throws<ArgumentException>(() => new GaussianMixturePrior([new GaussianMode([], 1)]));
        Assert.ThrowsAny<ArgumentException>(() => new GaussianMixturePrior([new GaussianMode([double.NaN], 1)]));
        Assert.ThrowsAny<ArgumentException>(() => new GaussianMixturePrior([new GaussianMode([0.0], 0)]));
        Assert.ThrowsAny<ArgumentException>(() => new GaussianMixturePrior([new GaussianMode([0.0], 1, -1)]));
    }
}
