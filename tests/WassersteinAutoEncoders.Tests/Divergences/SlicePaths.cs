using TorchSharp;
using WassersteinAutoEncoders.Divergences.Slices;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>The paths of a slice rule against each other: managed code in both element types, on one thread and on two, and tensor operations.</summary>
internal static class SlicePaths
{
    /// <summary>Checks value and gradient of the mean over slices.</summary>
    public static void Check(ISliceRule rule, Tensor codes, Tensor? samples, Tensor axes)
    {
        using var scope = NewDisposeScope();
        var leaf = codes.detach().clone().requires_grad_(true);
        var composed = rule.Compose(axes.mm(leaf.t()), samples is null ? null : axes.mm(samples.t())).mean();
        composed.backward();
        var (value, gradient) = Managed(float64);
        Assert.Equal(composed.ToDouble(), value, Tolerances.Float64 * Math.Max(1, Math.Abs(value)));
        AssertClose(leaf.grad!, gradient, Tolerances.Float64);

        var (narrow, narrowGradient) = Managed(float32);
        Assert.Equal(value, narrow, Tolerances.Float32 * Math.Max(1, Math.Abs(value)));
        AssertClose(gradient, narrowGradient, 10 * Tolerances.Float32);

        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var one = SliceEngine.Values(rule, codes.to(float32), samples?.to(float32), axes);
            set_num_threads(2);
            Assert.Equal(one, SliceEngine.Values(rule, codes.to(float32), samples?.to(float32), axes));
        }
        finally
        {
            set_num_threads(threads);
        }

        (double Value, Tensor Gradient) Managed(ScalarType dtype)
        {
            var x = codes.detach().to(dtype).clone().requires_grad_(true);
            var mean = SliceEngine.Mean(rule, x, samples?.to(dtype), axes);
            mean.backward();
            return (mean.to(float64).ToDouble(), x.grad!.to(float64));
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
        => Assert.Equal(0, (expected - actual).abs().max().ToDouble() / Math.Max(1e-3, expected.abs().max().ToDouble()), tolerance);
}
