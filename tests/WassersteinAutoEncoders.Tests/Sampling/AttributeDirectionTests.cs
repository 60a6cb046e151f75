using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Sampling;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Sampling;

public class AttributeDirectionTests
{
    [Fact]
    public void Class_means_give_their_difference()
    {
        using var scope = NewDisposeScope();
        var codes = tensor(new double[] { 0, 0, 2, 0, 4, 4, 4, 4 }).reshape(4, 2);
        var direction = AttributeDirection.FromClassMeans(codes, [false, false, true, true]);

        // Means (1, 0) and (4, 4): difference (3, 4) of length 5; projections 0.6 and 5.6.
        Assert.Equal(0.6, direction.Direction[0], Tolerances.Float64);
        Assert.Equal(0.8, direction.Direction[1], Tolerances.Float64);
        Assert.Equal(5, direction.Separation, Tolerances.Float64);
        Assert.Equal(3.1, direction.Threshold, Tolerances.Float64);
        Assert.Equal(1, direction.BalancedAccuracy);
        Assert.Equal([-3.1, 1.2 - 3.1, 2.5, 2.5], TensorData.ToArray(direction.Score(codes)), (a, b) => Math.Abs(a - b) < Tolerances.Float64);
        Assert.Equal([3, 4], TensorData.ToArray(direction.Move(codes, direction.Separation).slice(0, 0, 1, 1)), (a, b) => Math.Abs(a - b) < Tolerances.Float64);
    }

    [Fact]
    public void The_discriminant_ignores_what_only_goes_along()
    {
        // Classes differ in x; y is noise that follows x: Σ = [[1, 0.9·3], [0.9·3, 9]], mean difference (2, 5.4) = the regression of y on x.
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var labels = Enumerable.Range(0, 4000).Select(i => i % 2 == 0).ToArray();
        var shift = tensor(labels.Select(l => l ? 2.0 : 0).ToArray()).unsqueeze(1);
        var x = randn([4000, 1], dtype: float64, generator: generator) + shift;
        var y = x * 2.7 + randn([4000, 1], dtype: float64, generator: generator) * Math.Sqrt(9 - 7.29);
        var codes = cat([x, y], 1);

        var discriminant = AttributeDirection.FromDiscriminant(codes, labels, 1e-9);
        Assert.True(discriminant.Direction[0] > 0.99);
        Assert.InRange(Math.Abs(discriminant.Direction[1]), 0, 0.1);

        // Two normals two standard deviations apart: Φ(1) = 0.841 on the right side.
        Assert.Equal(0.8413, discriminant.BalancedAccuracy, Tolerances.FailureSigmas * Math.Sqrt(0.84 * 0.16 / 4000));
        Assert.True(AttributeDirection.FromClassMeans(codes, labels).Direction[1] > 0.9);

        // A very large ridge leads back to the difference of means.
        var ridged = AttributeDirection.FromDiscriminant(codes.to(float32), labels, 1e6);
        Assert.Equal(AttributeDirection.FromClassMeans(codes, labels).Direction[0], ridged.Direction[0], Tolerances.Float32);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>("labels", () => AttributeDirection.FromClassMeans(zeros(2, 2), [true]));
        Assert.Throws<ArgumentException>("labels", () => AttributeDirection.FromClassMeans(zeros(2, 2), [true, true]));
        Assert.Throws<ArgumentException>("codes", () => AttributeDirection.FromDiscriminant(zeros(2, 2), [true, false]));
        Assert.Throws<ArgumentException>("codes", () => AttributeDirection.FromClassMeans(zeros(2), [true, false]));
        Assert.Throws<ArgumentOutOfRangeException>("ridge", () => AttributeDirection.FromDiscriminant(zeros(2, 2), [true, false], 0));
        var direction = AttributeDirection.FromClassMeans(eye(2), [true, false]);
        Assert.Throws<ArgumentException>("codes", () => direction.Move(zeros(2, 3), 1));
        Assert.Throws<ArgumentOutOfRangeException>("amount", () => direction.Move(zeros(2, 2), double.NaN));
    }
}
