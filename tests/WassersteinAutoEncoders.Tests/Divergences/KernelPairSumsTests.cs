using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Divergences.Pairs;
using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>Which way the pairs of a sample go, seen by what the kernel is asked for.</summary>
public class KernelPairSumsTests
{
    /// <summary>Beyond 1024² pairs no Gram matrix is larger than a block.</summary>
    [Theory]
    [InlineData(1024, 3, 1024 * 1024)]
    [InlineData(1025, 3, 1023 * 1025)]
    [InlineData(3, 1024, 1024 * 1024)]
    [InlineData(3, 1025, 1023 * 1025)]
    [InlineData(1025, 0, 1023 * 1025)]
    [InlineData(1024, 0, 1024 * 1024)]
    public void Many_pairs_are_asked_for_in_blocks(int n, int m, long largest)
    {
        using var scope = NewDisposeScope();
        var kernel = new RecordingKernel();
        KernelPairSums.Evaluate(kernel, zeros([n, 1]), m == 0 ? null : zeros([m, 1]), PairWeights.Of(MmdEstimator.Biased, n, m), higherDerivatives: false);
        Assert.Equal(largest, kernel.Asked.Max());
    }

    [Fact]
    public void A_second_derivative_or_a_derivative_in_the_other_sample_takes_them_whole()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (zeros([1025, 1]), zeros([3, 1]).requires_grad_(true));
        Assert.Equal(1025 * 1025, Largest(x, y.detach(), higherDerivatives: true));
        Assert.Equal(1025 * 1025, Largest(x, y, higherDerivatives: false));
        using var noGradient = no_grad();
        Assert.Equal(1023 * 1025, Largest(x, y, higherDerivatives: false));

        static long Largest(Tensor x, Tensor y, bool higherDerivatives)
        {
            var kernel = new RecordingKernel();
            KernelPairSums.Evaluate(kernel, x, y, PairWeights.Of(MmdEstimator.Biased, x.shape[0], y.shape[0]), higherDerivatives);
            return kernel.Asked.Max();
        }
    }

    [Fact]
    public void The_engine_takes_addressable_points_of_which_one_sample_is_differentiated()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (zeros([5, 3]).requires_grad_(true), zeros([4, 3]));
        Assert.True(RadialPairTensors.Accepts(x, y));
        Assert.True(RadialPairTensors.Accepts(x, null));
        Assert.False(RadialPairTensors.Accepts(zeros([5, 3], device: META), null));
        Assert.False(RadialPairTensors.Accepts(y, x));
        using var noGradient = no_grad();
        Assert.True(RadialPairTensors.Accepts(y, x));
    }

    [Fact]
    public void The_engine_takes_no_points_that_a_span_of_bytes_could_not_hold_in_float64()
    {
        using var scope = NewDisposeScope();
        const long most = int.MaxValue / sizeof(double);
        var (few, fits, tooMany) = (zeros([1, 1]), zeros([1, 1]).expand(most, 1), zeros([1, 1]).expand(most + 1, 1));
        Assert.True(RadialPairTensors.Accepts(fits, few) && RadialPairTensors.Accepts(few, fits));
        Assert.False(RadialPairTensors.Accepts(tooMany, few));
        Assert.False(RadialPairTensors.Accepts(tooMany, null));
        Assert.False(RadialPairTensors.Accepts(few, tooMany));
    }

    [Theory]
    [InlineData(1, 8, 1)]
    [InlineData(8, 8, 1)]
    [InlineData(9, 8, 2)]
    [InlineData(0, 8, 0)]
    public void Points_are_stored_in_as_few_panels_as_hold_them(int count, int width, int panels)
        => Assert.Equal(panels, PanelPoints<float>.PanelCount(count, width));

    /// <summary>The linear-time estimator forms its sums from blocks of 32 pairs.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(150)]
    public void Neighbours_in_several_blocks_are_paired(int count)
    {
        using var scope = NewDisposeScope();
        var c = new MmdCase("imq", new ImqKernel(3), MmdEstimator.LinearTime, count, 2, 4);
        var (x, y) = (c.Points(1), c.Points(2) + 0.5);
        Assert.Equal(NaiveMmd.Evaluate(c.Kernel, c.Estimator, x, y), new MmdDivergence(c.Kernel, c.Estimator).Evaluate(x, y).ToDouble(), Tolerances.Float64);
    }

    /// <summary>A kernel without a profile that notes how many pairs it is asked for.</summary>
    private sealed class RecordingKernel : IKernel
    {
        public List<long> Asked { get; } = [];

        public Tensor Gram(Tensor x, Tensor y)
        {
            Asked.Add(x.shape[0] * y.shape[0]);
            return x.mm(y.t());
        }
    }
}
