using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Sampling;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Sampling;

public class LatentTraversalTests
{
    [Fact]
    public void One_dimension_varies_and_the_others_stay()
    {
        using var scope = NewDisposeScope();
        var code = tensor(new double[] { 7, 8, 9 });
        Assert.Equal([7, -1, 9, 7, 0, 9, 7, 1, 9], TensorData.ToArray(LatentTraversal.Along(code, 1, [-1, 0, 1])));
        Assert.Equal([-1, 8, 9, 1, 8, 9, 7, -1, 9, 7, 1, 9, 7, 8, -1, 7, 8, 1], TensorData.ToArray(LatentTraversal.AllDimensions(code, [-1, 1])));
        Assert.Equal([6, 3], LatentTraversal.AllDimensions(code, [-1, 1]).shape);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>("code", () => LatentTraversal.Along(zeros(2, 2), 0, [1]));
        Assert.Throws<ArgumentOutOfRangeException>("dimension", () => LatentTraversal.Along(zeros(2), 2, [1]));
        Assert.Throws<ArgumentException>("values", () => LatentTraversal.AllDimensions(zeros(2), []));
        Assert.Throws<ArgumentException>("values", () => LatentTraversal.AllDimensions(zeros(2), [double.NaN]));
    }
}
