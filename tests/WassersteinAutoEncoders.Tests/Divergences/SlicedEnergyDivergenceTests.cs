using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Divergences.Slices;
using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class SlicedEnergyDivergenceTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, Math.PI / 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3 * Math.PI / 4)]
    [InlineData(5, 8.0 / 3)]
    public void The_factor_is_that_of_the_gamma_functions(long dimension, double expected)
        => Assert.Equal(expected, SlicedEnergyDivergence.Factor(dimension), Tolerances.Float64);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 4)]
    [InlineData(20, 31)]
    public void On_a_line_it_is_the_energy_distance(int n, int m)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(n, 1, 1), Points.Normal(m, 1, 2) + 0.7);

        // Ties within and across the samples.
        x[0] = y[0];
        Assert.Equal(Exact(x, y), new SlicedEnergyDivergence(SliceDirections.Random(3)).Evaluate(x, y).ToDouble(), Tolerances.Float64);
        FiniteDifferences.Check(codes => new SlicedEnergyDivergence(SliceDirections.Random(3)).Evaluate(codes, y), x + 0.01);
    }

    [Fact]
    public void Over_many_directions_it_is_the_exact_energy_distance_within_its_standard_error()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(60, 5, 1) * 1.4, Points.Normal(50, 5, 2) + 0.3);
        var estimate = new SlicedEnergyDivergence(SliceDirections.Random(20_000, 4)).Estimate(x, y);
        Assert.Equal(Exact(x, y), estimate.Value, Tolerances.FailureSigmas * estimate.StandardError);
        Assert.InRange(estimate.StandardError, 1e-6, 0.01 * estimate.Value);
    }

    /// <summary>The same as the library's own MMD with an energy kernel, which is another implementation.</summary>
    [Fact]
    public void On_a_line_it_is_the_library_s_energy_kernel()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(40, 1, 1), Points.Normal(30, 1, 2) * 2);
        var expected = new MmdDivergence(new EnergyKernel(), MmdEstimator.Biased).Evaluate(x, y).ToDouble();
        Assert.Equal(expected, new SlicedEnergyDivergence(SliceDirections.Random(1)).Evaluate(x, y).ToDouble(), 1e-4 * expected);
    }

    [Fact]
    public void Equal_points_take_no_side()
    {
        using var scope = NewDisposeScope();
        foreach (var dtype in new[] { float32, float64 })
        {
            var x = Points.Normal(33, 3, 1, dtype).requires_grad_(true);
            var value = new SlicedEnergyDivergence().Evaluate(x, x.detach().clone());
            value.backward();
            Assert.Equal(0, value.to(float64).ToDouble());
            Assert.Equal(0, x.grad!.abs().max().to(float64).ToDouble());
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(33, 20, 3)]
    [InlineData(3000, 3000, 2)]
    public void Every_path_has_the_same_value_and_gradient(long n, long m, long dimension)
    {
        using var scope = NewDisposeScope();
        SlicePaths.Check(new EnergyRule(), Points.Normal(n, dimension, 1), Points.Normal(m, dimension, 2) * 1.5, SliceDirections.Random(60, 2).Draw(dimension));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_not_finite_makes_the_value_so(float element)
    {
        using var scope = NewDisposeScope();
        foreach (var dtype in new[] { float32, float64 })
        {
            var x = Points.Normal(9, 3, 1, dtype);
            x[4, 1] = element;
            Assert.False(double.IsFinite(new SlicedEnergyDivergence().Evaluate(x, Points.Normal(9, 3, 2, dtype)).to(float64).ToDouble()));
            Assert.False(double.IsFinite(new SlicedEnergyDivergence().Evaluate(Points.Normal(9, 3, 2, dtype), x).to(float64).ToDouble()));
        }
    }

    /// <summary>2E‖x − y‖ − E‖x − x′‖ − E‖y − y′‖ over all pairs, by loops.</summary>
    private static double Exact(Tensor x, Tensor y)
    {
        return 2 * Mean(x, y) - Mean(x, x) - Mean(y, y);

        static double Mean(Tensor a, Tensor b)
        {
            var d = (int)a.shape[1];
            double[] p = FiniteDifferences.Values(a), q = FiniteDifferences.Values(b);
            double sum = 0;
            for (var i = 0; i < p.Length; i += d)
            {
                for (var j = 0; j < q.Length; j += d)
                {
                    double square = 0;
                    for (var k = 0; k < d; k++)
                    {
                        square += Math.Pow(p[i + k] - q[j + k], 2);
                    }

                    sum += Math.Sqrt(square);
                }
            }

            return sum * d * d / ((double)p.Length * q.Length);
        }
    }
}
