using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Divergences.Slices;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class SlicedEppsPulleyDivergenceTests
{
    [Theory]
    [InlineData(6, 1e-6)]
    [InlineData(6, 1e-12)]
    [InlineData(20, 1e-6)]
    [InlineData(2, 1e-3)]
    public void Within_its_range_it_is_the_pairwise_form_to_the_stated_error(double range, double error)
    {
        using var scope = NewDisposeScope();

        // The ends of the range, where pairs are farthest apart, and everything between.
        double[][] cases = [[-range, range], [range], [0], [.. Enumerable.Range(0, 41).Select(i => range * (i - 20) / 20)], FiniteDifferences.Values(Points.Normal(50, 1, 3).clamp(-range, range))];
        foreach (var u in cases)
        {
            var value = new SlicedEppsPulleyDivergence(SliceDirections.Random(1), range, error).Evaluate(tensor(u).reshape(-1, 1), Gaussian(1)).ToDouble();
            Assert.Equal(Pairwise(u), value, error);
        }
    }

    [Fact]
    public void In_float32_it_is_the_pairwise_form_to_a_few_roundings_of_the_sum()
    {
        using var scope = NewDisposeScope();
        var u = Points.Normal(500, 1, 3) * 2;
        var value = new SlicedEppsPulleyDivergence(SliceDirections.Random(1)).Evaluate(u.to(float32), Gaussian(1)).to(float64).ToDouble();
        Assert.Equal(Pairwise(FiniteDifferences.Values(u)), value, 2e-6);
    }

    /// <summary>Beyond the range, a code one period away counts as one in the middle; the exact distance has no slope there either.</summary>
    [Fact]
    public void Codes_one_period_apart_are_taken_for_the_same()
    {
        using var scope = NewDisposeScope();
        var divergence = new SlicedEppsPulleyDivergence(SliceDirections.Random(1));
        Assert.InRange(divergence.Period, 2 * divergence.Range, 2 * divergence.Range + 6);
        double Value(params double[] u) => divergence.Evaluate(tensor(u).reshape(-1, 1), Gaussian(1)).ToDouble();
        Assert.Equal(Value(0, 0.5), Value(divergence.Period, 0.5), Tolerances.Float64);
        Assert.True(Pairwise([divergence.Period, 0.5]) > Value(divergence.Period, 0.5) + 0.1);
        Assert.Equal(Pairwise([8, 0.5]), Value(8, 0.5), 2e-5);
        Assert.True(Math.Abs(Pairwise([9.01]) - Pairwise([9])) < 1e-9);
    }

    [Fact]
    public void A_prior_of_another_width_is_another_unit()
    {
        using var scope = NewDisposeScope();
        var codes = Points.Normal(30, 4, 1);
        var expected = new SlicedEppsPulleyDivergence(SliceDirections.Random(9, 1)).Evaluate(codes, Gaussian(4)).ToDouble();
        var wide = new PriorSamples(new GaussianPrior(4, 3), 1);
        Assert.Equal(expected, new SlicedEppsPulleyDivergence(SliceDirections.Random(9, 1)).Evaluate(codes * 3, wide).ToDouble(), Tolerances.Float64);
    }

    /// <summary>(1 − 1/√3)/n for n codes of the prior: the mean over 2,000 batches against its own standard error.</summary>
    [Fact]
    public void Codes_of_the_prior_are_at_the_expected_distance()
    {
        using var scope = NewDisposeScope();
        var divergence = new SlicedEppsPulleyDivergence(SliceDirections.Random(1));
        var all = Points.Normal(20 * 2000, 1, 5);
        var values = Enumerable.Range(0, 2000).Select(i => divergence.Evaluate(all.slice(0, 20 * i, 20 * (i + 1), 1), Gaussian(1)).ToDouble()).ToArray();
        var mean = values.Average();
        var error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / values.Length / values.Length);
        Assert.Equal((1 - 1 / Math.Sqrt(3)) / 20, mean, Tolerances.FailureSigmas * error);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 3)]
    [InlineData(3000, 2)]
    public void Every_path_has_the_same_value_and_gradient(long n, long dimension)
    {
        using var scope = NewDisposeScope();
        SlicePaths.Check(new EppsPulleyRule(6, 1e-6, 1.3), Points.Normal(n, dimension, 1) * 1.5 + 0.4, null, SliceDirections.Random(60, 2).Draw(dimension));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_not_finite_makes_the_value_so(float element)
    {
        using var scope = NewDisposeScope();
        var x = Points.Normal(9, 3, 1, float32);
        x[4, 1] = element;
        Assert.False(double.IsFinite(new SlicedEppsPulleyDivergence().Evaluate(x, Gaussian(3)).to(float64).ToDouble()));
    }

    private static PriorSamples Gaussian(long dimension) => new(new GaussianPrior(dimension), 1);

    /// <summary>The closed form over all pairs, by loops.</summary>
    private static double Pairwise(double[] u)
    {
        double pairs = 0, single = 0;
        foreach (var x in u)
        {
            single += Math.Exp(-x * x / 4);
            foreach (var y in u)
            {
                pairs += Math.Exp(-(x - y) * (x - y) / 2);
            }
        }

        return pairs / u.Length / u.Length - Math.Sqrt(2) * single / u.Length + 1 / Math.Sqrt(3);
    }
}
