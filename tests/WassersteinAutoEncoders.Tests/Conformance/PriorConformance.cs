using WassersteinAutoEncoders.Priors;

namespace WassersteinAutoEncoders.Tests.Conformance;

/// <summary>What every prior keeps to. An implementation has one derived class and so runs every law.</summary>
/// <typeparam name="T">The prior.</typeparam>
public abstract class PriorConformance<T>
    where T : IPrior
{
    /// <summary>A prior of the given dimension, or of the next one that makes sense for it.</summary>
    protected abstract T Create(long dimension);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    public void The_laws_hold(long dimension) => PriorLaws.Check(Create(dimension), new LawOptions { Strict = true }).ThrowIfViolated();

    [Fact]
    public void Quantiles_of_no_probability_and_of_no_coordinate_are_refused()
    {
        if (Create(2) is not IMarginalPrior prior)
        {
            return;
        }

        Assert.Throws<ArgumentOutOfRangeException>("probability", () => prior.Quantile(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("probability", () => prior.Quantile(0, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("dimension", () => prior.Quantile(prior.Dimension, 0.5));
    }
}
