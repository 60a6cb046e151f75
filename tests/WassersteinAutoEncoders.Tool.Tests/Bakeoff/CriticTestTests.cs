using WassersteinAutoEncoders.Tool.Bakeoff;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Tests.Bakeoff;

public class CriticTestTests
{
    /// <summary>
    /// For equal distributions the bound is at most 0 in expectation, and a critic that learned 500 samples in 64 dimensions by heart
    /// would be far below. The deviation of a mean of log-losses over 250 pairs is some hundredths: 0.1 is beyond four of them.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    public void Equal_distributions_are_not_told_apart(long dimension)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        var (codes, prior) = (randn([1000, dimension], generator: generator), randn([1000, dimension], generator: generator));
        Assert.InRange(CriticTest.JensenShannon(codes, prior, 1), -0.1, 0.1);
    }

    /// <summary>Between N(0, I) and N(μ, I) with |μ| = 8 the divergence is log 2 within 1e-4.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    public void Distributions_far_apart_are_told_apart(long dimension)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        var (codes, prior) = (randn([1000, dimension], generator: generator) + (8 / Math.Sqrt(dimension)), randn([1000, dimension], generator: generator));
        Assert.InRange(CriticTest.JensenShannon(codes, prior, 1), Math.Log(2) - 0.05, Math.Log(2));
    }
}
