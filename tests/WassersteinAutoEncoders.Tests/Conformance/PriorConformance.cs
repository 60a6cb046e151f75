using TorchSharp;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Conformance;

/// <summary>What every prior keeps to. An implementation has one derived class and so runs every law.</summary>
/// <typeparam name="T">The prior.</typeparam>
public abstract class PriorConformance<T>
    where T : IPrior
{
    /// <summary>A prior of the given dimension, or of the next one that makes sense for it.</summary>
    protected abstract T Create(long dimension);

    public static TheoryData<long, ScalarType> Cases => Matrix.Of<long, ScalarType>([1, 2, 3, 64], [ScalarType.Float32, ScalarType.Float64]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Samples_have_the_shape_and_type_asked_for_and_no_gradient(long dimension, ScalarType dtype)
    {
        var prior = Create(dimension);
        foreach (var count in new long[] { 1, 2, 13 })
        {
            using var scope = NewDisposeScope();
            var samples = prior.Sample(count, new Generator(1), CPU, dtype);
            Assert.Equal([count, prior.Dimension], samples.shape);
            Assert.Equal(dtype, samples.dtype);
            Assert.Equal(DeviceType.CPU, samples.device_type);
            Assert.False(samples.requires_grad);
            Assert.Equal(1, scope.DisposablesCount);
            Assert.True(samples.isfinite().all().ToBoolean());
        }
    }

    [Fact]
    public void Samples_have_the_device_and_any_floating_type_asked_for()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(DeviceType.META, Create(3).Sample(2, device: META).device_type);
        Assert.Equal(DeviceType.CPU, Create(3).Sample(2, device: CPU).device_type);
        foreach (var dtype in new[] { ScalarType.Float16, ScalarType.BFloat16 })
        {
            Assert.Equal(dtype, Create(3).Sample(2, dtype: dtype).dtype);
        }
    }

    [Fact]
    public void Float32_is_the_default()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float32, Create(3).Sample(2, new Generator(1)).dtype);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_same_seed_gives_the_same_samples_bit_for_bit_and_later_draws_differ(long dimension, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var prior = Create(dimension);
        using Generator first = new(7), second = new(7);
        var sample = prior.Sample(31, first, dtype: dtype);
        Assert.True(sample.eq(prior.Sample(31, second, dtype: dtype)).all().ToBoolean());
        Assert.False(sample.eq(prior.Sample(31, first, dtype: dtype)).all().ToBoolean());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void A_seed_means_the_same_samples_in_both_types(long dimension)
    {
        using var scope = NewDisposeScope();
        var prior = Create(dimension);
        var (wide, narrow) = (prior.Sample(31, new Generator(7), dtype: float64), prior.Sample(31, new Generator(7), dtype: float32));
        Assert.True(wide.to(float32).eq(narrow).all().ToBoolean());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    public void The_expected_squared_distance_is_that_of_the_samples(long dimension)
    {
        using var scope = NewDisposeScope();
        IPrior prior = Create(dimension);
        using var generator = new Generator(3);
        const int pairs = 20_000;
        var squares = (prior.Sample(pairs, generator, dtype: float64) - prior.Sample(pairs, generator, dtype: float64)).square().sum(1);
        var (mean, error) = (squares.mean().ToDouble(), squares.std().ToDouble() / Math.Sqrt(pairs));
        Assert.True(double.IsFinite(prior.ExpectedSquaredDistance) && prior.ExpectedSquaredDistance > 0);
        Assert.True(Math.Abs(mean - prior.ExpectedSquaredDistance) <= Tolerances.FailureSigmas * error + EstimateError * mean,
            $"stated {prior.ExpectedSquaredDistance}, measured {mean} ± {error}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Stated_moments_are_those_of_the_samples(long dimension)
    {
        if (Create(dimension) is not IMomentPrior prior)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        const int count = 20_000;
        var (samples, d) = (prior.Sample(count, generator, dtype: float64), (int)prior.Dimension);
        var (mean, covariance) = (prior.Moments.Mean, prior.Moments.Covariance);
        for (var i = 0; i < d; i++)
        {
            var left = samples.select(1, i) - mean[i];
            AssertMean(0, left);
            for (var j = 0; j < d; j++)
            {
                AssertMean(covariance[i, j], left * (samples.select(1, j) - mean[j]));
            }
        }

        Assert.Equal(prior.ExpectedSquaredDistance, 2 * Enumerable.Range(0, d).Sum(i => covariance[i, i]), Tolerances.Float64 * prior.ExpectedSquaredDistance);

        static void AssertMean(double expected, Tensor values)
            => Assert.Equal(expected, values.mean().ToDouble(), Tolerances.Float64 + Tolerances.FailureSigmas * values.std().ToDouble() / Math.Sqrt(count));
    }

    [Fact]
    public void Stated_quantiles_are_those_of_the_samples()
    {
        if (Create(2) is not IMarginalPrior prior)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        var samples = prior.Sample(10_000, generator, dtype: float64).select(1, 1);
        foreach (var p in (double[])[0.1, 0.5, 0.9])
        {
            var below = samples.lt(prior.Quantile(1, p)).to(float64).mean().ToDouble();
            Assert.Equal(p, below, Tolerances.FailureSigmas * Math.Sqrt(p * (1 - p) / 10_000));
        }

        Assert.Throws<ArgumentOutOfRangeException>("probability", () => prior.Quantile(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("probability", () => prior.Quantile(0, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("dimension", () => prior.Quantile(prior.Dimension, 0.5));
    }

    /// <summary>The relative error of a prior that estimates its expected squared distance rather than stating it.</summary>
    protected virtual double EstimateError => 0;

    [Fact]
    public void Mistakes_are_argument_exceptions()
    {
        var prior = Create(3);
        Assert.ThrowsAny<ArgumentException>(() => prior.Sample(0));
        Assert.ThrowsAny<ArgumentException>(() => prior.Sample(-1));
        Assert.ThrowsAny<ArgumentException>(() => prior.Sample(2, dtype: int64));
        if (prior is IDensityPrior density)
        {
            using var scope = NewDisposeScope();
            Assert.ThrowsAny<ArgumentException>(() => density.LogDensity(zeros([2, prior.Dimension + 1])));
            Assert.ThrowsAny<ArgumentException>(() => density.LogDensity(zeros([prior.Dimension])));
            Assert.ThrowsAny<ArgumentException>(() => density.LogDensity(zeros([2, prior.Dimension], dtype: int64)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_log_density_gives_one_finite_value_a_sample_and_its_gradient(long dimension, ScalarType dtype)
    {
        if (Create(dimension) is not IDensityPrior prior)
        {
            return;
        }

        var points = prior.Sample(5, new Generator(2), dtype: float64);
        using var scope = NewDisposeScope();
        var values = prior.LogDensity(points.to(dtype));
        Assert.Equal([5L], values.shape);
        Assert.Equal(dtype, values.dtype);
        Assert.True(values.isfinite().all().ToBoolean());
        Assert.True(values.to(float64).allclose(prior.LogDensity(points), Tolerances.Of(dtype), Tolerances.Of(dtype) * dimension));
        FiniteDifferences.Check(z => prior.LogDensity(z).sum(), points);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_density_integrates_to_one(long dimension)
    {
        using var scope = NewDisposeScope();
        if (Create(dimension) is not IDensityPrior prior || prior.Dimension > 2)
        {
            return;
        }

        // A midpoint sum over a box that holds all but a negligible share.
        var spread = 8 * Math.Sqrt(prior.ExpectedSquaredDistance / prior.Dimension);
        var cells = prior.Dimension == 1 ? 40_001 : 801;
        var width = 2 * spread / cells;
        var axis = (arange(cells, dtype: float64) + 0.5) * width - spread;
        var grid = prior.Dimension == 1
            ? axis.unsqueeze(1)
            : stack([axis.unsqueeze(1).expand(cells, cells).reshape(-1), axis.unsqueeze(0).expand(cells, cells).reshape(-1)], 1);
        var total = prior.LogDensity(grid).exp().sum().ToDouble() * Math.Pow(width, prior.Dimension);
        Assert.Equal(1, total, Tolerances.MidpointSum);
    }
}
