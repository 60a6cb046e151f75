using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Tests.Conformance;

namespace WassersteinAutoEncoders.Tests.Kernels;

public class ImqKernelTests : KernelConformance<ImqKernel>
{
    protected override IEnumerable<(ImqKernel Kernel, double Diagonal)> Kernels =>
    [
        (new ImqKernel(1), 7),
        (new ImqKernel(16), 7),
        (new ImqKernel(0.5, [1, 3]), 2),
    ];

    [Fact]
    public void Base_scale_is_the_expected_squared_distance_of_the_prior()
    {
        Assert.Equal(2 * 8 * 0.25, ImqKernel.ForPrior(new GaussianPrior(8, 0.5)).BaseScale, Tolerances.Float64);
        Assert.Equal(2 * 9.0, ImqKernel.ForPrior(new SpherePrior(5, 3)).BaseScale, Tolerances.Float64);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Scales_that_are_not_finite_and_positive_are_refused(double scale)
    {
        Assert.Throws<ArgumentOutOfRangeException>("baseScale", () => new ImqKernel(scale));
        Assert.Throws<ArgumentOutOfRangeException>("scales", () => new ImqKernel(1, [1, scale]));
        Assert.Throws<ArgumentOutOfRangeException>("variance", () => new RbfKernel(scale));
        Assert.Throws<ArgumentOutOfRangeException>("scales", () => new RbfKernel(1, [scale]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LaplacianKernel(scale));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RationalQuadraticKernel(scale));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RationalQuadraticKernel(1, scale));
    }

    /// <summary>Kernels keep their constants in both element types: 1/2e38 is no normal number of float32, and neither is 1e-12·1e-30.</summary>
    [Fact]
    public void Scales_that_float32_cannot_hold_are_refused()
    {
        foreach (var scale in new[] { 1e-39, 1e39 })
        {
            Assert.Throws<ArgumentOutOfRangeException>("baseScale", () => new ImqKernel(scale, [1]));
            Assert.Throws<ArgumentOutOfRangeException>("variance", () => new RbfKernel(scale));
            Assert.Throws<ArgumentOutOfRangeException>("length", () => new LaplacianKernel(scale));
            Assert.Throws<ArgumentOutOfRangeException>("length", () => new RationalQuadraticKernel(scale));
            Assert.Throws<ArgumentOutOfRangeException>("length", () => new RationalQuadraticKernel(1, scale));
        }

        Assert.Throws<ArgumentOutOfRangeException>("baseScale", () => new ImqKernel(1e-12, [1e-30]));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => new LaplacianKernel(2e38));
        Assert.Equal(5e-39, new LaplacianKernel(5e-39).Length);

        // α·rate = 1/(2ℓ²), the slope at 0, is 5e-39, although the rate 1/(2αℓ²) is 5e-38.
        Assert.Throws<ArgumentOutOfRangeException>("length", () => new RationalQuadraticKernel(1e19, 0.1));
    }

    /// <summary>s·C₀ and 2·s·σ² may leave the range of float64 although neither factor does.</summary>
    [Fact]
    public void Scales_whose_product_overflows_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("baseScale", () => new ImqKernel(1e200, [1e200]));
        Assert.Throws<ArgumentOutOfRangeException>("variance", () => new RbfKernel(1e200, [1e200]));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => new RationalQuadraticKernel(1e200));
    }

    [Fact]
    public void A_mixture_without_scales_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ImqKernel(1, []));
        Assert.Throws<ArgumentException>(() => new RbfKernel(1, []));
    }

    /// <summary>C/(2σ²) is below every number of float64: no quadrature of so many nodes spans it.</summary>
    [Fact]
    public void A_prior_out_of_all_proportion_to_the_scale_is_refused()
    {
        var message = Assert.Throws<ArgumentOutOfRangeException>("standardDeviation", () => new ImqKernel(1e-30, [2, 1]).MeanOver(new GaussianPrior(1, 1e150))).Message;
        Assert.Contains("1E-30", message, StringComparison.Ordinal);
        Assert.Contains(nameof(ImqKernel.ForPrior), message, StringComparison.Ordinal);
    }
}
