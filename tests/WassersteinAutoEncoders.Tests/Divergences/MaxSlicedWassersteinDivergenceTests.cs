using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class MaxSlicedWassersteinDivergenceTests
{
    /// <summary>Samples that differ by a shift are at its square along it, and at less in every other direction.</summary>
    [Fact]
    public void A_shift_is_found_in_many_dimensions()
    {
        using var scope = NewDisposeScope();
        var x = Points.Normal(200, 50, 1);
        var shift = zeros([50], dtype: float64);
        shift[7] = 2;
        Assert.Equal(4, new MaxSlicedWassersteinDivergence().Evaluate(x + shift, x).ToDouble(), 1e-6);
        Assert.True(new SlicedWassersteinDivergence().Evaluate(x + shift, x).ToDouble() < 0.3);
    }

    /// <summary>In the plane against every direction of a fine grid, by the sorted projections themselves.</summary>
    [Fact]
    public void In_the_plane_it_is_the_largest_of_all_directions()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(40, 2, 1) * tensor(new[] { 2, 0.5 }) + 0.5, Points.Normal(40, 2, 2));
        var angles = arange(20_000, dtype: float64) * (Math.PI / 20_000);
        var directions = stack([angles.cos(), angles.sin()], 0);
        var all = (x.mm(directions).sort(0).Values - y.mm(directions).sort(0).Values).square().mean([0]).max().ToDouble();
        Assert.Equal(all, new MaxSlicedWassersteinDivergence(steps: 200).Evaluate(x, y).ToDouble(), 1e-5 * all);
    }

    [Fact]
    public void Steps_never_make_it_less_and_without_steps_it_is_the_largest_of_the_starts()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(60, 20, 1) * 1.5, Points.Normal(60, 20, 2));
        double Value(int steps) => new MaxSlicedWassersteinDivergence(SliceDirections.Random(5, 3), steps).Evaluate(x, y).ToDouble();
        var starts = SliceDirections.Random(5, 3).Draw(20);
        var largest = (starts.mm(x.t()).sort(1).Values - starts.mm(y.t()).sort(1).Values).square().mean([1]).max().ToDouble();
        Assert.Equal(largest, Value(0), Tolerances.Float64);
        Assert.True(Value(1) >= Value(0) && Value(5) >= Value(1) && Value(20) >= Value(5) && Value(20) > 2 * Value(0));
    }

    [Fact]
    public void Unequal_numbers_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("5 and 4", Assert.ThrowsAny<ArgumentException>(() => new MaxSlicedWassersteinDivergence().Evaluate(Points.Normal(4, 3, 1), Points.Normal(5, 3, 2))).Message, StringComparison.Ordinal);
    }
}
