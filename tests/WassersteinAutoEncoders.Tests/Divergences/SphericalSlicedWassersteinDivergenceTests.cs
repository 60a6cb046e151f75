using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Divergences.Slices;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class SphericalSlicedWassersteinDivergenceTests
{
    [Fact]
    public void On_the_circle_three_points_are_at_the_value_worked_out_by_hand()
    {
        using var scope = NewDisposeScope();
        var value = new SphericalSlicedWassersteinDivergence(SliceDirections.Random(3)).Evaluate(OnCircle(0, 0.2, 0.4), Sphere(2)).ToDouble();
        Assert.Equal(0.0211111111, value, Tolerances.HandComputed);
    }

    /// <summary>Uniform samples on a fine grid in place of the integral, and every matching in place of the closed form.</summary>
    [Fact]
    public void On_the_circle_it_is_the_distance_to_a_fine_grid()
    {
        using var scope = NewDisposeScope();
        double[] u = [0.05, 0.1, 0.62, 0.7, 0.97];
        const int repeats = 400;
        var fine = u.SelectMany(x => Enumerable.Repeat(x, repeats)).ToArray();
        double[] grid = [.. Enumerable.Range(0, fine.Length).Select(i => (i + 0.5) / fine.Length)];
        var value = new SphericalSlicedWassersteinDivergence(SliceDirections.Random(1)).Evaluate(OnCircle(u), Sphere(2)).ToDouble();
        Assert.Equal(EveryShift(fine, grid), value, 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Two_samples_on_the_circle_are_matched_as_by_trying_every_shift(int count)
    {
        using var scope = NewDisposeScope();
        for (ulong seed = 0; seed < 20; seed++)
        {
            double[] u = FiniteDifferences.Values(Points.Uniform([count], seed)), v = FiniteDifferences.Values(Points.Uniform([count], 100 + seed, 0.7, 1));
            var value = new SphericalSlicedWassersteinDivergence(SliceDirections.Random(1)).Evaluate(OnCircle(u), OnCircle(v)).ToDouble();
            Assert.Equal(EveryShift(u, v), value, Tolerances.Float64);
        }
    }

    /// <summary>On the circle nothing depends on the plane, and everything turns with it: rotated codes are at the same distance exactly.</summary>
    [Fact]
    public void On_the_circle_turning_the_codes_changes_nothing()
    {
        using var scope = NewDisposeScope();
        double[] u = [0.1, 0.15, 0.4, 0.8];
        double Value(double turn) => new SphericalSlicedWassersteinDivergence(SliceDirections.Random(1)).Evaluate(OnCircle([.. u.Select(x => x + turn)]), Sphere(2)).ToDouble();
        Assert.Equal(Value(0), Value(0.37), Tolerances.Float64);
        Assert.Equal(Value(0), Value(0.91), Tolerances.Float64);
    }

    [Fact]
    public void Codes_of_the_prior_are_nearer_than_codes_of_one_half_and_gradients_turn_only()
    {
        using var scope = NewDisposeScope();
        var uniform = new SpherePrior(5).Sample(400, new Generator(1), dtype: float64);
        var half = uniform.clone();
        half[TensorIndex.Ellipsis, 0] = half[TensorIndex.Ellipsis, 0].abs();
        half.requires_grad_(true);
        var divergence = new SphericalSlicedWassersteinDivergence(SliceDirections.Random(200, 2));
        var far = divergence.Evaluate(half, Sphere(5));
        Assert.True(divergence.Evaluate(uniform, Sphere(5)).ToDouble() < 0.2 * far.ToDouble());
        far.backward();
        Assert.Equal(0, (half.grad! * half.detach()).sum(1).abs().max().ToDouble(), Tolerances.Float64);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(33, 3)]
    [InlineData(2000, 4)]
    public void Every_path_has_the_same_value_and_gradient(long n, long dimension)
    {
        using var scope = NewDisposeScope();
        var planes = SliceDirections.Random(40, 2).DrawPlanes(dimension);
        SlicePaths.Check(new CircleRule(), Points.Normal(n, dimension, 1) + 0.3, null, planes);
        SlicePaths.Check(new CircleRule(), Points.Normal(n, dimension, 1) + 0.3, Points.Normal(n, dimension, 2), planes);
    }

    [Fact]
    public void What_is_not_finite_makes_the_value_so()
    {
        using var scope = NewDisposeScope();
        var x = Points.Normal(9, 3, 1, float32);
        x[4, 1] = float.NaN;
        Assert.False(double.IsFinite(new SphericalSlicedWassersteinDivergence().Evaluate(x, Sphere(3)).to(float64).ToDouble()));
        Assert.False(double.IsFinite(new SphericalSlicedWassersteinDivergence().Evaluate(x, Points.Normal(9, 3, 2, float32)).to(float64).ToDouble()));
    }

    [Fact]
    public void One_dimension_and_unequal_numbers_are_refused()
    {
        using var scope = NewDisposeScope();
        var divergence = new SphericalSlicedWassersteinDivergence();
        Assert.Contains("2 dimensions", Assert.ThrowsAny<ArgumentException>(() => divergence.Evaluate(Points.Normal(4, 1, 1), Points.Normal(4, 1, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("5 and 4", Assert.ThrowsAny<ArgumentException>(() => divergence.Evaluate(Points.Normal(4, 3, 1), Points.Normal(5, 3, 2))).Message, StringComparison.Ordinal);
    }

    private static PriorSamples Sphere(long dimension) => new(new SpherePrior(dimension), 1);

    private static Tensor OnCircle(params double[] turns)
    {
        var angles = tensor(turns) * (2 * Math.PI);
        return stack([angles.cos(), angles.sin()], 1);
    }

    /// <summary>The least mean squared distance on the circle over all matchings that keep the cyclic order, by trying each with any number of turns.</summary>
    private static double EveryShift(double[] u, double[] v)
    {
        double[] a = [.. u.Order()], b = [.. v.Order()];
        var n = a.Length;
        return Enumerable.Range(-n, 2 * n + 1).Min(shift => Enumerable.Range(0, n).Average(i =>
        {
            var place = ((i + shift) % n + n) % n;
            return Math.Pow(a[i] - b[place] - Math.Floor((double)(i + shift) / n), 2);
        }));
    }
}
