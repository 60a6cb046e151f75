using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Sampling;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Sampling;

public class LatentGridTests
{
    [Fact]
    public void Rows_run_from_top_to_bottom_and_columns_from_left_to_right()
    {
        using var scope = NewDisposeScope();
        var grid = LatentGrid.OfRange((-1, 1), (0, 6), 2, 3, dtype: float64);
        Assert.Equal([-1, 6, 0, 6, 1, 6, -1, 0, 0, 0, 1, 0], TensorData.ToArray(grid));
        Assert.Equal([0, 3], TensorData.ToArray(LatentGrid.OfRange((-1, 1), (0, 6), 1, 1)));
    }

    [Fact]
    public void A_gaussian_is_cut_into_equal_probabilities()
    {
        using var scope = NewDisposeScope();
        var grid = LatentGrid.OfPrior(new GaussianPrior(4, 2), 3, 4, horizontal: 3, vertical: 1, dtype: float64);
        Assert.Equal([12, 4], grid.shape);
        Assert.Equal(2 * -1.1503493803760079, grid[0, 3].ToDouble(), Tolerances.HandComputed); // Φ⁻¹(1/8)
        Assert.Equal(2 * 0.96742156610170071, grid[0, 1].ToDouble(), Tolerances.HandComputed); // Φ⁻¹(5/6)
        Assert.Equal(0, grid[5, 1].ToDouble(), Tolerances.Float64);
        Assert.All(TensorData.ToArray(grid.select(1, 0)), v => Assert.Equal(0, v, Tolerances.Float64));
    }

    [Fact]
    public void A_uniform_prior_is_cut_evenly()
    {
        using var scope = NewDisposeScope();
        var grid = LatentGrid.OfPrior(new UniformPrior(2, 3), 1, 3);
        Assert.Equal(ScalarType.Float32, grid.dtype);
        Assert.Equal([-2, 0, 0, 0, 2, 0], TensorData.ToArray(grid), (a, b) => Math.Abs(a - b) < Tolerances.Float32);
    }

    [Fact]
    public void Other_priors_are_cut_at_the_quantiles_of_their_samples()
    {
        // On a circle of radius 1 the coordinate's distribution function is ½ + arcsin(x)/π. 20,000 samples: standard error of a quartile about 0.5/√20000·π/√2.
        using var scope = NewDisposeScope();
        var grid = TensorData.ToArray(LatentGrid.OfPrior(new SpherePrior(2), 2, 2, dtype: float64));
        Assert.Equal([-Math.Sqrt(0.5), Math.Sqrt(0.5), Math.Sqrt(0.5), Math.Sqrt(0.5)], grid[..4], (a, b) => Math.Abs(a - b) < Tolerances.FailureSigmas * 0.008);
        Assert.Equal(grid, TensorData.ToArray(LatentGrid.OfPrior(new SpherePrior(2), 2, 2, dtype: float64)));
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        var prior = new GaussianPrior(3);
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => LatentGrid.OfPrior(prior, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("vertical", () => LatentGrid.OfPrior(new GaussianPrior(1), 1, 1));
        Assert.Throws<ArgumentException>("vertical", () => LatentGrid.OfPrior(prior, 1, 1, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>("horizontal", () => LatentGrid.OfRange((double.NaN, 1), (0, 1), 1, 1));
    }
}
