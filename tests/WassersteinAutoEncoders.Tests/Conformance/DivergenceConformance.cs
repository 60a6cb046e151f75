using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Conformance;

/// <summary>What every latent divergence keeps to. An implementation has one derived class and so runs every law that it claims.</summary>
/// <typeparam name="T">The divergence.</typeparam>
public abstract class DivergenceConformance<T>
    where T : ILatentDivergence
{
    // Directions drawn at random tell less about a rotation the more dimensions there are.
    private const long LargestRotation = 8;

    /// <summary>A divergence for codes of the given dimension and element type; two calls give divergences that do the same, random draws included.</summary>
    protected abstract T Create(long dimension, ScalarType dtype = ScalarType.Float64);

    /// <summary>The prior that is integrated out, where one is; it need not be the distribution of the samples.</summary>
    protected virtual IPrior? IntegratedPrior(long dimension) => null;

    /// <summary>The prior of learned samples in three dimensions, for a divergence whose settings are scaled by the prior: those taken from samples are constants to the gradient, and differences would see them change.</summary>
    protected virtual IPrior? ScalingPrior => null;

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
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(64)]
    public void The_laws_hold(long dimension)
    {
        if (dimension < SmallestDimension)
        {
            return;
        }

        var claims = new DivergenceLawOptions
        {
            Strict = true,
            Dimension = dimension,
            SmallestBatch = SmallestBatch,
            TakesUnequalSizes = TakesUnequalSizes,
            IgnoresOrder = IgnoresOrder,
            IsRotationInvariant = IsRotationInvariant && dimension <= LargestRotation,
            RotationTolerance = RotationTolerance,
            IsZeroForIdenticalSamples = IsZeroForIdenticalSamples,
            IsNonNegative = IsNonNegative,
            Float32Tolerance = Float32Tolerance,
            GradientTolerance = GradientTolerance,
        };
        DivergenceLaws.Check(dtype => Create(dimension, dtype), IntegratedPrior(dimension), claims).ThrowIfViolated();
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

    /// <summary>libtorch refuses numbers that do not fit into an element type, and decompositions of what is not finite, with exceptions of its own.</summary>
    [Theory]
    [InlineData(1e10)]
    [InlineData(1e20)]
    [InlineData(1e38)]
    [InlineData(1e200)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.NaN)]
    public void Codes_of_any_magnitude_give_a_scalar_and_a_gradient(double size)
    {
        foreach (var dtype in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            CheckMagnitude(size, dtype);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void A_code_that_is_not_a_number_shows_in_the_value_and_in_its_gradient(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var codes = Points.Normal(7, 3, 1, dtype);
        codes[2, 1] = double.NaN;
        var x = codes.requires_grad_(true);
        var value = Create(3, dtype).Evaluate(x, Samples(Points.Normal(7, 3, 2, dtype)));
        value.backward();
        Assert.False(double.IsFinite(value.to(float64).ToDouble()));
        Assert.False(x.grad![2].isfinite().all().ToBoolean());
    }

    /// <summary>Asked for the derivative of a gradient, a divergence gives it or numbers that are not finite; never 0 in its place.</summary>
    [Fact]
    public void The_second_derivative_is_right_or_not_finite()
    {
        using var scope = NewDisposeScope();
        var prior = Points.Normal(5, 3, 4);
        var leaf = (Points.Normal(5, 3, 3) + 0.5).requires_grad_(true);
        var slope = autograd.grad([Create(3).Evaluate(leaf, Samples(prior))], [leaf], create_graph: true, retain_graph: true)[0];
        Assert.True(slope.requires_grad);
        slope.square().sum().backward();
        if (!leaf.grad!.isfinite().all().ToBoolean())
        {
            return;
        }

        FiniteDifferences.Check(
            codes =>
            {
                using var recording = enable_grad();
                var x = codes.requires_grad ? codes : codes.detach().requires_grad_(true);
                return autograd.grad([Create(3).Evaluate(x, Samples(prior))], [x], create_graph: true, retain_graph: true)[0].square().sum();
            },
            leaf.detach(), GradientTolerance);
    }

    /// <summary>Samples of a prior that is learned get their gradient, or are refused.</summary>
    [Fact]
    public void Prior_samples_that_require_a_gradient_get_it_or_are_refused()
    {
        if (IntegratedPrior(3) is not null)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var codes = Points.Normal(6, 3, 3);
        var samples = Points.Normal(6, 3, 4).Plus(0.5).detach();
        try
        {
            Create(3).Evaluate(codes, Of(samples.clone().requires_grad_(true)));
        }
        catch (ArgumentException refusal)
        {
            Assert.Contains("gradient", refusal.Message, StringComparison.Ordinal);
            return;
        }

        FiniteDifferences.Check(moved => Create(3).Evaluate(codes, Of(moved)), samples, GradientTolerance);
        FiniteDifferences.Check(moved => Create(3).Evaluate(codes.clone().requires_grad_(true), Of(moved)), samples, GradientTolerance);
        FiniteDifferences.Check(moved => Create(3).Evaluate(moved, Of(samples)), codes, GradientTolerance);

        PriorSamples Of(Tensor points) => new(points, ScalingPrior);
    }

    private void CheckMagnitude(double size, ScalarType dtype)
    {
        var magnitude = dtype == ScalarType.Float32 ? (float)size : size;
        foreach (var dimension in new long[] { 3, 64 })
        {
            foreach (var (codes, prior) in new[]
                {
                    (Points.Normal(7, dimension, 1, dtype) * magnitude, Points.Normal(7, dimension, 2, dtype)),
                    (cat([Points.Normal(6, dimension, 1, dtype), full([1, dimension], magnitude, dtype)]), Points.Normal(7, dimension, 2, dtype)),
                    (Points.Normal(7, dimension, 1, dtype), Points.Normal(7, dimension, 2, dtype) * magnitude),
                })
            {
                using var scope = NewDisposeScope();
                var x = codes.clone().requires_grad_(true);
                var value = Create(dimension, dtype).Evaluate(x, Samples(prior));
                value.backward();
                Assert.Empty(value.shape);
                Assert.NotNull(x.grad);
                using var noGradient = no_grad();
                Assert.Empty(Create(dimension, dtype).Evaluate(x, Samples(prior)).shape);
            }
        }
    }

    private PriorSamples Samples(Tensor samples) => new(samples, IntegratedPrior(samples.shape[1]));
}
