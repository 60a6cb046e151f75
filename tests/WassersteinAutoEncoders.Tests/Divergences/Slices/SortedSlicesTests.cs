using WassersteinAutoEncoders.Divergences.Slices;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences.Slices;

public class SortedSlicesTests
{
    /// <summary>The value and gradient of what is accepted are tested with the divergence.</summary>
    [Fact]
    public void Points_that_managed_code_can_take_are_accepted()
    {
        using var scope = NewDisposeScope();
        var (codes, samples) = (zeros([5, 3]), zeros([5, 3]));
        Assert.True(SortedSlices.Accepts(codes, samples, 7));
        Assert.True(SortedSlices.Accepts(zeros([5, 3]).requires_grad_(true), samples, 7));
        Assert.False(SortedSlices.Accepts(zeros([5, 3], dtype: float64), zeros([5, 3], dtype: float64), 7));
        Assert.False(SortedSlices.Accepts(codes, zeros([6, 3]), 7));
        Assert.False(SortedSlices.Accepts(zeros([5, 3], device: META), zeros([5, 3], device: META), 7));

        var differentiated = zeros([5, 3]).requires_grad_(true);
        Assert.False(SortedSlices.Accepts(codes, differentiated, 7));
        using var noGradient = no_grad();
        Assert.True(SortedSlices.Accepts(codes, differentiated, 7));
    }

    [Fact]
    public void Projections_of_more_bytes_than_a_span_holds_are_not_accepted()
    {
        using var scope = NewDisposeScope();
        var points = zeros([5, 3]);
        const int most = int.MaxValue / (5 * sizeof(float));
        Assert.True(SortedSlices.Accepts(points, points, most));
        Assert.False(SortedSlices.Accepts(points, points, most + 1));
    }
}
