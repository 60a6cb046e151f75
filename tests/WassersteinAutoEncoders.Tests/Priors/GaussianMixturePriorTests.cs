using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Tests.Conformance;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Priors;

public class GaussianMixturePriorConformance : PriorConformance<GaussianMixturePrior>
{
    protected override GaussianMixturePrior Create(long dimension) => new(
    [
        new GaussianComponent(Enumerable.Repeat(1.0, (int)dimension).ToArray(), 0.5, 1),
        new GaussianComponent(Enumerable.Repeat(-1.0, (int)dimension).ToArray(), 1.0, 2),
        new GaussianComponent(new double[dimension], 0.7, 5),
    ]);
}

public class FullGaussianMixturePriorConformance : PriorConformance<GaussianMixturePrior>
{
    /// <summary>One component with a covariance of its own, one isotropic.</summary>
    protected override GaussianMixturePrior Create(long dimension)
    {
        var d = (int)dimension;
        var banded = new double[d, d];
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < d; j++)
            {
                banded[i, j] = i == j ? 1 : Math.Abs(i - j) == 1 ? 0.4 : 0;
            }
        }

        return new([new([.. Enumerable.Repeat(1.0, d)], banded, 3), new([.. Enumerable.Repeat(-0.5, d)], Math.Sqrt(0.5))]);
    }
}

public class GaussianMixturePriorTests
{
    private static readonly GaussianComponent First = new([1, 0], new[,] { { 2.0, 0.5 }, { 0.5, 1 } }, 3);
    private static readonly GaussianComponent Second = new([-3, 2], new[,] { { 0.5, 0 }, { 0, 0.25 } });
    private static readonly GaussianMixturePrior Full = new([First, Second]);

    [Fact]
    public void One_component_is_the_Gaussian()
    {
        using var scope = NewDisposeScope();
        var mixture = new GaussianMixturePrior([new GaussianComponent([0.0, 0.0, 0.0], 2, 7)]);
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
        var mixture = new GaussianMixturePrior([new GaussianComponent(mean, 0.8)]);
        var around = new GaussianPrior(2, 0.8).LogDensity(points - tensor(mean));
        Assert.True(mixture.LogDensity(points).allclose(around, Tolerances.Float64, Tolerances.Float64));
    }

    [Fact]
    public void Components_are_drawn_in_proportion_to_their_weights()
    {
        using var scope = NewDisposeScope();
        const int count = 20_000;
        var prior = new GaussianMixturePrior([new GaussianComponent([-10.0], 0.1, 1), new GaussianComponent([0.0], 0.1, 2), new GaussianComponent([10.0], 0.1, 1)]);
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
        Assert.Throws<ArgumentException>(() => new GaussianMixturePrior([new GaussianComponent([0.0], 1), new GaussianComponent([0.0, 0.0], 1)]));
        Assert.Throws<ArgumentException>(() => new GaussianMixturePrior([new GaussianComponent([], 1)]));
        Assert.ThrowsAny<ArgumentException>(() => new GaussianMixturePrior([new GaussianComponent([double.NaN], 1)]));
        Assert.ThrowsAny<ArgumentException>(() => new GaussianMixturePrior([new GaussianComponent([0.0], 0)]));
        Assert.ThrowsAny<ArgumentException>(() => new GaussianMixturePrior([new GaussianComponent([0.0], 1, -1)]));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Density_is_that_of_the_formula(ScalarType type)
    {
        using var scope = NewDisposeScope();
        double[] points = [0, 0, 1, 1, -3, 2, 5, -4];
        var values = TensorData.ToArray(Full.LogDensity(tensor(points).reshape(4, 2).to(type)));
        for (var i = 0; i < 4; i++)
        {
            var expected = Math.Log(0.75 * Density(First, points[2 * i], points[2 * i + 1]) + 0.25 * Density(Second, points[2 * i], points[2 * i + 1]));
            Assert.Equal(expected, values[i], Tolerances.Of(type) * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Fact]
    public void The_gradient_far_away_points_back()
    {
        using var scope = NewDisposeScope();
        var far = tensor(new[] { 1e4, 0 }).reshape(1, 2).requires_grad_();
        Full.LogDensity(far).sum().backward();
        Assert.True(far.grad!.isfinite().all().ToBoolean());
        Assert.True(far.grad![0, 0].ToDouble() < 0);
    }

    [Fact]
    public void Moments_are_those_of_the_mixture()
    {
        // Mean: ¾·(1, 0) + ¼·(−3, 2); variances ¾·2 + ¼·½ + ¾·¼·4² and ¾·1 + ¼·¼ + ¾·¼·2²; covariance ¾·½ − ¾·¼·4·2.
        Assert.Equal([0, 0.5], Full.Moments.Mean);
        Assert.Equal(1.625 + 3, Full.Moments.Covariance[0, 0], Tolerances.Float64);
        Assert.Equal(0.8125 + 0.75, Full.Moments.Covariance[1, 1], Tolerances.Float64);
        Assert.Equal(0.375 - 1.5, Full.Moments.Covariance[0, 1], Tolerances.Float64);
    }

    [Fact]
    public void Covariances_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>("components", () => new GaussianMixturePrior([First, new([0], new[,] { { 1.0 } })]));
        Assert.Throws<ArgumentException>("covariance", () => new GaussianComponent([0, 0], new[,] { { 1.0 } }));
        Assert.Throws<ArgumentException>("covariance", () => new GaussianComponent([1, 0], new[,] { { 1.0, 2 }, { 2, 1 } }));
        Assert.Throws<ArgumentException>("covariance", () => new GaussianComponent([1, 0], new[,] { { 1.0, 0.5 }, { 0, 1 } }));
        Assert.Throws<ArgumentNullException>("covariance", () => new GaussianComponent([0, 1], null!));
        Assert.Throws<ArgumentException>("covariance", () => new GaussianComponent([0, 1], new double[2, 3]));
        Assert.Throws<ArgumentException>("covariance", () => new GaussianComponent([0, 1], new double[3, 2]));
        Assert.Contains("finite", Assert.Throws<ArgumentOutOfRangeException>("covariance", () => new GaussianComponent([0, 1], new[,] { { 1.0, 0 }, { 0, double.PositiveInfinity } })).Message, StringComparison.Ordinal);

        // Relative to the spreads, 1 and 100: 3e-7 apart is beyond rounding, 3e-9 within.
        Assert.Throws<ArgumentException>("covariance", () => new GaussianComponent([0, 1, 2], new[,] { { 1.0, 0, 30 }, { 0, 1, 0 }, { 30 + 3e-5, 0, 10_000 } }));
        _ = new GaussianComponent([0, 1, 2], new[,] { { 1.0, 0, 30 }, { 0, 1, 0 }, { 30 + 3e-7, 0, 10_000 } });
        Assert.Throws<ArgumentOutOfRangeException>("weight", () => new GaussianComponent([1, 0], First.Covariance, 0));
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>("z", () => Full.LogDensity(zeros(2, 3)));
    }

    /// <summary>Isotropic components and components of the covariance σ²I are one distribution, by two ways of computing it.</summary>
    [Fact]
    public void Isotropic_components_agree_with_their_covariances()
    {
        using var scope = NewDisposeScope();
        var isotropic = new GaussianMixturePrior([new([1.0, -2], 0.5), new([-1.0, 0], 1.5, 3)]);
        var full = new GaussianMixturePrior(isotropic.Components.Select(c => new GaussianComponent(c.Mean, c.Covariance, c.Weight)));
        var points = Points.Normal(6, 2, 3);
        Assert.True(isotropic.LogDensity(points).allclose(full.LogDensity(points), Tolerances.Float64, Tolerances.Float64));
        Assert.True(isotropic.Sample(9, new Generator(4), dtype: float64).allclose(full.Sample(9, new Generator(4), dtype: float64), Tolerances.Float64, Tolerances.Float64));
        Assert.Equal(isotropic.ExpectedSquaredDistance, full.ExpectedSquaredDistance, Tolerances.Float64);
        Assert.Equal(isotropic.Moments.Covariance.Cast<double>(), full.Moments.Covariance.Cast<double>(), (a, b) => Math.Abs(a - b) <= Tolerances.Float64);
        Assert.Equal(2 * (full.Moments.Covariance[0, 0] + full.Moments.Covariance[1, 1]), full.ExpectedSquaredDistance, Tolerances.Float64);
        Assert.Equal([0.5, 1.5], isotropic.Components.Select(c => c.StandardDeviation!.Value));
        Assert.All(full.Components, c => Assert.Null(c.StandardDeviation));
    }

    private static double Density(GaussianComponent c, double x, double y)
    {
        var (a, b, d) = (c.Covariance[0, 0], c.Covariance[0, 1], c.Covariance[1, 1]);
        var (u, v, det) = (x - c.Mean[0], y - c.Mean[1], a * d - b * b);
        return Math.Exp(-(d * u * u - 2 * b * u * v + a * v * v) / (2 * det)) / (2 * Math.PI * Math.Sqrt(det));
    }
}
