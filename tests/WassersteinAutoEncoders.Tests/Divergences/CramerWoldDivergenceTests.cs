using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class CramerWoldDivergenceTests
{
    public static TheoryData<int> Dimensions => [1, 2, 3, 4, 7, 8, 19, 20, 64, 129, 512, 2048];

    /// <summary>
    /// φ_d(s) is the mean of exp(−s·t²) over the first coordinate t of a unit vector, of density ∝ cos^{d−2}(α) at t = sin α: a sum over
    /// evenly spaced α converges at once.
    /// </summary>
    [Theory]
    [MemberData(nameof(Dimensions))]
    public void The_exact_profile_is_the_mean_over_directions(int dimension)
    {
        using var scope = NewDisposeScope();
        double[] arguments = [0, 1e-3, 0.1, 1, 3, 10, 40, 150, 600, 3000, 1e5, 1e6];
        var expected = arguments.Select(s => MeanOverDirections(dimension, s)).ToArray();
        AssertClose(ScalarType.Float64, Tolerances.ChebyshevSeries);
        AssertClose(ScalarType.Float32, Tolerances.Float32Profile);

        void AssertClose(ScalarType dtype, double tolerance)
        {
            var values = CramerWoldProfile.Evaluate(tensor(arguments).to(dtype), dimension, CramerWoldForm.Exact).to(float64).data<double>().ToArray();
            foreach (var (i, value) in values.Index())
            {
                Assert.True(Math.Abs(value - expected[i]) <= tolerance * Math.Max(expected[i], 1e-3), $"{dtype} s = {arguments[i]}: {value:R} instead of {expected[i]:R}");
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(64)]
    public void The_exact_profile_is_a_short_series(int dimension)
    {
        var (values, derivatives) = CramerWoldProfile.Exactly(dimension).Truncated(1e-9);
        Assert.InRange(values.Length, 5, 20);
        Assert.Equal(values.Length - 1, derivatives.Length);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(7, 20)]
    public void The_default_smoothing_of_two_samples_goes_by_the_harmonic_mean_of_their_sizes(int n, int m)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(n, 3, 1), Points.Normal(m, 3, 2));
        var gamma = Math.Pow(4 / (3 * (2.0 / (1.0 / n + 1.0 / m))), 0.4);
        Assert.Equal(
            new TwoSampleCramerWoldDivergence(smoothing: gamma).Evaluate(x, y).ToDouble(),
            new TwoSampleCramerWoldDivergence().Evaluate(x, new PriorSamples(y, new GaussianPrior(3))).ToDouble(),
            Tolerances.Float64);
    }

    [Theory]
    [InlineData(2, 0.22)]
    [InlineData(8, 0.023)]
    [InlineData(20, 0.0078)]
    [InlineData(64, 0.0023)]
    public void The_asymptotic_profile_is_off_by_what_is_stated(int dimension, double error)
    {
        using var scope = NewDisposeScope();
        var s = logspace(-2, 4, 200, dtype: float64);
        var difference = CramerWoldProfile.Evaluate(s, dimension, CramerWoldForm.Asymptotic) - CramerWoldProfile.Evaluate(s, dimension, CramerWoldForm.Exact);
        Assert.InRange(difference.abs().max().ToDouble(), error * 0.9, error);
    }

    /// <summary>The definition: the squared L² distance of the smoothed projections' densities, summed over a line and over directions of the plane.</summary>
    [Fact]
    public void In_the_plane_it_is_the_definition()
    {
        using var scope = NewDisposeScope();
        const double gamma = 0.4, s = 1.3;
        var (x, y) = (Points.Normal(5, 2, 1) + 0.4, Points.Normal(4, 2, 2));
        double[] a = x.data<double>().ToArray(), b = y.data<double>().ToArray();
        double integrated = 0, twoSample = 0;
        const int directions = 64;
        const double width = 0.05;
        for (var k = 0; k < directions; k++)
        {
            var (sin, cos) = Math.SinCos(Math.PI * k / directions);
            for (var position = -15.0; position <= 15; position += width)
            {
                var first = Smoothed(a, position);
                integrated += Math.Pow(first - Normal(position, s * s + gamma), 2) * width / directions;
                twoSample += Math.Pow(first - Smoothed(b, position), 2) * width / directions;
            }

            double Smoothed(double[] points, double position)
                => Enumerable.Range(0, points.Length / 2).Average(i => Normal(position - cos * points[2 * i] - sin * points[2 * i + 1], gamma));
        }

        Assert.Equal(integrated, new CramerWoldDivergence(CramerWoldForm.Exact, gamma).Evaluate(x, new PriorSamples(new GaussianPrior(2, s), 1)).ToDouble(), Tolerances.HandComputed);
        Assert.Equal(twoSample, new TwoSampleCramerWoldDivergence(CramerWoldForm.Exact, gamma).Evaluate(x, y).ToDouble(), Tolerances.HandComputed);

        static double Normal(double x, double variance) => Math.Exp(-x * x / (2 * variance)) / Math.Sqrt(2 * Math.PI * variance);
    }

    /// <summary>The paper's closed form against N(0, I), pair by pair.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(64)]
    public void The_asymptotic_form_is_the_papers(int d)
    {
        using var scope = NewDisposeScope();
        const int n = 7;
        var codes = Points.Normal(n, d, 1);
        var rows = codes.data<double>().ToArray().Chunk(d).ToArray();
        var gamma = Math.Pow(4.0 / (3 * n), 0.4);
        double sum = 0;
        foreach (var first in rows)
        {
            sum += rows.Sum(second => Math.Pow(gamma + first.Zip(second, (u, v) => (u - v) * (u - v)).Sum() / (2 * d - 3), -0.5)) / (n * n);
            sum -= 2.0 / n * Math.Pow(gamma + 0.5 + first.Sum(u => u * u) / (2 * d - 3), -0.5);
        }

        var expected = (sum + Math.Pow(1 + gamma, -0.5)) / (2 * Math.Sqrt(Math.PI));
        Assert.Equal(expected, new CramerWoldDivergence(CramerWoldForm.Asymptotic).Evaluate(codes, new PriorSamples(new GaussianPrior(d), 1)).ToDouble(), Tolerances.Float64);
    }

    [Fact]
    public void Rotations_of_the_codes_alone_change_nothing()
    {
        using var scope = NewDisposeScope();
        var codes = Points.Normal(11, 5, 1) + 0.3;
        var divergence = new CramerWoldDivergence();
        var prior = new PriorSamples(new GaussianPrior(5), 1);
        Assert.Equal(divergence.Evaluate(codes, prior).ToDouble(), divergence.Evaluate(codes.mm(Points.Rotation(5, 3)), prior).ToDouble(), Tolerances.Float64);
    }

    [Fact]
    public void Prior_samples_are_nearer_than_shifted_or_narrowed_ones()
    {
        using var scope = NewDisposeScope();
        var divergence = new CramerWoldDivergence();
        var prior = new PriorSamples(new GaussianPrior(8), 1);
        var codes = Points.Normal(500, 8, 1);
        var near = divergence.Evaluate(codes, prior).ToDouble();
        Assert.True(divergence.Evaluate(codes + 1, prior).ToDouble() > 5 * near);
        Assert.True(divergence.Evaluate(codes * 0.3, prior).ToDouble() > 5 * near);
    }

    /// <summary>E D² of exact samples is (1/n)·(φ(0) − E φ) of pairs: below 1/(2√(πγ)·n). The asymptotic form stays above it for every n.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(64)]
    [InlineData(512)]
    public void By_default_exact_samples_of_the_prior_come_as_near_as_their_number_allows(int dimension)
    {
        using var scope = NewDisposeScope();
        const int n = 1000;
        var prior = new PriorSamples(new GaussianPrior(dimension), 1);
        var codes = Points.Normal(n, dimension, 1);
        var largest = 1 / (2 * Math.Sqrt(Math.PI * Math.Pow(4.0 / (3 * n), 0.4)) * n);
        Assert.InRange(new CramerWoldDivergence().Evaluate(codes, prior).ToDouble(), 0, largest);
        Assert.InRange(new TwoSampleCramerWoldDivergence().Evaluate(codes, Points.Normal(n, dimension, 2)).ToDouble(), 0, 2 * largest);
        Assert.Equal(CramerWoldForm.Exact, new CramerWoldDivergence().Form);
        Assert.Equal(CramerWoldForm.Exact, new TwoSampleCramerWoldDivergence().Form);
    }

    /// <summary>Codes and prior in another unit of length: D² is an inverse length.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_default_smoothing_of_two_samples_follows_the_scale_of_the_prior(bool withPrior)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Points.Normal(30, 3, 1) + 0.3, Points.Normal(40, 3, 2));
        var divergence = new TwoSampleCramerWoldDivergence();
        var expected = divergence.Evaluate(x, Of(y, 1)).ToDouble();
        Assert.Equal(expected / 50, divergence.Evaluate(x * 50, Of(y * 50, 50)).ToDouble(), Tolerances.Float64);

        PriorSamples Of(Tensor samples, double deviation) => new(samples, withPrior ? new GaussianPrior(3, deviation) : null);
    }

    private static double MeanOverDirections(int dimension, double s)
    {
        if (dimension == 1)
        {
            return Math.Exp(-s);
        }

        // |cos α|^(d−2) has a kink in three dimensions, where the midpoint rule's relative error is (π/steps)²/24: 4e-13 here.
        var steps = dimension == 3 ? 1_000_000 : 200_000;
        double sum = 0, total = 0;
        for (var i = 0; i < steps; i++)
        {
            var (t, cos) = Math.SinCos(Math.PI * ((i + 0.5) / steps - 0.5));
            var weight = Math.Pow(cos, dimension - 2);
            total += weight;
            sum += weight * Math.Exp(-s * t * t);
        }

        return sum / total;
    }
}
