using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Tests.Conformance;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Kernels;

public class SumKernelTests : KernelConformance<SumKernel>
{
    protected override IEnumerable<(SumKernel Kernel, double Diagonal)> Kernels =>
    [
        (new SumKernel((0.5, new ImqKernel(2)), (2, new LaplacianKernel(1))), 5.5),
    ];

    [Fact]
    public void Is_radial_where_every_term_is()
    {
        Assert.IsType<RadialSumKernel>(SumKernel.Of((1, new EnergyKernel()), (2, new RbfKernel(1))));
        Assert.IsType<SumKernel>(SumKernel.Of((1, new EnergyKernel()), (2, new SumKernel((1, new RbfKernel(1))))));
    }

    [Fact]
    public void Without_terms_or_with_a_weight_that_is_not_positive_is_refused()
    {
        Assert.Throws<ArgumentException>("terms", () => new SumKernel());
        Assert.Throws<ArgumentException>("terms", () => SumKernel.Of());
        Assert.Throws<ArgumentOutOfRangeException>(() => new SumKernel((0, new EnergyKernel())));
        Assert.Throws<ArgumentOutOfRangeException>(() => SumKernel.Of((double.NaN, new EnergyKernel())));
        Assert.Throws<ArgumentException>(() => new SumKernel((1, null!)));
    }

    [Fact]
    public void Checks_for_kernels_that_do_not()
    {
        using var scope = NewDisposeScope();
        var kernel = new SumKernel((1, new Unchecked()));
        Assert.Equal([5L, 4], kernel.Gram(zeros(5, 3), zeros(4, 3)).shape);
        Assert.Throws<ArgumentException>("y", () => kernel.Gram(zeros(5, 3), zeros(4, 2)));
    }

    private sealed class Unchecked : IKernel
    {
        public Tensor Gram(Tensor x, Tensor y) => ones(x.shape[0], y.shape[0], dtype: x.dtype);
    }
}
