using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Conformance;

/// <summary>What every latent divergence keeps to. An implementation has one derived class and so runs every law that it claims.</summary>
/// <typeparam name="T">The divergence.</typeparam>
public abstract class DivergenceConformance<T>
    where T : ILatentDivergence
{
    public static TheoryData<long, ScalarType> Cases => Matrix.Of<long, ScalarType>([1, 2, 3, 64], [ScalarType.Float32, ScalarType.Float64]);

    /// <summary>A divergence for codes of the given dimension and element type; two calls give divergences that do the same, random draws included.</summary>
    protected abstract T Create(long dimension, ScalarType dtype = ScalarType.Float64);

    /// <summary>The prior that is integrated out, where one is; it need not be the distribution of the samples.</summary>
    protected virtual IPrior? IntegratedPrior(long dimension) => null;

    /// <summary>The fewest dimensions it takes; laws are not tried below.</summary>
    protected virtual long SmallestDimension => 1;

    /// <summary>Whether one with the prior integrated out refuses samples without their prior.</summary>
    protected virtual bool WantsThePrior => true;

    /// <summary>The smallest batch it takes; below, an <see cref="ArgumentException"/>.</summary>
    protected virtual long SmallestBatch => 1;

    /// <summary>Whether the numbers of codes and of prior samples may differ.</summary>
    protected virtual bool TakesUnequalSizes => true;

    /// <summary>Whether the order of either sample is of no matter (not so for estimators over consecutive pairs).</summary>
    protected virtual bool IgnoresOrder => true;

    /// <summary>Whether rotating codes and prior samples together changes nothing. A critic does not keep to it.</summary>
    protected virtual bool IsRotationInvariant => true;

    /// <summary>How far a rotation may change the value, relative to it; more than rounding where directions are drawn at random.</summary>
    protected virtual double RotationTolerance => Tolerances.Float64;

    /// <summary>Whether two identical samples are at distance 0.</summary>
    protected virtual bool IsZeroForIdenticalSamples => true;

    /// <summary>Whether the value is never negative.</summary>
    protected virtual bool IsNonNegative => true;

    /// <summary>float64 against float32 for points of size 1, relative to 1 or the value.</summary>
    protected virtual double Float32Tolerance => Tolerances.Float32;

    /// <summary>Gradients against central differences.</summary>
    protected virtual double GradientTolerance => Tolerances.FiniteDifference;

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_value_is_a_finite_scalar_of_the_codes_type_and_nothing_else_stays_alive(long dimension, ScalarType dtype)
    {
        if (dimension < SmallestDimension)
        {
            return;
        }

        foreach (var count in new[] { SmallestBatch, 2, 13 })
        {
            var divergence = Create(dimension, dtype);
            var (codes, prior) = (Points.Normal(count, dimension, 1, dtype), Points.Normal(count, dimension, 2, dtype));
            using var scope = NewDisposeScope();
            var value = divergence.Evaluate(codes, Samples(prior));
            Assert.Equal(1, scope.DisposablesCount);
            Assert.Empty(value.shape);
            Assert.Equal(dtype, value.dtype);
            Assert.True(double.IsFinite(value.to(float64).ToDouble()));
            if (IsNonNegative)
            {
                Assert.True(value.to(float64).ToDouble() >= -Tolerances.Of(dtype));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void Both_types_agree(long dimension)
    {
        if (dimension < SmallestDimension)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var (codes, prior) = (Points.Normal(13, dimension, 1), Points.Normal(13, dimension, 2));
        var wide = Create(dimension, float64).Evaluate(codes, Samples(prior)).ToDouble();
        var narrow = Create(dimension, float32).Evaluate(codes.to(float32), Samples(prior.to(float32))).ToDouble();
        Assert.Equal(wide, narrow, Float32Tolerance * Math.Max(1, Math.Abs(wide)));
    }

    [Theory]
    [InlineData(1, 5, 5)]
    [InlineData(2, 2, 2)]
    [InlineData(3, 7, 7)]
    [InlineData(3, 5, 8)]
    public void The_gradient_is_that_of_finite_differences(long dimension, long count, long priorCount)
    {
        if (dimension < SmallestDimension || count < SmallestBatch || (count != priorCount && !TakesUnequalSizes))
        {
            return;
        }

        var prior = Points.Normal(priorCount, dimension, 4);
        FiniteDifferences.Check(codes => Create(dimension).Evaluate(codes, Samples(prior)), Points.Normal(count, dimension, 3) + 0.5, GradientTolerance);
    }

    [Fact]
    public void Unequal_sizes_are_taken_or_refused()
    {
        using var scope = NewDisposeScope();
        var (codes, prior) = (Points.Normal(5, 3, 1), Points.Normal(8, 3, 2));
        if (TakesUnequalSizes)
        {
            Assert.True(double.IsFinite(Create(3).Evaluate(codes, Samples(prior)).ToDouble()));
        }
        else
        {
            Assert.ThrowsAny<ArgumentException>(() => Create(3).Evaluate(codes, Samples(prior)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_order_of_either_sample_is_of_no_matter(long dimension)
    {
        if (!IgnoresOrder || dimension < SmallestDimension)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var (codes, prior) = (Points.Normal(13, dimension, 1), Points.Normal(13, dimension, 2));
        var expected = Create(dimension).Evaluate(codes, Samples(prior)).ToDouble();
        Assert.Equal(expected, Create(dimension).Evaluate(Points.Shuffled(codes, 1), Samples(prior)).ToDouble(), Tolerances.Float64);
        Assert.Equal(expected, Create(dimension).Evaluate(codes, Samples(Points.Shuffled(prior, 2))).ToDouble(), Tolerances.Float64);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void A_rotation_of_both_samples_changes_nothing(int dimension)
    {
        if (!IsRotationInvariant || dimension < SmallestDimension)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var (codes, prior) = (Points.Normal(13, dimension, 1) + 0.3, Points.Normal(13, dimension, 2));
        var rotation = Points.Rotation(dimension, 5);
        var expected = Create(dimension).Evaluate(codes, Samples(prior)).ToDouble();
        var rotated = Create(dimension).Evaluate(codes.mm(rotation), Samples(prior.mm(rotation))).ToDouble();
        Assert.Equal(expected, rotated, RotationTolerance * Math.Max(1, Math.Abs(expected)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Identical_samples_are_at_distance_zero(long dimension, ScalarType dtype)
    {
        if (!IsZeroForIdenticalSamples || dimension < SmallestDimension)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var codes = Points.Normal(13, dimension, 1, dtype);
        Assert.Equal(0, Create(dimension, dtype).Evaluate(codes, Samples(codes.clone())).to(float64).ToDouble(), dtype == float64 ? Tolerances.Float64 : Tolerances.Float32Zero);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Codes_far_away_and_codes_that_coincide_have_finite_values_and_gradients(long dimension, ScalarType dtype)
    {
        if (dimension < SmallestDimension)
        {
            return;
        }

        var far = Points.Normal(7, dimension, 1, dtype);
        far = far / far.square().sum(1, keepdim: true).sqrt() * 1e4;
        foreach (var codes in new[] { far, zeros([7, dimension], dtype: dtype), ones([7, dimension], dtype: dtype), full([7, dimension], 1e4, dtype: dtype) })
        {
            foreach (var prior in new[] { Points.Normal(7, dimension, 2, dtype), codes.clone() })
            {
                using var scope = NewDisposeScope();
                var x = codes.clone().requires_grad_(true);
                var value = Create(dimension, dtype).Evaluate(x, Samples(prior));
                value.backward();
                Assert.True(double.IsFinite(value.to(float64).ToDouble()), $"{value.to(float64).ToDouble()} for codes {codes[0]}");
                Assert.True(x.grad!.isfinite().all().ToBoolean());
            }
        }
    }

    [Fact]
    public void The_arguments_are_left_as_they_are()
    {
        using var scope = NewDisposeScope();
        var (codes, prior) = (Points.Normal(7, 3, 1), Points.Normal(7, 3, 2));
        var (before, priorBefore) = (codes.clone(), prior.clone());
        Create(3).Evaluate(codes, Samples(prior));
        Assert.True(codes.eq(before).all().ToBoolean());
        Assert.True(prior.eq(priorBefore).all().ToBoolean());
    }

    [Fact]
    public void Two_made_alike_give_the_same_value_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        var (codes, prior) = (Points.Normal(13, 3, 1), Points.Normal(13, 3, 2));
        Assert.Equal(Create(3).Evaluate(codes, Samples(prior)).ToDouble(), Create(3).Evaluate(codes, Samples(prior)).ToDouble());
    }

    [Fact]
    public void A_batch_that_is_too_small_is_refused_with_its_size()
    {
        for (long count = 1; count < SmallestBatch; count++)
        {
            using var scope = NewDisposeScope();
            var (codes, prior) = (Points.Normal(count, 3, 1), Points.Normal(count, 3, 2));
            var error = Assert.ThrowsAny<ArgumentException>(() => Create(3).Evaluate(codes, Samples(prior)));
            Assert.Contains($"{count}", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        var divergence = Create(3);
        var good = Points.Normal(7, 3, 1);
        Tensor[] wrong = [zeros([7], dtype: float64), zeros([7, 3, 1], dtype: float64), zeros([0, 3], dtype: float64), zeros([7, 3], dtype: int64)];
        foreach (var bad in wrong)
        {
            Assert.ThrowsAny<ArgumentException>(() => divergence.Evaluate(bad, Samples(good)));
            Assert.ThrowsAny<ArgumentException>(() => divergence.Evaluate(good, bad));
        }

        Assert.Throws<ArgumentNullException>(() => divergence.Evaluate(null!, Samples(good)));
        Assert.Throws<ArgumentNullException>(() => divergence.Evaluate(good, null!));
        Assert.ThrowsAny<ArgumentException>(() => divergence.Evaluate(good, zeros([7, 2], dtype: float64)));
        if (IntegratedPrior(3) is null)
        {
            Assert.ThrowsAny<ArgumentException>(() => divergence.Evaluate(good, zeros([7, 3], dtype: float32)));
        }
    }

    [Fact]
    public void One_with_the_prior_integrated_out_draws_nothing_and_wants_the_prior()
    {
        if (IntegratedPrior(3) is not { } prior)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var codes = Points.Normal(7, 3, 1);
        var generator = new Generator(1);
        var before = generator.get_state();
        using var samples = new PriorSamples(prior, 7, generator, dtype: float64);
        var expected = Create(3).Evaluate(codes, samples).ToDouble();
        Assert.Equal(before.data<byte>().ToArray(), generator.get_state().data<byte>().ToArray());
        Assert.Equal(expected, Create(3).Evaluate(codes, Samples(Points.Normal(4, 3, 9))).ToDouble());
        if (WantsThePrior)
        {
            Assert.ThrowsAny<ArgumentException>(() => Create(3).Evaluate(codes, Points.Normal(7, 3, 2)));
        }
    }

    private PriorSamples Samples(Tensor samples) => new(samples, IntegratedPrior(samples.shape[1]));
}
