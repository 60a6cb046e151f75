using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Sampling;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Sampling;

public class InterpolationTests
{
    [Fact]
    public void Linear_paths_are_evenly_spaced_and_end_where_they_should()
    {
        using var scope = NewDisposeScope();
        var path = Interpolation.Linear(tensor(new double[] { 0, 4 }), tensor(new double[] { 2, 0 }), 5);
        Assert.Equal([0, 4, 0.5, 3, 1, 2, 1.5, 1, 2, 0], TensorData.ToArray(path));
    }

    [Theory]
    [InlineData(2, ScalarType.Float64)]
    [InlineData(3, ScalarType.Float32)]
    [InlineData(16, ScalarType.Float64)]
    public void Spherical_paths_stay_on_the_sphere_at_constant_speed(int d, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)d);
        var ends = new SpherePrior(d, 2.5).Sample(2, generator, dtype: type);
        var path = Interpolation.Spherical(ends[0], ends[1], 9);
        var norms = TensorData.ToArray(path.square().sum(1).sqrt());
        var steps = TensorData.ToArray((path.slice(0, 1, 9, 1) - path.slice(0, 0, 8, 1)).square().sum(1).sqrt());

        Assert.Equal(type, path.dtype);
        Assert.All(norms, r => Assert.Equal(2.5, r, Tolerances.Of(type)));
        Assert.All(steps, s => Assert.Equal(steps[0], s, Tolerances.Of(type)));
        Assert.True(path[0].allclose(ends[0], Tolerances.Of(type), Tolerances.Of(type)));
        Assert.True(path[8].allclose(ends[1], Tolerances.Of(type), Tolerances.Of(type)));

        // The shorter way round: the chord of 8 equal angles.
        var angle = Math.Acos((ends[0] * ends[1]).sum().ToDouble() / 6.25);
        Assert.Equal(2 * 2.5 * Math.Sin(angle / 16), steps[0], Tolerances.Of(type));
    }

    [Fact]
    public void Equal_and_opposite_points_are_no_trouble()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new double[] { 1, 2, 2 });
        Assert.True(Interpolation.Spherical(a, a, 4).allclose(a.expand(4, 3), Tolerances.Float64, 0));
        var near = a + tensor(new[] { 0, 1e-12, 0 });
        Assert.True(Interpolation.Spherical(a, near, 4).allclose(a.expand(4, 3), 1e-9, 0));
        Assert.True(Interpolation.Spherical(a, a * 3, 3)[1].allclose(a * 2, Tolerances.Float64, 0));

        foreach (var opposite in new[] { a * -1, a * -1 + 1e-12 })
        {
            var path = Interpolation.Spherical(a, opposite, 7);
            Assert.All(TensorData.ToArray(path.square().sum(1).sqrt()), r => Assert.Equal(3, r, 1e-9));
            Assert.True(path[6].allclose(opposite, 1e-9, 1e-9));
            var steps = TensorData.ToArray((path.slice(0, 1, 7, 1) - path.slice(0, 0, 6, 1)).square().sum(1).sqrt());
            Assert.All(steps, s => Assert.Equal(2 * 3 * Math.Sin(Math.PI / 12), s, 1e-6));
        }
    }

    [Fact]
    public void The_prior_chooses_the_path()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (tensor(new double[] { 1, 0 }), tensor(new double[] { 0, 1 }));
        Assert.Equal(0.5, Interpolation.ForPrior(new GaussianPrior(2), a, b, 3)[1, 0].ToDouble(), Tolerances.Float64);
        Assert.Equal(Math.Sqrt(0.5), Interpolation.ForPrior(new SpherePrior(2), a, b, 3)[1, 0].ToDouble(), Tolerances.Float64);
    }

    [Fact]
    public void Where_the_sphere_has_no_path_it_is_straight()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([-2, 0, 2], TensorData.ToArray(Interpolation.ForPrior(new SpherePrior(1, 2), tensor(new double[] { -2 }), tensor(new double[] { 2 }), 3)));
        Assert.Equal([0, 0, 1, 0.5, 2, 1], TensorData.ToArray(Interpolation.ForPrior(new SpherePrior(2), tensor(new double[] { 0, 0 }), tensor(new double[] { 2, 1 }), 3)));
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>("from", () => Interpolation.Linear(zeros(2, 2), zeros(2, 2), 3));
        Assert.Throws<ArgumentException>("to", () => Interpolation.Linear(zeros(2), zeros(3), 3));
        Assert.Throws<ArgumentOutOfRangeException>("steps", () => Interpolation.Linear(zeros(2), zeros(2), 1));
        Assert.Throws<ArgumentException>("to", () => Interpolation.Spherical(ones(2), zeros(2), 3));
        Assert.Throws<ArgumentException>("from", () => Interpolation.Spherical(ones(1), ones(1), 3));
        Assert.Throws<ArgumentException>("from", () => Interpolation.ForPrior(new SpherePrior(3), ones(2), ones(2), 3));
    }
}
