using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

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
        Assert.Equal([0.25, 0.5, 4], Values(x.AtLeast(0.25)));
        Assert.Equal([-2, 0.5, 4], Values(x));

        x.Multiply(0.5);
        Assert.Equal([-1, 0.25, 2], Values(x));
        x.Add(ones_like(x), -0.5);
        Assert.Equal([-1.5, -0.25, 1.5], Values(x));
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

    private static double[] Values(Tensor x) => x.to(ScalarType.Float64).data<double>().ToArray();
}
