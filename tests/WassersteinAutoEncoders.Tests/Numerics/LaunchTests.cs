using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Divergences.Pairs;
using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Numerics;

/// <summary>What a value and its gradient cost in launches of kernels on a GPU, counted on the CPU over the same operators; docs/benchmarks.md has the table.</summary>
public class LaunchTests
{
    private static readonly bool IsSupported = LaunchCounter.IsSupported;

    [Fact]
    public void Views_and_memory_are_no_launches_and_an_operator_is_one()
    {
        if (!IsSupported)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var x = rand([5, 4]).requires_grad_();
        Assert.Empty(LaunchCounter.Count(() => x.t().narrow(0, 1, 2).unsqueeze(0).detach()));
        Assert.Equal([new("aten::mm", 1)], LaunchCounter.Count(() => x.mm(x.t())));

        // Backward on its own thread or on this one: a product of matrices for each factor.
        Assert.Equal(3, LaunchCounter.Count(() => x.mm(x.t()).sum().backward()).GetValueOrDefault("aten::mm"));
    }

    /// <summary>A step of WAE-MMD on a GPU: one matrix of distances, all scales at once, one product for the gradient, and no graph but its attachment.</summary>
    [Theory]
    [InlineData(MmdEstimator.Unbiased, 128, 50)]
    [InlineData(MmdEstimator.Biased, 128, 50)]
    [InlineData(MmdEstimator.UnbiasedPaired, 128, 52)]
    [InlineData(MmdEstimator.Unbiased, 1024, 58)]
    public void Value_and_gradient_of_the_mixture_take_few_launches(MmdEstimator estimator, int n, int most)
    {
        if (!IsSupported)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var (kernel, weights) = (new ImqKernel(16), PairWeights.Of(estimator, n, n));
        var (x, y) = (randn([n, 8]).requires_grad_(), randn([n, 8]));
        var few = Count(() => MatrixPairSums.Evaluate(kernel, x, y, weights));
        Assert.InRange(few, 1, most);
        Assert.True(few * 4 <= Count(() => ComposedPairSums.Evaluate(kernel, x, y, weights)));
    }

    [Fact]
    public void Every_radial_kernel_takes_few_launches()
    {
        if (!IsSupported)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var (x, y) = (randn([64, 8]).requires_grad_(), randn([64, 8]));
        foreach (var kernel in new IKernel[]
        {
            new ImqKernel(16), new RbfKernel(8), new RbfKernel(8, [0.5, 1, 2]), new LaplacianKernel(4), new RationalQuadraticKernel(4, 0.7), new EnergyKernel(),
            new CramerWoldKernel(8, CramerWoldForm.Exact, 0.3), new CramerWoldKernel(8, CramerWoldForm.Asymptotic, 0.3),
        })
        {
            Assert.InRange(Count(() => MatrixPairSums.Evaluate(kernel, x, y, PairWeights.Of(MmdEstimator.Unbiased, 64, 64))), 1, 60);
            Assert.InRange(Count(() => LinearPairs.Evaluate(kernel, x, y, false)), 1, 45);
        }
    }

    /// <summary>Forward and backward, after the constants of the kernel have been made.</summary>
    private static int Count(Func<Tensor> evaluate)
    {
        evaluate().backward();
        return LaunchCounter.Count(() => evaluate().backward()).Values.Sum();
    }
}
