using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Priors;

/// <summary>What priors know beside their samples: means of a projection between quantiles, scores; and how samples are drawn for a divergence.</summary>
public class PriorAbilitiesTests
{
    /// <summary>On the sphere of three dimensions a coordinate is uniform (Archimedes); on the circle F⁻¹(t) = −r·cos πt; on the two points of a line −r or r.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Projections_of_spheres_have_their_closed_forms(int count)
    {
        const double radius = 1.7;
        var (line, circle, sphere) = (new SpherePrior(1, radius).ProjectionMeans(count), new SpherePrior(2, radius).ProjectionMeans(count), new SpherePrior(3, radius).ProjectionMeans(count));
        for (var i = 0; i < count; i++)
        {
            var (from, to) = ((double)i / count, (i + 1.0) / count);
            Assert.Equal(radius * count * (Math.Abs(to - 0.5) - Math.Abs(from - 0.5)), line[i], Tolerances.Float64);
            Assert.Equal(-radius * count / Math.PI * (Math.Sin(Math.PI * to) - Math.Sin(Math.PI * from)), circle[i], Tolerances.Float64);
            Assert.Equal(radius * (from + to - 1), sphere[i], Tolerances.Float64);
        }
    }

    public static TheoryData<IRotationInvariantPrior> Invariant() =>
        [new GaussianPrior(3, 0.6), new SpherePrior(1, 2), new SpherePrior(2, 2), new SpherePrior(3), new SpherePrior(4, 0.5), new SpherePrior(5, 3), new SpherePrior(8), new SpherePrior(64, 4)];

    /// <summary>Ascending, symmetric about 0, each the mean of the two of twice as many, and of the projection's variance together.</summary>
    [Theory]
    [MemberData(nameof(Invariant))]
    public void Means_between_quantiles_are_those_of_one_distribution(IRotationInvariantPrior prior)
    {
        Assert.Equal(0, Assert.Single(prior.ProjectionMeans(1)), Tolerances.Float64);
        var (coarse, fine, finest) = (prior.ProjectionMeans(11), prior.ProjectionMeans(22), prior.ProjectionMeans(20_000));
        for (var i = 0; i < coarse.Length; i++)
        {
            Assert.Equal((fine[2 * i] + fine[2 * i + 1]) / 2, coarse[i], Tolerances.SpecialFunction * 10);
            Assert.Equal(-coarse[^(i + 1)], coarse[i], Tolerances.SpecialFunction * 10);
            Assert.True(i == 0 || coarse[i] >= coarse[i - 1] - Tolerances.Float64);
        }

        Assert.Equal(prior.ProjectionVariance, finest.Sum(m => m * m) / finest.Length, prior.ProjectionVariance * 1e-3);
        Assert.Throws<ArgumentOutOfRangeException>("count", () => prior.ProjectionMeans(0));
    }

    /// <summary>Against the means of sorted samples, which know nothing of the formulas.</summary>
    [Theory]
    [MemberData(nameof(Invariant))]
    public void Means_between_quantiles_are_those_of_sorted_samples(IRotationInvariantPrior prior)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        const int count = 40_000;
        var sorted = prior.Sample(count, generator, dtype: float64).select(1, 0).sort().Values.reshape(4, count / 4).mean([1L]).data<double>().ToArray();
        var means = prior.ProjectionMeans(4);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(means[i], sorted[i], Tolerances.FailureSigmas * 2 * Math.Sqrt(prior.ProjectionVariance / count));
        }
    }

    [Fact]
    public void The_quantiles_between_which_a_Gaussian_is_halved_are_known()
    {
        var half = 0.6 * Math.Sqrt(2 / Math.PI);
        var means = new GaussianPrior(3, 0.6).ProjectionMeans(2);
        Assert.Equal(-half, means[0], Tolerances.Float64);
        Assert.Equal(half, means[1], Tolerances.Float64);
    }

    /// <summary>∇ log p by finite differences, and its own derivative where the points have one.</summary>
    [Fact]
    public void Scores_are_gradients_of_log_densities()
    {
        using var scope = NewDisposeScope();
        foreach (IScorePrior prior in new IScorePrior[] { new GaussianPrior(2, 0.7), new GaussianMixturePrior([new([1.0, 0], 0.7), new([-1.0, 2], new[,] { { 1.0, 0.3 }, { 0.3, 0.5 } })]) })
        {
            var x = Points.Normal(5, 2, 1);
            var score = prior.Score(x);
            Assert.False(score.requires_grad);
            Assert.Equal(FiniteDifferences.Gradient(z => prior.LogDensity(z).sum(), x), score.data<double>().ToArray(), (a, b) => Math.Abs(a - b) <= Tolerances.FiniteDifference * Math.Max(1, Math.Abs(a)));
            FiniteDifferences.Check(z => prior.Score(z).square().sum(), x);
            using (no_grad())
            {
                Assert.False(prior.Score(x.clone().requires_grad_()).requires_grad);
            }

            Assert.Throws<ArgumentException>("z", () => prior.Score(zeros([2, 3], dtype: float64)));
        }
    }

    [Fact]
    public void Samples_are_drawn_once_and_disposed_with_their_owner_only()
    {
        using var given = Points.Normal(4, 2, 1);
        var own = new PriorSamples(new GaussianPrior(2), 6, new Generator(1), dtype: float64);
        Tensor drawn;
        using (NewDisposeScope())
        {
            drawn = own.Tensor;
        }

        Assert.False(drawn.IsInvalid);
        Assert.Same(drawn, own.Tensor);
        own.Dispose();
        Assert.True(drawn.IsInvalid);
        new PriorSamples(given).Dispose();
        Assert.False(given.IsInvalid);
        new PriorSamples(new GaussianPrior(2), 6).Dispose();
    }

    /// <summary>The prior's own variance counts where there is one, else the samples'; those without any count as 1.</summary>
    [Fact]
    public void The_scale_of_a_coordinate_is_the_priors_or_the_samples()
    {
        using var scope = NewDisposeScope();
        var points = tensor(new double[] { 1, 10, 3, 30 }).reshape(2, 2);
        Assert.Equal(0.49, new PriorSamples(points, new GaussianPrior(2, 0.7)).CoordinateVariance, Tolerances.Float64);
        Assert.Equal((2 + 200) / 2.0, new PriorSamples(points).CoordinateVariance, Tolerances.Float64);
        Assert.Equal(1, new PriorSamples(points[..1]).CoordinateVariance);
        Assert.Equal(1, new PriorSamples(ones([3, 2])).CoordinateVariance);
        Assert.Equal(1, new PriorSamples(full([3, 2], double.MaxValue, float64) * tensor(new double[] { 1, -1, 1 }).reshape(3, 1)).CoordinateVariance);
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(6, 2)]
    [InlineData(6, 0)]
    public void A_prior_that_returns_another_shape_is_named(long rows, long columns)
    {
        using var scope = NewDisposeScope();
        using var samples = new PriorSamples(new Wrong(rows, columns), 6);
        Assert.Contains("[6, 3]", Assert.Throws<ArgumentException>(() => samples.Tensor).Message, StringComparison.Ordinal);
    }

    private sealed class Wrong(long rows, long columns) : IPrior
    {
        public long Dimension => 3;

        public double ExpectedSquaredDistance => 1;

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null) => zeros(rows, columns);
    }
}
