using WassersteinAutoEncoders.Divergences.Slices;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences.Slices;

public class SliceEngineTests
{
    /// <summary>The values and gradients of what managed code takes are tested with the divergences.</summary>
    [Fact]
    public void Managed_code_takes_points_on_the_processor_of_which_only_the_codes_are_differentiated()
    {
        using var scope = NewDisposeScope();
        var (codes, samples) = (zeros([5, 3]), zeros([6, 3]));
        Assert.True(SliceEngine.IsManaged(codes, samples, 7));
        Assert.True(SliceEngine.IsManaged(codes, null, 7));
        Assert.True(SliceEngine.IsManaged(zeros([5, 3], dtype: float64).requires_grad_(true), samples.to(float64), 7));
        Assert.False(SliceEngine.IsManaged(zeros([5, 3], device: META), zeros([5, 3], device: META), 7));

        var differentiated = zeros([5, 3]).requires_grad_(true);
        Assert.False(SliceEngine.IsManaged(codes, differentiated, 7));
        using var noGradient = no_grad();
        Assert.True(SliceEngine.IsManaged(codes, differentiated, 7));
    }

    [Fact]
    public void Projections_of_more_bytes_than_a_span_holds_are_composed()
    {
        using var scope = NewDisposeScope();
        var points = zeros([5, 3]);
        const int most = int.MaxValue / (5 * sizeof(float));
        Assert.True(SliceEngine.IsManaged(points, points, most));
        Assert.False(SliceEngine.IsManaged(points, points, most + 1));
        Assert.False(SliceEngine.IsManaged(points, zeros([10, 3]), most));
    }
}
