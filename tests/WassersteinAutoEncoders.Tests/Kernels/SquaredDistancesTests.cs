using TorchSharp;
using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Kernels;

public class SquaredDistancesTests
{
    /// <summary>‖x‖² + ‖y‖² − 2xᵀy would be ∞ − ∞.</summary>
    [Fact]
    public void Coordinates_whose_squares_overflow_have_their_distances()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1e200, -1e200 }, [2, 1]);
        Assert.Equal(0, SquaredDistances.Between(x, x).diagonal().abs().max().ToDouble());
        using var noGradient = no_grad();
        Assert.Equal(0, SquaredDistances.Between(x.requires_grad_(), x).diagonal().abs().max().ToDouble());
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void The_second_derivative_in_either_argument_is_two(bool first, bool second)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (tensor(new[] { 3.0 }, [1, 1], requires_grad: first), tensor(new[] { 1.0 }, [1, 1], requires_grad: second));
        var variable = first ? x : y;
        var slope = autograd.grad([SquaredDistances.Between(x, y).sum()], [variable], create_graph: true, retain_graph: true)[0];
        Assert.Equal(first ? 4 : -4, slope.ToDouble(), Tolerances.Float64);
        Assert.Equal(2, autograd.grad([slope.sum()], [variable])[0].ToDouble(), Tolerances.Float64);
    }

    /// <summary>Σ 2·(x − yⱼ) from Σ 2x − Σ 2yⱼ: two sums near 2e7, where neighbours in float32 are 2 apart.</summary>
    [Fact]
    public void Gradients_of_float32_points_far_from_the_origin_have_the_digits_of_float64()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (full([1, 1], 10_000.25, dtype: float32).requires_grad_(), (Points.Normal(1000, 1, 1) + 1e4).to(float32));
        SquaredDistances.Between(x, y).sum().backward();
        var expected = (x.detach().to(float64) - y.to(float64)).sum().ToDouble() * 2;
        Assert.Equal(expected, x.grad!.to(float64).ToDouble(), Tolerances.Float32 * Math.Abs(expected));
    }

    /// <summary>Where points coincide the first derivative is exactly 0, and the second is 2 all the same.</summary>
    [Fact]
    public void Points_that_coincide_far_from_the_origin_have_no_slope_and_a_curvature_of_two()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (full([1, 3], 12345.678, float64).requires_grad_(), full([1, 3], 12345.678, float64));
        var slope = autograd.grad([SquaredDistances.Between(x, y).sum() * 0.1], [x], create_graph: true, retain_graph: true)[0];
        Assert.Equal(0, slope.abs().max().ToDouble());
        Assert.Equal(0.2, autograd.grad([slope[0, 0]], [x])[0][0, 0].ToDouble(), Tolerances.Float64);
    }

    [Fact]
    public void Without_a_gradient_to_take_there_is_no_graph()
    {
        using var scope = NewDisposeScope();
        var x = Points.Normal(3, 2, 1);
        Assert.False(SquaredDistances.Between(x, x).requires_grad);
        x.requires_grad_();
        Assert.True(SquaredDistances.Between(x, x).requires_grad);
        using var noGradient = no_grad();
        Assert.False(SquaredDistances.Between(x, x).requires_grad);
    }

    /// <summary>First and second derivatives in both arguments at once, every pair with a weight of its own, against the differences themselves.</summary>
    [Fact]
    public void Derivatives_in_both_arguments_are_those_of_the_differences()
    {
        using var scope = NewDisposeScope();
        var weights = Points.Uniform([3, 4], 7);
        var (direction, other) = (Points.Normal(3, 2, 5), Points.Normal(4, 2, 6));
        double[] Numbers(Func<Tensor, Tensor, Tensor> squares)
        {
            var (x, y) = (Points.Normal(3, 2, 1).requires_grad_(), Points.Normal(4, 2, 2).requires_grad_());
            var value = (squares(x, y) * weights).square().sum();
            var slopes = autograd.grad([value], [x, y], create_graph: true, retain_graph: true);
            var curvatures = autograd.grad([(slopes[0] * direction).sum() + (slopes[1] * other).sum()], [x, y]);
            return [.. slopes.Concat(curvatures).SelectMany(t => t.detach().contiguous().data<double>().ToArray())];
        }

        var expected = Numbers((x, y) => (x.unsqueeze(1) - y.unsqueeze(0)).square().sum(2));
        Assert.Equal(expected, Numbers(SquaredDistances.Between), (a, b) => Math.Abs(a - b) <= Tolerances.Float64 * Math.Max(1, Math.Abs(a)));
    }
}
