using TorchSharp;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Tests.Conformance;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Kernels;

public class RbfKernelTests : KernelConformance<RbfKernel>
{
    protected override IEnumerable<(RbfKernel Kernel, double Diagonal)> Kernels =>
    [
        (new RbfKernel(1), 1),
        (new RbfKernel(0.3), 1),
        (new RbfKernel(4, [0.5, 1, 2]), 3),
    ];

    [Fact]
    public void For_a_prior_it_is_1_over_e_at_the_expected_squared_distance()
    {
        var prior = new GaussianPrior(8, 0.5);
        var value = new double[1];
        RbfKernel.ForPrior(prior).Profile([prior.ExpectedSquaredDistance], value, []);
        Assert.Equal(1 / Math.E, value[0], Tolerances.Float64);
        Assert.Equal([0.5, 2], RbfKernel.ForPrior(prior, [0.5, 2]).Scales);
    }

    /// <summary>p − p′ is normal with twice the variance, so that E k(p, p′) is the mean at the origin over such a prior.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void The_mean_over_two_prior_samples_is_that_at_the_origin_over_twice_the_variance(int dimension)
    {
        using var scope = NewDisposeScope();
        foreach (var kernel in new IGaussianIntegrableKernel[] { new RbfKernel(1.7), new RbfKernel(0.6, [0.5, 3]), new ImqKernel(1.3) })
        {
            var expected = kernel.MeanOver(new GaussianPrior(dimension, 1.4 * Math.Sqrt(2))).Evaluate(zeros([1, dimension], dtype: float64)).ToDouble();
            Assert.Equal(expected, kernel.MeanOver(new GaussianPrior(dimension, 1.4)).Expectation, 2 * Tolerances.Quadrature * expected);
        }
    }

    [Fact]
    public void The_mean_over_a_prior_takes_points_of_its_dimension()
    {
        using var scope = NewDisposeScope();
        foreach (var kernel in new IGaussianIntegrableKernel[] { new RbfKernel(1), new ImqKernel(1) })
        {
            Assert.Throws<ArgumentException>("x", () => kernel.MeanOver(new GaussianPrior(3)).Evaluate(zeros(5, 2)));
        }
    }
}
