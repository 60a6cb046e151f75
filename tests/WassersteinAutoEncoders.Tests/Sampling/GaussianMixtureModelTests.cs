using TorchSharp;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Sampling;
using WassersteinAutoEncoders.Tests.Conformance;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Sampling;

public class GaussianMixtureModelConformance : PriorConformance<GaussianMixtureModel>
{
    protected override GaussianMixtureModel Create(long dimension)
    {
        var d = (int)dimension;
        var banded = new double[d, d];
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < d; j++)
            {
                banded[i, j] = i == j ? 1 : Math.Abs(i - j) == 1 ? 0.4 : 0;
            }
        }

        return new([new(3, [.. Enumerable.Repeat(1.0, d)], banded), new(1, [.. Enumerable.Repeat(-0.5, d)], PriorMoments.Isotropic(d, 0.5).Covariance)]);
    }
}

public class GaussianMixtureModelTests
{
    private static readonly GaussianComponent First = new(3, [1, 0], new[,] { { 2.0, 0.5 }, { 0.5, 1 } });
    private static readonly GaussianComponent Second = new(1, [-3, 2], new[,] { { 0.5, 0 }, { 0, 0.25 } });
    private static readonly GaussianMixtureModel Model = new([First, Second]);

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Density_is_that_of_the_formula(ScalarType type)
    {
        using var scope = NewDisposeScope();
        double[] points = [0, 0, 1, 1, -3, 2, 5, -4];
        var values = TensorData.ToArray(Model.LogDensity(tensor(points).reshape(4, 2).to(type)));
        for (var i = 0; i < 4; i++)
        {
            var expected = Math.Log(0.75 * Density(First, points[2 * i], points[2 * i + 1]) + 0.25 * Density(Second, points[2 * i], points[2 * i + 1]));
            Assert.Equal(expected, values[i], Tolerances.Of(type) * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Fact]
    public void The_gradient_far_away_points_back()
    {
        using var scope = NewDisposeScope();
        var far = tensor(new[] { 1e4, 0 }).reshape(1, 2).requires_grad_();
        Model.LogDensity(far).sum().backward();
        Assert.True(far.grad!.isfinite().all().ToBoolean());
        Assert.True(far.grad![0, 0].ToDouble() < 0);
    }

    [Fact]
    public void Moments_are_those_of_the_mixture()
    {
        // Mean: ¾·(1, 0) + ¼·(−3, 2); variances ¾·2 + ¼·½ + ¾·¼·4² and ¾·1 + ¼·¼ + ¾·¼·2²; covariance ¾·½ − ¾·¼·4·2.
        Assert.Equal([0, 0.5], Model.Moments.Mean);
        Assert.Equal(1.625 + 3, Model.Moments.Covariance[0, 0], Tolerances.Float64);
        Assert.Equal(0.8125 + 0.75, Model.Moments.Covariance[1, 1], Tolerances.Float64);
        Assert.Equal(0.375 - 1.5, Model.Moments.Covariance[0, 1], Tolerances.Float64);
    }

    [Fact]
    public void The_diagnosis_takes_it_for_its_own_samples()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var options = new LatentDiagnosisOptions { Permutations = 199, PriorSamples = 4000, MaximumTestCodes = 300 };
        var result = LatentDiagnosis.Run(Model.Sample(600, generator), Model, options);
        Assert.True(result.Matches, result.ToString());
    }

    [Fact]
    public void Wrong_components_are_named()
    {
        Assert.Throws<ArgumentException>("components", () => new GaussianMixtureModel([]));
        Assert.Throws<ArgumentException>("components", () => new GaussianMixtureModel([First, new(1, [0], new[,] { { 1.0 } })]));
        Assert.Throws<ArgumentException>("components", () => new GaussianMixtureModel([First with { Covariance = new[,] { { 1.0, 2 }, { 2, 1 } } }]));
        Assert.Throws<ArgumentException>("components", () => new GaussianMixtureModel([First with { Covariance = new[,] { { 1.0, 0.5 }, { 0, 1 } } }]));
        Assert.Throws<ArgumentException>("components", () => new GaussianMixtureModel([First with { Mean = [0, double.NaN] }]));
        Assert.Throws<ArgumentException>("components", () => new GaussianMixtureModel([null!]));
        Assert.Throws<ArgumentOutOfRangeException>("Weight", () => new GaussianMixtureModel([First with { Weight = 0 }]));
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>("z", () => Model.LogDensity(zeros(2, 3)));
    }

    private static double Density(GaussianComponent c, double x, double y)
    {
        var (a, b, d) = (c.Covariance[0, 0], c.Covariance[0, 1], c.Covariance[1, 1]);
        var (u, v, det) = (x - c.Mean[0], y - c.Mean[1], a * d - b * b);
        return Math.Exp(-(d * u * u - 2 * b * u * v + a * v * v) / (2 * det)) / (2 * Math.PI * Math.Sqrt(det));
    }
}
