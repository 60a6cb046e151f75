using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>Laws of the maximum mean discrepancy and its closed form between Gaussians.</summary>
public class MmdDivergenceTests
{
    [Property(MaxTest = 25)]
    public Property Order_within_a_sample_does_not_matter() => Prop.ForAll(MmdCase.Arbitrary, c =>
    {
        // The linear-time estimator pairs neighbours, the U-statistic leaves out pairs of equal index: both depend on the order across.
        var estimator = c.Estimator is MmdEstimator.Biased ? c.Estimator : MmdEstimator.Unbiased;
        using var scope = NewDisposeScope();
        var (x, y) = (c.Points(1), c.Points(2));
        var divergence = new MmdDivergence(c.Kernel, estimator);
        var expected = divergence.Evaluate(x, y).ToDouble();
        Assert.Equal(expected, divergence.Evaluate(x.flip(0), y).ToDouble(), Tolerance(c, x, y));
        Assert.Equal(expected, divergence.Evaluate(x, y.flip(0)).ToDouble(), Tolerance(c, x, y));
        var both = new MmdDivergence(c.Kernel, MmdEstimator.UnbiasedPaired);
        Assert.Equal(both.Evaluate(x, y).ToDouble(), both.Evaluate(x.flip(0), y.flip(0)).ToDouble(), Tolerance(c, x, y));
    });

    [Property(MaxTest = 25)]
    public Property Rotating_both_samples_changes_nothing() => Prop.ForAll(MmdCase.Arbitrary, c =>
    {
        using var scope = NewDisposeScope();
        var (x, y) = (c.Points(1), c.Points(2));
        var rotation = Rotation(c);
        var divergence = new MmdDivergence(c.Kernel, c.Estimator);
        Assert.Equal(divergence.Evaluate(x, y).ToDouble(), divergence.Evaluate(x.mm(rotation), y.mm(rotation)).ToDouble(), Tolerance(c, x, y));
    });

    [Theory]
    [InlineData(MmdEstimator.Biased, 9, 14)]
    [InlineData(MmdEstimator.Biased, 1, 1)]
    [InlineData(MmdEstimator.Biased, 1, 5)]
    [InlineData(MmdEstimator.Unbiased, 2, 7)]
    [InlineData(MmdEstimator.Unbiased, 131, 64)]
    public void Unequal_sizes_follow_the_definition(MmdEstimator estimator, int n, int m)
    {
        using var scope = NewDisposeScope();
        var c = new MmdCase("imq", new ImqKernel(3), estimator, n, 3, 4);
        var (x, y) = (c.Points(1), c.Points(2, m));
        Assert.Equal(NaiveMmd.Evaluate(c.Kernel, estimator, x, y), new MmdDivergence(c.Kernel, estimator).Evaluate(x, y).ToDouble(), Tolerances.Float64);
    }

    [Theory]
    [InlineData(1, 3, "encoded")]
    [InlineData(1, 1, "encoded")]
    [InlineData(2, 1, "prior")]
    [InlineData(3, 1, "prior")]
    public void The_sample_that_is_too_small_is_named(int n, int m, string name)
        => Assert.Throws<ArgumentException>(name, () => new MmdDivergence(new ImqKernel(1)).Evaluate(zeros([n, 2]), zeros([m, 2])));

    [Fact]
    public void Mean_of_the_unbiased_estimators_is_zero_for_equal_distributions_and_single_values_are_negative()
    {
        foreach (var estimator in new[] { MmdEstimator.UnbiasedPaired, MmdEstimator.Unbiased, MmdEstimator.LinearTime })
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(11, CPU);
            var divergence = new MmdDivergence(new ImqKernel(4), estimator);
            double[] draws = [.. Enumerable.Range(0, 600).Select(_ => divergence.Evaluate(Draw(generator, 16, 2), Draw(generator, 16, 2)).ToDouble())];
            var (mean, error) = MeanAndError(draws);
            Assert.True(Math.Abs(mean) < Tolerances.FailureSigmas * error, $"{estimator}: {mean} ± {error}");
            Assert.Contains(draws, v => v < 0);
        }
    }

    [Theory]
    [InlineData(2, 1.0, 1.0, 0.7)]
    [InlineData(5, 1.0, 0.4, 1.5)]
    [InlineData(8, 1.3, 0.8, 0.0)]
    public void Mean_with_the_Gaussian_kernel_is_the_closed_form_between_Gaussians(int d, double s, double t, double shift)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(12, CPU);
        const double variance = 1.7;
        var kernel = new RbfKernel(variance);

        // E k(x, y) for x − y ~ N(δ, v·I) is (σ²/(σ² + v))^(d/2)·exp(−‖δ‖²/(2(σ² + v))).
        double Mean(double v, double distance) => Math.Pow(variance / (variance + v), d / 2.0) * Math.Exp(-distance / (2 * (variance + v)));
        var expected = Mean(2 * s * s, 0) + Mean(2 * t * t, 0) - (2 * Mean((s * s) + (t * t), d * shift * shift));
        foreach (var estimator in new[] { MmdEstimator.UnbiasedPaired, MmdEstimator.Unbiased, MmdEstimator.LinearTime })
        {
            var divergence = new MmdDivergence(kernel, estimator);
            double[] draws = [.. Enumerable.Range(0, 300).Select(_ => divergence.Evaluate((Draw(generator, 24, d) * t) + shift, Draw(generator, 24, d) * s).ToDouble())];
            var (mean, error) = MeanAndError(draws);
            Assert.True(Math.Abs(mean - expected) < Tolerances.FailureSigmas * error, $"{estimator}: {mean} ± {error}, expected {expected}");
        }
    }

    [Property(MaxTest = 30)]
    public Property Gradient_is_the_finite_difference() => Prop.ForAll(MmdCase.Arbitrary, c =>
    {
        using var scope = NewDisposeScope();
        var small = c with { Count = Math.Min(c.Count, c.Dimension > 3 ? 3 : 9) };
        var (x, y) = (small.Points(1), small.Points(2));
        var divergence = new MmdDivergence(c.Kernel, c.Estimator);
        FiniteDifferences.Check(p => divergence.Evaluate(p, y), x);
    });

    [Fact]
    public void Prior_samples_may_be_differentiated_as_well()
    {
        using var scope = NewDisposeScope();
        var c = new MmdCase("imq", new ImqKernel(3), MmdEstimator.UnbiasedPaired, 7, 2, 4);
        var (x, y) = (c.Points(1), c.Points(2));
        FiniteDifferences.Check(p => new MmdDivergence(c.Kernel, c.Estimator).Evaluate(x, p), y);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Identical_and_far_codes_give_finite_values_and_gradients(ScalarType type)
    {
        using var scope = NewDisposeScope();
        foreach (var kernel in new IKernel[] { new ImqKernel(16), new RbfKernel(4), new LaplacianKernel(2), new RationalQuadraticKernel(2), new EnergyKernel() })
        {
            foreach (var codes in new[] { zeros([12, 8], type), ones([12, 8], type) * 1e4 })
            {
                var x = codes.requires_grad_();
                var value = new MmdDivergence(kernel).Evaluate(x, Draw(new Generator(1, CPU), 12, 8).to(type));
                value.backward();
                Assert.True(double.IsFinite(value.ToDouble()));
                Assert.All(FiniteDifferences.Values(x.grad!), g => Assert.True(double.IsFinite(g)));
            }
        }
    }

    [Fact]
    public void Far_codes_still_feel_the_inverse_multiquadratic_pull()
    {
        using var scope = NewDisposeScope();
        var x = (ones([10, 8]) * 1e4).requires_grad_();
        new MmdDivergence(new ImqKernel(16)).Evaluate(x, Draw(new Generator(1, CPU), 10, 8).to(ScalarType.Float32)).backward();
        Assert.All(FiniteDifferences.Values(x.grad!), g => Assert.True(g > 0));
    }

    [Theory]
    [InlineData(MmdEstimator.UnbiasedPaired, 1, 1)]
    [InlineData(MmdEstimator.Unbiased, 1, 1)]
    [InlineData(MmdEstimator.Unbiased, 4, 1)]
    [InlineData(MmdEstimator.LinearTime, 1, 1)]
    [InlineData(MmdEstimator.UnbiasedPaired, 4, 5)]
    [InlineData(MmdEstimator.LinearTime, 6, 4)]
    public void Samples_too_small_or_unequal_for_the_estimator_are_refused(MmdEstimator estimator, int n, int m)
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ArgumentException>(() => new MmdDivergence(new ImqKernel(1), estimator).Evaluate(zeros(n, 2), zeros(m, 2)));
        Assert.Contains(estimator.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        using var scope = NewDisposeScope();
        var divergence = new MmdDivergence(new ImqKernel(1));
        Assert.Throws<ArgumentNullException>(() => new MmdDivergence((IKernel)null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MmdDivergence(new ImqKernel(1), (MmdEstimator)9));
        Assert.Throws<ArgumentException>(() => divergence.Evaluate(zeros(4, 2), zeros(4, 3)));
        Assert.Throws<ArgumentException>(() => divergence.Evaluate(zeros(4, 2), zeros([4, 2], ScalarType.Float64)));
        Assert.Throws<ArgumentException>(() => divergence.Evaluate(zeros([4, 2], ScalarType.Int64), zeros([4, 2], ScalarType.Int64)));
        Assert.Throws<ArgumentException>(() => divergence.Evaluate(zeros(8), zeros(8)));
        Assert.Throws<ArgumentNullException>(() => divergence.Evaluate(zeros(4, 2), null!));
    }

    [Fact]
    public void Views_that_are_not_contiguous_give_the_value_of_their_copies()
    {
        using var scope = NewDisposeScope();
        var divergence = new MmdDivergence(new ImqKernel(6));
        var (x, y) = (Draw(new Generator(1, CPU), 3, 20).t(), Draw(new Generator(2, CPU), 20, 6).narrow(1, 2, 3));
        Assert.Equal(divergence.Evaluate(x.contiguous(), y.contiguous()).ToDouble(), divergence.Evaluate(x, y).ToDouble());
    }

    private static double Tolerance(MmdCase c, Tensor x, Tensor y) => Tolerances.Float64 * Math.Max(1, NaiveMmd.Magnitude(c.Kernel, x, y));

    private static Tensor Draw(Generator generator, int n, int d) => randn([n, d], dtype: ScalarType.Float64, generator: generator);

    private static (double Mean, double Error) MeanAndError(double[] values)
    {
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length));
    }

    /// <summary>A random rotation or reflection: Gram–Schmidt of a normal matrix.</summary>
    private static Tensor Rotation(MmdCase c)
    {
        var d = c.Dimension;
        double[][] rows = NaiveMmd.Rows(c.Points(3, d));
        for (var i = 0; i < d; i++)
        {
            for (var pass = 0; pass < 2; pass++)
            {
                for (var j = 0; j < i; j++)
                {
                    var dot = rows[i].Zip(rows[j], (a, b) => a * b).Sum();
                    rows[i] = [.. rows[i].Zip(rows[j], (a, b) => a - (dot * b))];
                }
            }

            var norm = Math.Sqrt(rows[i].Sum(v => v * v));
            rows[i] = [.. rows[i].Select(v => v / norm)];
        }

        return tensor(rows.SelectMany(r => r).ToArray()).reshape(d, d);
    }
}
