using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>Every estimator against its definition, a double loop over pairs in float64.</summary>
public class MmdEstimatorTests
{
    [Property(MaxTest = 30)]
    public Property Equals_the_double_loop() => Prop.ForAll(Cases(), c =>
    {
        using var scope = NewDisposeScope();
        var (x, y) = (c.Points(1), c.Points(2));
        var expected = NaiveMmd.Evaluate(c.Kernel, c.Estimator, x, y);
        var actual = new MmdDivergence(c.Kernel, c.Estimator).Evaluate(x, y).ToDouble();
        Assert.Equal(expected, actual, Tolerances.Float64 * NaiveMmd.Magnitude(c.Kernel, x, y));
    });

    [Property(MaxTest = 30)]
    public Property V_and_U_are_exactly_zero_for_identical_samples() => Prop.ForAll(Cases(), c =>
    {
        if (c.Estimator is MmdEstimator.Unbiased)
        {
            return;
        }

        foreach (var dtype in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            using var scope = NewDisposeScope();
            var x = c.Points(1).to(dtype);
            Assert.Equal(0.0, new MmdDivergence(c.Kernel, c.Estimator).Evaluate(x, x.clone()).ToDouble());
        }
    });

    [Property(MaxTest = 30)]
    public Property V_is_never_negative() => Prop.ForAll(Cases(), c =>
    {
        using var scope = NewDisposeScope();
        var (x, y) = (c.Points(1), c.Points(2));
        var value = new MmdDivergence(c.Kernel, MmdEstimator.Biased).Evaluate(x, y).ToDouble();
        Assert.True(value >= -Tolerances.Float64 * NaiveMmd.Magnitude(c.Kernel, x, y), $"{value}");
    });

    private static Arbitrary<MmdCase> Cases() => MmdCase.Arbitrary;
}
