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
            var values = SoftMinimumRows.Of(costs.to(dtype)).Evaluate(offsets.to(dtype) * epsilon, zeros([columns], dtype), epsilon, threads).to(float64).data<double>().ToArray();
            Assert.All(expected.Zip(values), v => Assert.Equal(v.First, v.Second, Tolerances.Of(dtype) * Math.Max(1, Math.Abs(v.First))));
        }
    }

    /// <summary>Small steps go by the kept exponentials, a large one and another ε make them anew, and none of it is seen in the values.</summary>
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Later_calls_are_the_formula_as_well(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var costs = Points.Uniform([9, 40], 1, 0, 30).to(dtype);
        using var rows = SoftMinimumRows.Of(costs);
        var logWeights = Points.Uniform([40], 2, -5, 0).to(dtype);
        var h = Points.Uniform([40], 3, -3, 3).to(dtype);
        foreach (var (step, epsilon) in new[] { (0, 0.3), (0.5, 0.3), (5, 0.3), (-1, 0.3), (40, 0.3), (-0.2, 0.3), (0, 0.1), (1.5, 0.1) })
        {
            h = h + Points.Uniform([40], 4, 0, 1).to(dtype) * step;
            var expected = ((h / epsilon + logWeights).unsqueeze(0) - costs / epsilon).to(float64).logsumexp(1) * -epsilon;
            var values = rows.Evaluate(h, logWeights, epsilon, 2).to(float64);
            Assert.InRange(((values - expected).abs() / expected.abs().clamp_min(1)).max().ToDouble(), 0, Tolerances.Of(dtype));
        }
    }

    [Fact]
    public void A_change_that_is_not_a_number_shows_and_is_forgotten()
    {
        using var scope = NewDisposeScope();
        using var rows = SoftMinimumRows.Of(Points.Uniform([3, 4], 1).to(float32));
        var before = rows.Evaluate(zeros([4]), zeros([4]), 1, 1);
        Assert.True(rows.Evaluate(full([4], float.NaN), zeros([4]), 1, 1).isnan().all().ToBoolean());
        Assert.True(rows.Evaluate(zeros([4]), zeros([4]), 1, 1).allclose(before));
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
        var values = SoftMinimumRows.Of(tensor(new[] { -1000f, -1000, 1000, 1000 }, [2, 2])).Evaluate(zeros([2]), zeros([2]), 1, 1);
        Assert.Equal(-1000 - Math.Log(2), values[0].ToDouble(), 1000 * Tolerances.SingleRounding);
        Assert.Equal(1000 - Math.Log(2), values[1].ToDouble(), 1000 * Tolerances.SingleRounding);
    }

    [Fact]
    public void What_is_not_a_number_stays_so()
    {
        using var scope = NewDisposeScope();
        var values = SoftMinimumRows.Of(tensor(new[] { 0f, float.NaN, 1, 2 }, [2, 2])).Evaluate(zeros([2]), zeros([2]), 1, 1);
        Assert.True(double.IsNaN(values[0].ToDouble()) && double.IsFinite(values[1].ToDouble()));
    }
}
