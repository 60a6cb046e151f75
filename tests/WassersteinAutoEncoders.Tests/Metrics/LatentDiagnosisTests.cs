using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Metrics;

public class LatentDiagnosisTests
{
    private static readonly LatentDiagnosisOptions Fast = new() { Permutations = 199, PriorSamples = 4000, MaximumTestCodes = 300 };

    public static TheoryData<IPrior> Priors =>
    [
        new GaussianPrior(3, 2), new SpherePrior(3, 1.5), new UniformPrior(2, 4), GaussianMixturePrior.Ring(5), new Plain(new GaussianPrior(2)), new SpherePrior(1), new Flat(),
    ];

    [Theory]
    [MemberData(nameof(Priors))]
    public void Samples_of_the_prior_pass(IPrior prior)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var result = LatentDiagnosis.Run(prior.Sample(600, generator), prior, Fast);
        Assert.True(result.Matches, result.ToString());
        Assert.Equal(600, result.Count);
        Assert.Equal(300, result.TwoSampleTest.Count);
        Assert.InRange(result.Moments.CovarianceError, 0, 3.5 * result.Moments.CovarianceErrorExpected);
        Assert.Equal(prior is IMomentPrior, result.Moments.ClosedForm);
        Assert.Empty(result.Spectrum.CollapsedDimensions);
        Assert.Contains("no difference found", result.ToString());
    }

    [Fact]
    public void A_mixture_of_full_covariances_is_taken_for_its_own_samples()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var mixture = new GaussianMixturePrior([new([1.0, 0], new[,] { { 2.0, 0.5 }, { 0.5, 1 } }, 3), new([-3.0, 2], new[,] { { 0.5, 0 }, { 0, 0.25 } })]);
        var options = new LatentDiagnosisOptions { Permutations = 199, PriorSamples = 4000, MaximumTestCodes = 300 };
        var result = LatentDiagnosis.Run(mixture.Sample(600, generator), mixture, options);
        Assert.True(result.Matches, result.ToString());
    }

    [Fact]
    public void False_alarms_are_as_rare_as_stated()
    {
        // Five tests at 1 %, two of them asymptotic: at most 7 %, over 100 diagnoses of true prior samples.
        const int trials = 100;
        var prior = new GaussianPrior(3);
        using var generator = new Generator(2);
        var alarms = 0;
        for (var t = 0; t < trials; t++)
        {
            using var scope = NewDisposeScope();
            var options = new LatentDiagnosisOptions { Permutations = 99, PriorSamples = 1000, MaximumTestCodes = 80, Seed = (ulong)t };
            alarms += LatentDiagnosis.Run(prior.Sample(200, generator), prior, options).Matches ? 0 : 1;
        }

        Assert.InRange(alarms, 0, PermutationTestTests.BinomialBounds(trials, 0.07, Tolerances.FailureRate).Upper);
    }

    [Fact]
    public void Figures_are_those_of_their_definitions()
    {
        using var scope = NewDisposeScope();
        var codes = tensor(new double[] { 3, 0, 1, 2, 2, -2, 0, 0, -1, 5 }).reshape(5, 2);
        var result = LatentDiagnosis.Run(codes, new GaussianPrior(2, 2), Fast);

        // Mean (1, 1), covariance [[2.5, −3], [−3, 7]], prior 4·I.
        Assert.Equal([1, 1], result.Moments.Mean);
        Assert.Equal(Math.Sqrt(2.5), result.Moments.StandardDeviation[0], Tolerances.Float64);
        Assert.Equal(Math.Sqrt(7), result.Moments.StandardDeviation[1], Tolerances.Float64);
        Assert.Equal(Math.Sqrt(2.0 / 8), result.Moments.MeanError, Tolerances.Float64);
        Assert.Equal(Math.Sqrt(1.0 / 5), result.Moments.MeanErrorExpected, Tolerances.Float64);
        Assert.Equal(Math.Exp(-5 * 2.0 / 4 / 2), result.Moments.MeanPValue, Tolerances.Float64);
        Assert.Equal(Math.Sqrt((1.5 * 1.5 + 2 * 3 * 3 + 3 * 3) / 32), result.Moments.CovarianceError, Tolerances.Float64);
        Assert.Equal(9.5 / 8, result.Moments.VarianceRatio, Tolerances.Float64);

        // (E‖p‖⁴ − ‖Σ‖²)/n with E‖p‖⁴ = σ⁴·d(d + 2) = 128, and (tr Σ/n)²; the fourth moment is estimated from 4,000 samples.
        Assert.Equal(Math.Sqrt((128 - 32) / 5.0 + 64 / 25.0) / Math.Sqrt(32), result.Moments.CovarianceErrorExpected, 0.1);
        Assert.Equal(2, result.Spectrum.PriorEffectiveRank, Tolerances.Float64);
        Assert.Contains(result.Findings, f => f.Text.Contains("codes are few"));
    }

    [Fact]
    public void Collapsed_dimensions_are_named()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var codes = randn([500, 6], generator: generator);
        codes.select(1, 2).mul_(0.05);
        codes.select(1, 5).zero_();
        var result = LatentDiagnosis.Run(codes, new GaussianPrior(6), Fast);

        Assert.Equal([2, 5], result.Spectrum.CollapsedDimensions);
        Assert.Equal(2, result.Spectrum.CollapsedDirections);
        Assert.InRange(result.Spectrum.EffectiveRank, 3.8, 4.1);
        Assert.Equal(FindingSeverity.Problem, result.Findings[0].Severity);
        Assert.Contains("Collapsed dimensions (from 0): 2, 5", result.ToString());
        Assert.Equal(5, result.Normality!.Dimension);
    }

    [Fact]
    public void Dimensions_that_repeat_one_another_are_found_without_a_collapsed_coordinate()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var z = randn([500, 2], generator: generator);
        var result = LatentDiagnosis.Run(cat([z, z.slice(1, 0, 1, 1)], 1), new GaussianPrior(3), Fast);
        Assert.Empty(result.Spectrum.CollapsedDimensions);
        Assert.Equal(1, result.Spectrum.CollapsedDirections);
        Assert.Contains("collapsed in 1 direction across coordinates", result.ToString());
    }

    [Theory]
    [InlineData(10, 16)]
    [InlineData(17, 16)]
    [InlineData(20, 16)]
    [InlineData(40, 16)]
    public void Few_codes_of_the_prior_are_not_taken_for_collapsed_ones(int n, int d)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        var prior = new GaussianPrior(d);
        Assert.Equal(0, LatentDiagnosis.Run(prior.Sample(n, generator), prior, Fast).Spectrum.CollapsedDirections);
    }

    [Fact]
    public void A_line_is_one_direction_also_to_few_codes()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        var line = randn([20, 1], generator: generator) * ones([1, 8]);
        Assert.Equal(7, LatentDiagnosis.Run(line, new GaussianPrior(8), Fast).Spectrum.CollapsedDirections);
    }

    [Fact]
    public void Each_way_of_being_wrong_has_its_finding()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var prior = new GaussianPrior(2);
        var z = randn([1000, 2], generator: generator);

        Says(z + 0.5, "mean of the codes is off", FindingSeverity.Problem);
        Says(z + 0.15, "mean of the codes is off", FindingSeverity.Warning);
        Says(z * 0.6, "too narrow", FindingSeverity.Problem);
        Says(z * 1.5, "too wide", FindingSeverity.Problem);
        Says(cat([z.slice(1, 0, 1, 1), z.sum(1, keepdim: true) / Math.Sqrt(2)], 1), "wrongly shared or correlated", FindingSeverity.Problem);
        Says((z * z - 1) / Math.Sqrt(2), "skewed", FindingSeverity.Warning);
        Says(z.clamp(-1.2, 1.2) * 1.2, "lighter tails", FindingSeverity.Warning);
        Says((z * z - 1) / Math.Sqrt(2), "of 2 marginals differ", FindingSeverity.Problem);
        Says(z + 0.5, "two-sample test tells the codes from the prior", FindingSeverity.Warning);

        void Says(Tensor codes, string text, FindingSeverity severity)
        {
            var result = LatentDiagnosis.Run(codes, prior, Fast);
            Assert.False(result.Matches);
            Assert.Contains(result.Findings, f => f.Text.Contains(text) && f.Severity == severity);
            Assert.Equal(result.Findings.OrderByDescending(f => f.Severity), result.Findings);
        }
    }

    [Fact]
    public void A_difference_in_the_joint_shape_alone_is_found()
    {
        // z₂ = ±z₁ with a random sign: standard normal marginals, no correlation, and a cross for a joint law.
        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        var first = randn([1500, 1], generator: generator);
        var sign = randn([1500, 1], generator: generator).sign();
        var result = LatentDiagnosis.Run(cat([first, first * sign], 1), new GaussianPrior(2), Fast with { MaximumTestCodes = 800 });
        Assert.Contains(result.Findings, f => f.Text.Contains("two-sample test tells"));
        Assert.DoesNotContain(result.Findings, f => f.Text.Contains("marginals differ") || f.Text.Contains("mean of the codes"));
    }

    [Fact]
    public void A_prior_that_is_not_gaussian_is_not_asked_for_normality()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var prior = new UniformPrior(2);
        var result = LatentDiagnosis.Run(prior.Sample(2000, generator), prior, Fast);
        Assert.True(result.Normality!.KurtosisPValue < 0.01);
        Assert.DoesNotContain(result.Findings, f => f.Text.Contains("Gaussian"));
    }

    [Fact]
    public void Equal_arguments_give_equal_results()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(8);
        var codes = randn([100, 2], generator: generator);
        var first = LatentDiagnosis.Run(codes, new GaussianPrior(2), Fast).ToString();
        Assert.Equal(first, LatentDiagnosis.Run(codes, new GaussianPrior(2), Fast).ToString());
        Assert.Equal(first, LatentDiagnosis.Run(codes.to(float64).requires_grad_(), new GaussianPrior(2), Fast).ToString());
    }

    [Fact]
    public void Few_codes_are_measured_as_far_as_they_go()
    {
        using var scope = NewDisposeScope();
        var result = LatentDiagnosis.Run(tensor(new[] { 0.3f, -1, 1, 0.5f }).reshape(2, 2), new GaussianPrior(2), Fast);
        Assert.Null(result.Normality);
        Assert.DoesNotContain("normality", result.ToString());
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        var prior = new GaussianPrior(2);
        Assert.Throws<ArgumentException>("codes", () => LatentDiagnosis.Run(zeros(5, 3), prior));
        Assert.Throws<ArgumentException>("codes", () => LatentDiagnosis.Run(zeros(1, 2), prior));
        Assert.Throws<ArgumentException>("codes", () => LatentDiagnosis.Run(full([5, 2], float.NaN), prior));
        Assert.Throws<ArgumentNullException>("prior", () => LatentDiagnosis.Run(zeros(5, 2), null!));
        var found = LatentDiagnosis.Run(randn(50, 2), new GaussianPrior(2), new LatentDiagnosisOptions { Permutations = 19 });
        Assert.Throws<ArgumentException>("Findings", () => found with { Findings = [null!] });
        Assert.Throws<ArgumentException>("prior", () => LatentDiagnosis.Run(randn(5, 2), new Wrong(p => p.slice(0, 0, 3, 1)), Fast));
        Assert.Throws<ArgumentException>("prior", () => LatentDiagnosis.Run(randn(5, 2), new Wrong(p => p / 0), Fast));
        Assert.Throws<ArgumentException>("prior", () => LatentDiagnosis.Run(randn(5, 2), new Wrong(p => p * 0), Fast));
        Assert.Throws<ArgumentOutOfRangeException>("Level", () => LatentDiagnosis.Run(zeros(5, 2), prior, new() { Level = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("CollapseThreshold", () => LatentDiagnosis.Run(zeros(5, 2), prior, new() { CollapseThreshold = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>("Permutations", () => LatentDiagnosis.Run(zeros(5, 2), prior, new() { Permutations = 5 }));
        Assert.Throws<ArgumentOutOfRangeException>("MaximumTestCodes", () => LatentDiagnosis.Run(zeros(5, 2), prior, new() { MaximumTestCodes = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>("PriorSamples", () => LatentDiagnosis.Run(zeros(5, 2), prior, new() { PriorSamples = 1 }));
    }

    /// <summary>A prior that states nothing but its samples.</summary>
    private sealed class Plain(IPrior inner) : IPrior
    {
        public long Dimension => inner.Dimension;

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
            => inner.Sample(count, generator, device, dtype);
    }

    /// <summary>A prior on a line in the plane: its covariance is singular.</summary>
    private sealed class Flat : IPrior
    {
        public long Dimension => 2;

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        {
            var t = new GaussianPrior(1).Sample(count, generator, device, dtype);
            return cat([t, t * 2], 1);
        }
    }

    private sealed class Wrong(Func<Tensor, Tensor> change) : IPrior
    {
        public long Dimension => 2;

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
            => change(new GaussianPrior(2).Sample(count, generator, device, dtype));
    }
}
