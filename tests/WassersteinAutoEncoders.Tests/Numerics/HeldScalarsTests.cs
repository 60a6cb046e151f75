using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Numerics;

/// <summary>Operations with a number are those of the number itself, in value and gradient.</summary>
public class HeldScalarsTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Each_is_the_operation_it_is_named_after(ScalarType type)
    {
        // Powers of two: every result is exact in either type.
        using var scope = NewDisposeScope();
        var x = tensor(new[] { -2.0, 0.5, 4 }, type);
        Assert.Equal([-0.5, 0.125, 1], Values(x.Times(0.25)));
        Assert.Equal([-0.5, 0.125, 1], Values(x.Over(4)));
        Assert.Equal([-1.75, 0.75, 4.25], Values(x.Plus(0.25)));
        Assert.Equal([-1.75, 0.75, 4.25], Values(x.Minus(-0.25)));
        Assert.Equal([0.25, 0.5, 4], Values(x.AtLeast(0.25)));
        Assert.Equal([-2, 0.25, 0.25], Values(x.AtMost(0.25)));
        Assert.Equal([-1, 0.5, 1], Values(x.Within(-1, 1)));
        Assert.Equal([-4, 1, 8], Values(x.Plus(x)));
        Assert.Equal([4, 0.25, 16], Values(x.Squared()));
        Assert.Equal([-8, 0.125, 64], Values(x.Power(3)));
        Assert.Equal([0.5, 0.5, 0.5], Values(x.Filled(0.5)));
        Assert.Equal([0, 0, 1], Values(x.IsAbove(0.5)));
        Assert.Equal([1, 0, 0], Values(x.IsBelow(0.5)));
        Assert.Equal([0, 1, 1], Values(x.IsPositive()));
        Assert.Equal([1, 1, 1], Values(x.IsNotZero()));
        Assert.Equal([0, 0, 0], Values(x.IsZero()));
        Assert.Equal([-2, 0.5, 4], Values(x));

        x.Multiply(0.5);
        Assert.Equal([-1, 0.25, 2], Values(x));
        x.Add(ones_like(x), -0.5);
        Assert.Equal([-1.5, -0.25, 1.5], Values(x));
        x.Accumulate(x);
        Assert.Equal([-3, -0.5, 3], Values(x));
        x.Overwrite(0.125);
        Assert.Equal([0.125, 0.125, 0.125], Values(x));
    }

    [Fact]
    public void Gradients_pass_through()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { -2.0, 0.5, 4 }, ScalarType.Float64).requires_grad_(true);
        x.Times(8).Over(2).Plus(1).AtLeast(0).sum().backward();
        Assert.Equal([0, 4, 4], Values(x.grad!));
    }

    [Fact]
    public void Whole_numbers_stay_whole()
    {
        // 2⁶² + 1 has no float64.
        using var scope = NewDisposeScope();
        var x = HeldScalars.Range(3, CPU).Plus(1L << 62).Plus(1L);
        Assert.Equal(ScalarType.Int64, x.dtype);
        Assert.Equal([(1L << 62) + 1, (1L << 62) + 2, (1L << 62) + 3], TensorSpan.ToArray<long>(x));
        Assert.Equal([0, 2, 4], TensorSpan.ToArray<long>(x.Minus((1L << 62) + 1).Times(2L)));
        Assert.Equal(2, Scalars.Count(x.IsBelow((1L << 62) + 3)));
        Assert.False(Scalars.All(x.IsBelow((1L << 62) + 3)));
        Assert.Equal(0.5, Scalars.Read(HeldScalars.Range(2, CPU)[1].Over(2L)));
    }

    [Theory]
    [InlineData(-1000, 0, 0)]
    [InlineData(-40, 4.248354255291589e-18, 4.248354255291589e-18)]
    [InlineData(0, 0.6931471805599453, 0.5)]
    [InlineData(40, 40, 1)]
    [InlineData(1000, 1000, 1)]
    public void Softplus_keeps_its_digits_at_either_end(double at, double value, double slope)
    {
        using var scope = NewDisposeScope();
        var x = tensor(at, ScalarType.Float64).requires_grad_(true);
        var y = x.Softplus();
        y.backward();
        Assert.Equal(value, Scalars.Read(y), Tolerances.Float64);
        Assert.Equal(1, value == 0 ? 1 : Scalars.Read(y) / value, Tolerances.Float64);
        Assert.Equal(1, slope == 0 ? 1 : Scalars.Read(x.grad!) / slope, Tolerances.Float64);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void What_is_differentiable_once_has_no_second_derivative(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var x = tensor(1.0, type).requires_grad_(true);
        var first = autograd.grad([x.OnceDifferentiable()], [x], create_graph: true, retain_graph: true)[0];
        Assert.Equal(1, Scalars.Read(first));
        Assert.Equal(double.NaN, Scalars.Read(autograd.grad([first], [x])[0]));
    }

    private static double[] Values(Tensor x) => x.to(ScalarType.Float64).data<double>().ToArray();
}
