using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Divergences.Slices;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class SlicedWassersteinDivergenceTests
{
    /// <summary>
    /// x = s·g and y = m + t·g keep the order of g along every direction, so that W₂² of the projections is known for the sample itself:
    /// its mean over directions is ‖m‖²/d + (s − t)²·mean‖g‖²/d for g of mean 0, which tends to ‖m‖²/d + (s − t)².
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Gaussians_are_at_their_closed_form(int dimension)
    {
        using var scope = NewDisposeScope();
        const int directions = 20_000;
        const double s = 1, t = 2.5;
        var half = Points.Normal(40, dimension, 1);
        var g = cat([half, -half], 0);
        var shift = arange(1, dimension + 1, dtype: float64) * 0.5;
        var expected = shift.square().sum().ToDouble() / dimension + (s - t) * (s - t) * g.square().sum(1).mean().ToDouble() / dimension;
        var value = new SlicedWassersteinDivergence(SliceDirections.Random(directions, 2)).Evaluate(g * s, shift + g * t).ToDouble();
        Assert.Equal(expected, value, dimension == 1 ? Tolerances.Float64 : Tolerances.FailureSigmas * expected * Math.Sqrt(2.0 / directions));
    }

    [Fact]
    public void Independent_Gaussian_samples_are_near_their_closed_form()
    {
        using var scope = NewDisposeScope();
        const int count = 2000;
        var value = new SlicedWassersteinDivergence(SliceDirections.Random(200, 2)).Evaluate(Points.Normal(count, 3, 1), Points.Normal(count, 3, 2) * 2).ToDouble();

        // (1 − 2)²: the sampling error is that of the difference of the spreads, √((1 + 4)/(2n)), twice.
        Assert.Equal(1, value, Tolerances.FailureSigmas * 2 * Math.Sqrt(2.5 / count));
    }

    [Fact]
    public void On_a_line_it_is_the_mean_squared_difference_of_the_sorted_points()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(31, 1, 1), Points.Normal(31, 1, 2) + 1);
        double[] a = [.. x.data<double>().ToArray().Order()], b = [.. y.data<double>().ToArray().Order()];
        var expected = a.Zip(b, (u, v) => (u - v) * (u - v)).Average();
        Assert.Equal(expected, new SlicedWassersteinDivergence(SliceDirections.Random(3, 1)).Evaluate(x, y).ToDouble(), Tolerances.Float64);
    }

    /// <summary>Quantile functions read off at the midpoints of n·m equal intervals, on each of which both are constant.</summary>
    [Theory]
    [InlineData(5, 8)]
    [InlineData(7, 3)]
    [InlineData(1, 6)]
    [InlineData(4, 12)]
    public void Unequal_sizes_integrate_both_quantile_functions(int n, int m)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(n, 1, 1), Points.Normal(m, 1, 2));
        double[] a = [.. x.data<double>().ToArray().Order()], b = [.. y.data<double>().ToArray().Order()];
        var expected = Enumerable.Range(0, n * m).Average(k => Math.Pow(a[k / m] - b[k / n], 2));
        Assert.Equal(expected, new SlicedWassersteinDivergence(SliceDirections.Random(2, 1)).Evaluate(x, y).ToDouble(), Tolerances.Float64);
    }

    [Fact]
    public void Repeating_every_prior_sample_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(7, 3, 1), Points.Normal(7, 3, 2));
        var once = new SlicedWassersteinDivergence(SliceDirections.Random(20, 1)).Evaluate(x, y).ToDouble();
        Assert.Equal(once, new SlicedWassersteinDivergence(SliceDirections.Random(20, 1)).Evaluate(x, cat([y, y, y], 0)).ToDouble(), Tolerances.Float64);
    }

    [Property]
    public Property The_common_refinement_covers_both_grids() => Prop.ForAll(
        Gen.Choose(1, 60).ToArbitrary(),
        Gen.Choose(1, 60).ToArbitrary(),
        (n, m) =>
        {
            var (first, second, widths) = WassersteinRule.CommonRefinement(n, m);
            Assert.Equal(1, widths.Sum(), Tolerances.Float64);
            Assert.All(Enumerable.Range(0, n), i => Assert.Equal(1.0 / n, widths.Where((_, k) => first[k] == i).Sum(), Tolerances.Float64));
            Assert.All(Enumerable.Range(0, m), j => Assert.Equal(1.0 / m, widths.Where((_, k) => second[k] == j).Sum(), Tolerances.Float64));
            Assert.All(widths, w => Assert.True(w > 0));
        });

    [Fact]
    public void Directions_change_from_call_to_call_and_come_from_the_generator()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var divergence = new SlicedWassersteinDivergence(SliceDirections.Random(5, generator));
        var (x, y) = (Points.Normal(7, 3, 1), Points.Normal(7, 3, 2));
        var state = generator.get_state();
        var first = divergence.Evaluate(x, y).ToDouble();
        Assert.NotEqual(first, divergence.Evaluate(x, y).ToDouble());
        generator.set_state(state);
        Assert.Equal(first, divergence.Evaluate(x, y).ToDouble());
        Assert.Same(generator, divergence.Generator);
    }

    /// <summary>A prior that requires a gradient is compared by tensor operations and differentiated by autograd; the same seed gives the same directions.</summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 3)]
    [InlineData(64, 64, 1)]
    [InlineData(257, 257, 8)]
    [InlineData(64, 48, 3)]
    [InlineData(5, 200, 2)]
    [InlineData(100, 1, 2)]
    public void The_closed_form_is_the_composition_and_its_gradient(long count, long samples, long dimension)
    {
        using var scope = NewDisposeScope();
        var (codes, prior) = (Points.Normal(count, dimension, 1), Points.Normal(samples, dimension, 2) * 2 + 1);
        var (expected, gradient) = Evaluated(codes, prior.clone().requires_grad_(true));
        foreach (var (type, tolerance) in new[] { (float64, Tolerances.Float64), (float32, Tolerances.Float32) })
        {
            var (value, closed) = Evaluated(codes.to(type), prior.to(type));
            Assert.Equal(expected, value, tolerance * Math.Max(1, expected));
            Assert.True((gradient - closed.to(float64)).abs().max().ToDouble() <= tolerance * gradient.abs().max().ToDouble());
        }

        static (double Value, Tensor Gradient) Evaluated(Tensor codes, Tensor prior)
        {
            var differentiated = codes.clone().requires_grad_(true);
            var value = new SlicedWassersteinDivergence(SliceDirections.Random(20, 3)).Evaluate(differentiated, prior);
            value.backward();
            return (value.ToDouble(), differentiated.grad!);
        }
    }

    [Fact]
    public void In_float32_identical_samples_are_at_zero_with_a_gradient_of_zero_in_any_order()
    {
        using var scope = NewDisposeScope();
        var x = Points.Normal(33, 3, 1, float32).requires_grad_(true);
        var value = new SlicedWassersteinDivergence(SliceDirections.Random(7, 1)).Evaluate(x, Points.Shuffled(x.detach(), 5));
        value.backward();
        Assert.Equal(0, value.ToDouble(), Tolerances.Float32Zero);
        Assert.Equal(0, x.grad!.abs().max().ToDouble(), Tolerances.Float32Zero);
    }

    [Fact]
    public void A_prior_that_is_to_be_differentiated_is()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(9, 3, 1, float32), Points.Normal(9, 3, 2, float32).requires_grad_(true));
        new SlicedWassersteinDivergence(SliceDirections.Random(7, 1)).Evaluate(x, y).backward();
        Assert.True(y.grad!.abs().max().ToDouble() > 0);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_not_finite_makes_the_value_so(float element)
    {
        using var scope = NewDisposeScope();
        var x = Points.Normal(9, 3, 1, float32);
        x[4, 1] = element;
        Assert.False(double.IsFinite(new SlicedWassersteinDivergence(SliceDirections.Random(7, 1)).Evaluate(x, Points.Normal(9, 3, 2, float32)).ToDouble()));
    }
}
