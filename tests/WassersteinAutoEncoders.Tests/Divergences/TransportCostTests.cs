using WassersteinAutoEncoders.Divergences;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class TransportCostTests
{
    /// <summary>13 × 11 = 143 costs: whole, in blocks that divide the rows and that do not, and row by row.</summary>
    [Theory]
    [InlineData(1000, new long[] { 13 })]
    [InlineData(143, new long[] { 13 })]
    [InlineData(142, new long[] { 12, 1 })]
    [InlineData(44, new long[] { 4, 4, 4, 1 })]
    [InlineData(22, new long[] { 2, 2, 2, 2, 2, 2, 1 })]
    [InlineData(11, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    [InlineData(3, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    public void Blocks_are_as_large_as_allowed_and_make_the_matrix(long elements, long[] rows)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(13, 3, 1), Points.Normal(11, 3, 2));
        var blocks = new TransportCost(x, y, zeros([11], float64), elements).Blocks().Select(block => block.clone()).ToArray();
        Assert.Equal(rows, blocks.Select(block => block.shape[0]));
        var expected = (x.unsqueeze(1) - y.unsqueeze(0)).square().sum(2) / 2;
        Assert.True(cat(blocks, 0).allclose(expected, Tolerances.Float64, Tolerances.Float64));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(12)]
    public void The_largest_cost_is_found_in_every_block(int row)
    {
        using var scope = NewDisposeScope();
        var x = Points.Normal(13, 3, 1);
        x[row] = 50;
        foreach (var elements in new[] { 1000, 30, 3 })
        {
            using var costs = new TransportCost(x, zeros([11, 3], dtype: float64), zeros([11], float64), elements);
            Assert.Equal(3 * 2500 / 2.0, costs.Largest(), Tolerances.HandComputed * 3750);
            Assert.Equal(3 * 2500 / 2.0, costs.Transposed(zeros([13], float64)).Largest(), Tolerances.HandComputed * 3750);
        }
    }
}
