using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Sampling;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Sampling;

public class GaussianMixtureFitTests
{
    private static readonly GaussianMixturePrior Known = new(
    [
        new GaussianComponent([-4, 0], new[,] { { 1.0, 0.8 }, { 0.8, 1 } }, 0.5),
        new GaussianComponent([4, 1], new[,] { { 0.5, 0 }, { 0, 2 } }, 0.3),
        new GaussianComponent([0, 6], new[,] { { 1.5, -0.5 }, { -0.5, 0.4 } }, 0.2),
    ]);

    [Fact]
    public void A_known_mixture_is_recovered()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var fit = GaussianMixtureFit.Run(Known.Sample(4000, generator), 3);
        Assert.True(fit.Converged);
        foreach (var expected in Known.Components)
        {
            var found = fit.Prior.Components.MinBy(c => Math.Abs(c.Mean[0] - expected.Mean[0]))!;
            var n = 4000 * expected.Weight;

            // Standard errors of a share, of means and of variances; overlaps are negligible at these distances.
            Assert.Equal(expected.Weight, found.Weight, Tolerances.FailureSigmas * Math.Sqrt(expected.Weight * (1 - expected.Weight) / 4000));
            for (var i = 0; i < 2; i++)
            {
                Assert.Equal(expected.Mean[i], found.Mean[i], Tolerances.FailureSigmas * Math.Sqrt(expected.Covariance[i, i] / n));
                for (var j = 0; j < 2; j++)
                {
                    var (ii, jj, ij) = (expected.Covariance[i, i], expected.Covariance[j, j], expected.Covariance[i, j]);
                    Assert.Equal(ij, found.Covariance[i, j], Tolerances.FailureSigmas * Math.Sqrt((ii * jj + ij * ij) / n));
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 1e-6)]
    [InlineData(4, 1e-6)]
    [InlineData(7, 1e-2)]
    public void The_objective_never_decreases(int components, double ridge)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var fit = GaussianMixtureFit.Run(Known.Sample(300, generator), components, new() { Ridge = ridge, Tolerance = 1e-9, Starts = 1 });
        for (var i = 1; i < fit.Objective.Count; i++)
        {
            Assert.True(fit.Objective[i] >= fit.Objective[i - 1] - Tolerances.Float64, $"{fit.Objective[i - 1]:R} → {fit.Objective[i]:R} in iteration {i}");
        }
    }

    [Fact]
    public void One_component_is_the_sample_mean_and_covariance()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var x = Known.Sample(200, generator, dtype: float64);
        var fit = GaussianMixtureFit.Run(x, 1, new() { Ridge = 1e-9 });
        var centred = x - x.mean([0L], keepdim: true);
        var covariance = TensorData.ToArray(centred.t().mm(centred) / 200);
        Assert.Equal(TensorData.ToArray(x.mean([0L])), fit.Prior.Components[0].Mean, (a, b) => Math.Abs(a - b) < Tolerances.Float64);
        Assert.Equal(covariance[1], fit.Prior.Components[0].Covariance[0, 1], Tolerances.Float64);

        // The likelihood of the Gaussian maximum: −½(d·log 2π + log det S + d). The ridge moves it by less than its own 1e-9·tr(S⁻¹)·tr(S).
        var determinant = covariance[0] * covariance[3] - covariance[1] * covariance[2];
        Assert.Equal(-0.5 * (2 * Math.Log(2 * Math.PI) + Math.Log(determinant) + 2), fit.LogLikelihood, 1e-7);
        Assert.Equal(-2 * 200 * fit.LogLikelihood + 5 * Math.Log(200), fit.Bic, 1e-6);
    }

    [Fact]
    public void Bic_chooses_the_true_number_of_components()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var (best, bic) = GaussianMixtureFit.SelectByBic(Known.Sample(600, generator), 5);
        Assert.Equal(3, best.Prior.Components.Count);
        Assert.Equal(5, bic.Count);
        Assert.Equal(best.Bic, bic.Min());
        Assert.Equal(2, bic.ToList().IndexOf(best.Bic));

        var (single, _) = GaussianMixtureFit.SelectByBic(randn([300, 3], generator: generator), 2);
        Assert.Single(single.Prior.Components);
    }

    [Fact]
    public void Degenerate_codes_are_fitted_within_the_ridge()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var line = randn([100, 1], dtype: float64, generator: generator);
        var fit = GaussianMixtureFit.Run(cat([line, line * 2, ones([100, 1], dtype: float64)], 1), 2);
        Assert.True(fit.Prior.Sample(10, generator).isfinite().all().ToBoolean());

        // Two different points, four components asked for.
        var pair = tensor(new double[] { 0, 0, 1, 1, 0, 0, 1, 1 }).reshape(8, 1);
        var fitted = GaussianMixtureFit.Run(pair, 4).Prior;
        Assert.InRange(fitted.Components.Count, 2, 4);
        Assert.Equal(0.5, fitted.Moments.Mean[0], Tolerances.Float64);
    }

    [Fact]
    public void A_seed_fixes_the_fit()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        var codes = Known.Sample(200, generator);
        Assert.Equal(GaussianMixtureFit.Run(codes, 4).Objective, GaussianMixtureFit.Run(codes, 4).Objective);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>("codes", () => GaussianMixtureFit.Run(zeros(3), 1));
        Assert.Throws<ArgumentException>("codes", () => GaussianMixtureFit.Run(zeros(3, 2), 4));
        Assert.Throws<ArgumentException>("codes", () => GaussianMixtureFit.Run(zeros(3, 2), 1));
        Assert.Throws<ArgumentException>("codes", () => GaussianMixtureFit.Run(full([3, 2], float.NaN), 1));
        Assert.Throws<ArgumentOutOfRangeException>("components", () => GaussianMixtureFit.Run(zeros(3, 2), 0));
        Assert.Throws<ArgumentOutOfRangeException>("maximumComponents", () => GaussianMixtureFit.SelectByBic(zeros(3, 2), 0));
        Assert.Throws<ArgumentOutOfRangeException>("Ridge", () => GaussianMixtureFit.Run(zeros(3, 2), 1, new() { Ridge = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("Starts", () => GaussianMixtureFit.Run(zeros(3, 2), 1, new() { Starts = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("Tolerance", () => GaussianMixtureFit.Run(zeros(3, 2), 1, new() { Tolerance = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("MaximumIterations", () => GaussianMixtureFit.Run(zeros(3, 2), 1, new() { MaximumIterations = 0 }));
    }
}
