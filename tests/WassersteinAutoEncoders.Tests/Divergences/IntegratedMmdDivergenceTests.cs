using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>The prior integrated out: against quadrature that is far finer, and against what sampling the prior gives on average.</summary>
public class IntegratedMmdDivergenceTests
{
    public static TheoryData<string> Kernels => ["imq", "imq, one scale", "rbf", "rbf, scales"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(64)]
    public void Quadrature_of_the_inverse_multiquadratic_keeps_its_bound(int d)
    {
        double[] squaredNorms = [0, 1e-3, 0.1, 1, 5, 30, 100, 1e3, 1e4, 1e6, 1e8];
        foreach (var s in new[] { 0.5, 1, 2 })
        {
            var prior = new GaussianPrior(d, s);
            using var scope = NewDisposeScope();
            var x = zeros([squaredNorms.Length, d], ScalarType.Float64);
            x[TensorIndex.Colon, 0] = tensor(squaredNorms).sqrt();
            foreach (var scale in ImqKernel.DefaultScales)
            {
                var constant = scale * prior.ExpectedSquaredDistance;
                var mean = ImqKernel.ForPrior(prior, [scale]).MeanOver(prior);
                var values = FiniteDifferences.Values(mean.Evaluate(x));
                for (var i = 0; i < squaredNorms.Length; i++)
                {
                    var expected = FineQuadrature(constant, d, s * s, squaredNorms[i]);
                    Assert.Equal(expected, values[i], Tolerances.Quadrature * expected);
                }

                // Two prior samples differ by N(0, 2s²I).
                var expectation = FineQuadrature(constant, d, 2 * s * s, 0);
                Assert.Equal(expectation, mean.Expectation, Tolerances.Quadrature * expectation);
            }

            // The mixture is the sum over scales at the same nodes.
            var mixture = FiniteDifferences.Values(ImqKernel.ForPrior(prior).MeanOver(prior).Evaluate(x));
            for (var i = 0; i < squaredNorms.Length; i++)
            {
                var expected = ImqKernel.DefaultScales.Sum(scale => FineQuadrature(scale * prior.ExpectedSquaredDistance, d, s * s, squaredNorms[i]));
                Assert.Equal(expected, mixture[i], Tolerances.Quadrature * expected);
            }
        }
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(1000)]
    public void Quadrature_keeps_its_bound_for_scales_far_from_the_prior(double constant)
    {
        foreach (var d in new[] { 1, 8, 64 })
        {
            using var scope = NewDisposeScope();
            var mean = new ImqKernel(constant, [1]).MeanOver(new GaussianPrior(d));
            foreach (var squaredNorm in new[] { 0, 1.0, 50, 1e8 })
            {
                var x = zeros([1, d], ScalarType.Float64);
                x[0, 0] = Math.Sqrt(squaredNorm);
                var expected = FineQuadrature(constant, d, 1, squaredNorm);
                Assert.Equal(expected, mean.Evaluate(x).ToDouble(), Tolerances.Quadrature * expected);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Mean_over_the_prior_is_what_sampling_gives(string name)
    {
        var kernel = Kernel(name);
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        var prior = new GaussianPrior(3, 1.4);
        var x = randn([4, 3], dtype: ScalarType.Float64, generator: generator) * 2;
        var samples = prior.Sample(20_000, generator, dtype: ScalarType.Float64);
        var gram = kernel.Gram(x, samples);
        var (means, errors) = (FiniteDifferences.Values(gram.mean([1])), FiniteDifferences.Values(gram.std(1) / Math.Sqrt(20_000)));
        var values = FiniteDifferences.Values(kernel.MeanOver(prior).Evaluate(x));
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(means[i], values[i], Tolerances.FailureSigmas * errors[i]);
        }
    }

    [Theory]
    [InlineData(MmdEstimator.Biased, 1)]
    [InlineData(MmdEstimator.Biased, 5)]
    [InlineData(MmdEstimator.UnbiasedPaired, 2)]
    [InlineData(MmdEstimator.Unbiased, 2)]
    [InlineData(MmdEstimator.Unbiased, 5)]
    public void Value_follows_its_definition(MmdEstimator estimator, int n)
    {
        using var scope = NewDisposeScope();
        const double variance = 1.7, s = 1.3;
        const int d = 3;
        var x = Points.Normal(n, d, 1);
        double[][] rows = NaiveMmd.Rows(x);
        double Norm(double[] a, double[] b) => a.Zip(b, (u, v) => (u - v) * (u - v)).Sum();

        // E k(x, p) for x − p ~ N(x, v·I) is (σ²/(σ² + v))^(d/2)·exp(−‖x‖²/(2(σ² + v))).
        double Mean(double v, double squaredNorm) => Math.Pow(variance / (variance + v), d / 2.0) * Math.Exp(-squaredNorm / (2 * (variance + v)));
        var all = estimator == MmdEstimator.Biased;
        var within = rows.Index().Sum(a => rows.Index().Where(b => all || a.Index != b.Index).Sum(b => Math.Exp(-Norm(a.Item, b.Item) / (2 * variance))));
        var expected = within / n / (all ? n : n - 1) - 2 * rows.Average(row => Mean(s * s, Norm(row, new double[d]))) + Mean(2 * s * s, 0);
        var divergence = new IntegratedMmdDivergence(new RbfKernel(variance), estimator);
        Assert.Equal(expected, divergence.Evaluate(x, new PriorSamples(new GaussianPrior(d, s), 1)).ToDouble(), Tolerances.Float64);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Value_is_the_mean_of_the_sampled_estimator_over_the_prior(string name)
    {
        var kernel = Kernel(name);
        using var scope = NewDisposeScope();
        using var generator = new Generator(4, CPU);
        var prior = new GaussianPrior(3, 1.4);
        var x = randn([12, 3], dtype: ScalarType.Float64, generator: generator) + 0.5;
        var sampled = new MmdDivergence(kernel);
        double[] draws = [.. Enumerable.Range(0, 500).Select(_ => sampled.Evaluate(x, prior.Sample(40, generator, dtype: ScalarType.Float64)).ToDouble())];
        var mean = draws.Average();
        var error = Math.Sqrt(draws.Sum(v => (v - mean) * (v - mean)) / draws.Length / (draws.Length - 1));
        Assert.Equal(new IntegratedMmdDivergence(kernel).Evaluate(x, new PriorSamples(prior, 1)).ToDouble(), mean, Tolerances.FailureSigmas * error);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Gradient_is_the_finite_difference(string name)
    {
        var kernel = Kernel(name);
        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);
        foreach (var estimator in new[] { MmdEstimator.Biased, MmdEstimator.UnbiasedPaired, MmdEstimator.Unbiased })
        {
            var divergence = new IntegratedMmdDivergence(kernel, estimator);
            FiniteDifferences.Check(codes => divergence.Evaluate(codes, new PriorSamples(new GaussianPrior(3), 1)), randn([7, 3], dtype: ScalarType.Float64, generator: generator));
        }
    }

    [Fact]
    public void Gradient_has_lower_variance_than_with_a_sampled_prior()
    {
        foreach (var kernel in new IGaussianIntegrableKernel[] { ImqKernel.ForPrior(new GaussianPrior(8)), new RbfKernel(8) })
        {
            var factor = GradientVariance.Factor(kernel, batch: 32, dimension: 8, shift: 0.3, draws: 200);
            Assert.True(factor > 1, $"{factor}");
        }
    }

    [Fact]
    public void Codes_as_the_estimator_or_the_prior_does_not_allow_are_refused()
    {
        using var scope = NewDisposeScope();
        var prior = new GaussianPrior(3);
        var kernel = new ImqKernel(1);
        Assert.Throws<ArgumentException>(() => new IntegratedMmdDivergence(kernel, MmdEstimator.LinearTime));
        Assert.Throws<ArgumentNullException>(() => new IntegratedMmdDivergence(null!));
        Assert.Throws<ArgumentException>(() => new IntegratedMmdDivergence(kernel).Evaluate(zeros(4, 3), new PriorSamples(new SpherePrior(3), 4)));
        Assert.Throws<ArgumentException>(() => new IntegratedMmdDivergence(kernel).Evaluate(zeros(4, 2), new PriorSamples(prior, 4)));
        Assert.Throws<ArgumentException>(() => new IntegratedMmdDivergence(kernel).Evaluate(zeros(1, 3), new PriorSamples(prior, 1)));
        Assert.True(double.IsFinite(new IntegratedMmdDivergence(kernel, MmdEstimator.Biased).Evaluate(zeros(1, 3), new PriorSamples(prior, 1)).ToDouble()));
    }

    /// <summary>Made inside a test, so that tools which watch what a test runs see its constructor run there.</summary>
    private static IGaussianIntegrableKernel Kernel(string name) => name switch
    {
        "imq" => new ImqKernel(6),
        "imq, one scale" => new ImqKernel(1.5, [1]),
        "rbf" => new RbfKernel(2),
        _ => new RbfKernel(1, [0.3, 4]),
    };

    /// <summary>∫ e^−t·(1 + 2ts²/C)^(−d/2)·exp(−t·r²/(C + 2ts²)) dt over t = e^y in steps of 1/50, one scale at a time.</summary>
    private static double FineQuadrature(double constant, int d, double variance, double squaredNorm)
    {
        const double step = 0.02;
        var sum = 0.0;
        for (var y = -60.0; y < 4.2; y += step)
        {
            var t = Math.Exp(y);
            sum += Math.Exp(y - t - (0.5 * d * double.LogP1(2 * t * variance / constant)) - (t * squaredNorm / (constant + (2 * t * variance))));
        }

        return sum * step;
    }
}
