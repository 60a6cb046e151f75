using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class SliceDirectionsTests
{
    public static TheoryData<string, int> Choices => new()
    {
        { nameof(RandomDirections), 1 }, { nameof(RandomDirections), 5 },
        { nameof(OrthogonalDirections), 1 }, { nameof(OrthogonalDirections), 5 },
        { nameof(QuasiRandomDirections), 1 }, { nameof(QuasiRandomDirections), 2 }, { nameof(QuasiRandomDirections), 5 },
    };

    [Theory]
    [MemberData(nameof(Choices))]
    public void Directions_have_length_one_and_planes_orthonormal_axes(string choice, int dimension)
    {
        using var scope = NewDisposeScope();
        var directions = Create(choice, 23, 1);
        var drawn = directions.Draw(dimension);
        Assert.Equal([23, dimension], drawn.shape);
        Assert.Equal(0, (drawn.square().sum(1) - 1).abs().max().ToDouble(), Tolerances.Float64);
        if (dimension < 2)
        {
            Assert.ThrowsAny<ArgumentException>(() => directions.DrawPlanes(dimension));
            return;
        }

        var planes = directions.DrawPlanes(dimension).reshape(23, 2, dimension);
        Assert.Equal(0, (planes.bmm(planes.transpose(1, 2)) - eye(2, dtype: float64)).abs().max().ToDouble(), Tolerances.Float64);
    }

    /// <summary>E θθᵀ = I/d and E θ_1⁴ = 3/(d(d + 2)) for a uniform direction, whatever the others of its draw are.</summary>
    [Theory]
    [MemberData(nameof(Choices))]
    public void Each_direction_is_uniform(string choice, int dimension)
    {
        using var scope = NewDisposeScope();
        const int draws = 1000;
        var directions = Create(choice, 7, 3);
        var drawn = cat([.. Enumerable.Range(0, draws).Select(_ => directions.Draw(dimension))], 0);
        var second = drawn.t().mm(drawn) / drawn.shape[0];

        // No product of two coordinates varies more than by 1, and draws are independent.
        var tolerance = Tolerances.FailureSigmas / Math.Sqrt(draws);
        Assert.Equal(0, (second - eye(dimension, dtype: float64) / dimension).abs().max().ToDouble(), tolerance);
        Assert.Equal(3.0 / (dimension * (dimension + 2)), drawn.select(1, 0).pow(4).mean().ToDouble(), tolerance);
    }

    [Fact]
    public void A_group_of_orthogonal_directions_is_a_rotation()
    {
        using var scope = NewDisposeScope();
        var directions = SliceDirections.Orthogonal(10, 1).Draw(5);
        for (var group = 0; group < 2; group++)
        {
            var rotation = directions.slice(0, 5 * group, 5 * group + 5, 1);
            Assert.Equal(0, (rotation.mm(rotation.t()) - eye(5, dtype: float64)).abs().max().ToDouble(), Tolerances.Float64);
        }
    }

    /// <summary>The variance over draws of an estimate, as a part of that of independent directions. The bounds leave half of the measured gain (docs/choosing-a-divergence.md).</summary>
    [Theory]
    [InlineData(nameof(OrthogonalDirections), 2, 0.7)]
    [InlineData(nameof(OrthogonalDirections), 8, 0.7)]
    [InlineData(nameof(OrthogonalDirections), 64, 0.9)]
    [InlineData(nameof(QuasiRandomDirections), 2, 0.1)]
    [InlineData(nameof(QuasiRandomDirections), 8, 0.9)]
    public void Dependent_directions_lower_the_variance(string choice, int dimension, double atMost)
    {
        using var scope = NewDisposeScope();
        var codes = Points.Normal(100, dimension, 1) * (arange(dimension, dtype: float64) / dimension + 0.3) + 0.3;
        var samples = Points.Normal(100, dimension, 2);
        var ratio = Variance(Create(choice, 64, 5)) / Variance(SliceDirections.Random(64, 6));
        Assert.True(ratio <= atMost, $"{choice}, d = {dimension}: {ratio:0.000}");

        double Variance(SliceDirections directions)
        {
            var divergence = new SlicedEnergyDivergence(directions);
            double[] values = [.. Enumerable.Range(0, 200).Select(_ => divergence.Evaluate(codes, samples).ToDouble())];
            var mean = values.Average();
            return values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
        }
    }

    /// <summary>The spread over draws against the standard error that a draw states.</summary>
    [Theory]
    [InlineData(nameof(RandomDirections), 0.8, 1.25)]
    [InlineData(nameof(OrthogonalDirections), 0.8, 1.25)]
    [InlineData(nameof(QuasiRandomDirections), 1, 10)]
    public void The_standard_error_is_the_spread_over_draws(string choice, double least, double most)
    {
        using var scope = NewDisposeScope();
        var codes = Points.Normal(50, 4, 1) * 1.3 + 0.2;
        var samples = Points.Normal(50, 4, 2);
        var divergence = new SlicedEnergyDivergence(Create(choice, 80, 7));
        (double Value, double StandardError)[] estimates = [.. Enumerable.Range(0, 500).Select(_ => divergence.Estimate(codes, samples))];
        var mean = estimates.Average(e => e.Value);
        var spread = Math.Sqrt(estimates.Average(e => (e.Value - mean) * (e.Value - mean)));
        var stated = Math.Sqrt(estimates.Average(e => e.StandardError * e.StandardError));
        Assert.InRange(stated / spread, least, most);
    }

    private static SliceDirections Create(string choice, int count, ulong seed) => choice switch
    {
        nameof(RandomDirections) => SliceDirections.Random(count, seed),
        nameof(OrthogonalDirections) => SliceDirections.Orthogonal(count, seed),
        _ => SliceDirections.QuasiRandom(count, seed),
    };
}
