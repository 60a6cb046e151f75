using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class SoftMinimumRowsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 1)]
    [InlineData(7, 300, 1)]
    [InlineData(257, 200, 3)]
    public void Every_row_is_its_formula(int rows, int columns, int threads)
    {
        using var scope = NewDisposeScope();
        const double epsilon = 0.3;
        var (costs, offsets) = (Points.Uniform([rows, columns], 1, 0, 40), Points.Uniform([columns], 2, -9, 9));
        double[] c = costs.data<double>().ToArray(), o = offsets.data<double>().ToArray();
        double[] expected = [.. Enumerable.Range(0, rows).Select(i =>
        {
            var exponents = Enumerable.Range(0, columns).Select(j => o[j] - (c[(i * columns) + j] / epsilon)).ToArray();
            var largest = exponents.Max();
            return -epsilon * (largest + Math.Log(exponents.Sum(e => Math.Exp(e - largest))));
        })];
        foreach (var dtype in (ScalarType[])[float64, float32])
        {
            var values = SoftMinimumRows.Evaluate(costs.to(dtype), offsets.to(dtype), epsilon, threads).to(float64).data<double>().ToArray();
            Assert.All(expected.Zip(values), v => Assert.Equal(v.First, v.Second, Tolerances.Of(dtype) * Math.Max(1, Math.Abs(v.First))));
        }
    }

    [Fact]
    public void Rows_that_lie_one_after_the_other_are_accepted()
    {
        using var scope = NewDisposeScope();
        Assert.True(SoftMinimumRows.Accepts(zeros([2, 3])));
        Assert.True(SoftMinimumRows.Accepts(zeros([2, 3], dtype: float64)));
        Assert.False(SoftMinimumRows.Accepts(zeros([2, 3]).t()));
        Assert.False(SoftMinimumRows.Accepts(zeros([2, 3], dtype: float16)));
        Assert.False(SoftMinimumRows.Accepts(zeros([2, 3], device: META)));
    }

    /// <summary>exp of 1,000 is beyond float32, of −1,000 below it: only differences from the largest are taken.</summary>
    [Fact]
    public void Nothing_overflows_or_vanishes()
    {
        using var scope = NewDisposeScope();
        var values = SoftMinimumRows.Evaluate(tensor(new[] { -1000f, -1000, 1000, 1000 }, [2, 2]), zeros([2]), 1, 1);
        Assert.Equal(-1000 - Math.Log(2), values[0].ToDouble(), 1000 * Tolerances.SingleRounding);
        Assert.Equal(1000 - Math.Log(2), values[1].ToDouble(), 1000 * Tolerances.SingleRounding);
    }

    [Fact]
    public void What_is_not_a_number_stays_so()
    {
        using var scope = NewDisposeScope();
        var values = SoftMinimumRows.Evaluate(tensor(new[] { 0f, float.NaN, 1, 2 }, [2, 2]), zeros([2]), 1, 1);
        Assert.True(double.IsNaN(values[0].ToDouble()) && double.IsFinite(values[1].ToDouble()));
    }
}
