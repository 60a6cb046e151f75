using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Tests.Conformance;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class SteinConformance : DivergenceConformance<SteinDivergence>
{
    protected override bool IsZeroForIdenticalSamples => false;

    protected override SteinDivergence Create(long dimension, ScalarType dtype) => new();

    protected override IPrior? IntegratedPrior(long dimension) => new GaussianPrior(dimension);
}

public class UnbiasedSteinConformance : DivergenceConformance<SteinDivergence>
{
    protected override bool IsZeroForIdenticalSamples => false;

    protected override bool IsNonNegative => false;

    protected override long SmallestBatch => 2;

    protected override SteinDivergence Create(long dimension, ScalarType dtype) => new(unbiased: true, scale: 1);

    protected override IPrior? IntegratedPrior(long dimension) => new GaussianMixturePrior([new([.. Enumerable.Repeat(0.0, (int)dimension)], 1.5)]);
}

public class SteinDivergenceTests
{
    private static readonly GaussianMixturePrior Mixture = new([new([1.0, -0.5], 0.8), new([-1.0, 0.5], 1.2, 2)]);

    /// <summary>A second implementation: the definition pair by pair, every derivative of the kernel by differentiating it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_the_definition_pair_by_pair(bool unbiased)
    {
        using var scope = NewDisposeScope();
        const int n = 4;
        var x = Points.Normal(n, 2, 1);
        var score = ((IScorePrior)Mixture).Score(x);
        var c = 0.7 * Mixture.ExpectedSquaredDistance;
        double sum = 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                sum += unbiased && i == j ? 0 : Pair(x[i], x[j], score[i], score[j], c);
            }
        }

        var expected = sum / (unbiased ? n * (n - 1) : n * n);
        var value = new SteinDivergence(unbiased, 0.7).Evaluate(x, new PriorSamples(Mixture, n)).ToDouble();
        Assert.Equal(expected, value, Tolerances.Float64);
    }

    /// <summary>One code at the mean of N(0, s²I): s = 0 and u = tr ∇∇k at 0 = d/C.</summary>
    [Fact]
    public void A_single_code_at_the_mean_has_the_trace_of_the_kernels_curvature()
    {
        using var scope = NewDisposeScope();
        var prior = new GaussianPrior(3, 2);
        Assert.Equal(3 / (0.5 * 2 * 3 * 4), new SteinDivergence().Evaluate(zeros([1, 3], float64), new PriorSamples(prior, 1)).ToDouble(), Tolerances.Float64);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Block_by_block_it_is_the_same(bool unbiased)
    {
        using var scope = NewDisposeScope();
        var x = Points.Normal(13, 2, 1).requires_grad_(true);
        var whole = new SteinDivergence(unbiased).Evaluate(x, new PriorSamples(Mixture, 13));
        var blocks = new SteinDivergence(unbiased) { BlockElements = 30 }.Evaluate(x, new PriorSamples(Mixture, 13));
        Assert.Equal(whole.ToDouble(), blocks.ToDouble(), Tolerances.Float64);
        Assert.True(autograd.grad([whole], [x])[0].allclose(autograd.grad([blocks], [x])[0], Tolerances.Float64, Tolerances.Float64));
    }

    /// <summary>The gradient runs through a score that is not linear, too.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_under_a_mixture_is_that_of_finite_differences(bool unbiased)
    {
        using var scope = NewDisposeScope();
        FiniteDifferences.Check(codes => new SteinDivergence(unbiased).Evaluate(codes, new PriorSamples(Mixture, 5)), Points.Normal(5, 2, 3));
    }

    /// <summary>Unbiased, its mean over samples of the prior is 0, here over 200 batches of 20; codes that are too wide stand out.</summary>
    [Fact]
    public void Its_mean_over_samples_of_the_prior_is_0()
    {
        using var scope = NewDisposeScope();
        const int batches = 200;
        using var generator = new Generator(1);
        var values = Enumerable.Range(0, batches).Select(_ => Value(Mixture.Sample(20, generator, dtype: float64), Mixture)).ToList();
        var deviation = Math.Sqrt(values.Sum(v => v * v) / batches);
        Assert.Equal(0, values.Average(), Tolerances.FailureSigmas * deviation / Math.Sqrt(batches));
        Assert.True(Value(Mixture.Sample(200, generator, dtype: float64) * 1.5, Mixture) > 0.1);
    }

    /// <summary>Two modes 12 deviations apart, all codes in one of them: the score is right at every code, and only a comparison with samples sees that half of the prior is empty.</summary>
    [Fact]
    public void It_is_blind_to_an_empty_mode_far_away()
    {
        using var scope = NewDisposeScope();
        var prior = new GaussianMixturePrior([new([6.0, 0], 1), new([-6.0, 0], 1)]);
        using var generator = new Generator(2);
        var both = prior.Sample(500, generator, dtype: float64);
        var one = cat([both.select(1, 0).abs().unsqueeze(1), both.select(1, 1).unsqueeze(1)], 1);
        var shifted = one + tensor(new[] { 0, 1.0 });
        Assert.InRange(Value(one, prior), -0.02, 0.02);
        Assert.True(Value(shifted, prior) > 0.1, "what happens within a mode is seen");
        Assert.True(new MmdDivergence(ImqKernel.ForPrior(prior)).Evaluate(one, prior.Sample(500, generator, dtype: float64)).ToDouble() > 0.5);
    }

    [Fact]
    public void Scores_are_the_gradients_of_log_densities()
    {
        using var scope = NewDisposeScope();
        var model = new GaussianMixturePrior([new([1, 0], new[,] { { 2.0, 0.5 }, { 0.5, 1 } }, 3), new([-3, 2], new[,] { { 0.5, 0 }, { 0, 0.25 } })]);
        foreach (IScorePrior prior in new IScorePrior[] { new GaussianPrior(2, 0.7), Mixture, model })
        {
            var x = Points.Normal(5, 2, 1);
            var expected = FiniteDifferences.Gradient(z => prior.LogDensity(z).sum(), x);
            var score = prior.Score(x);
            Assert.False(score.requires_grad);
            Assert.True(score.reshape(-1).allclose(tensor(expected), Tolerances.Float64, Tolerances.Float64));

            // Differentiable, within a graph that goes on before it.
            FiniteDifferences.Check(z => prior.Score(z * 2).square().sum(), x);
            Assert.Throws<ArgumentException>("z", () => prior.Score(zeros([5, 3], float64)));
        }
    }

    private static double Value(Tensor codes, IPrior prior) => new SteinDivergence(unbiased: true).Evaluate(codes, new PriorSamples(prior, codes.shape[0])).ToDouble();

    private static double Pair(Tensor x, Tensor y, Tensor sx, Tensor sy, double c)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (x.detach().clone().requires_grad_(true), y.detach().clone().requires_grad_(true));
        var k = ((a - b).square().sum() / c + 1).pow(-0.5);
        var slopes = autograd.grad([k], [a, b], create_graph: true, retain_graph: true);
        var trace = Enumerable.Range(0, (int)x.shape[0]).Sum(l => autograd.grad([slopes[0][l]], [b], retain_graph: true)[0][l].ToDouble());
        return (sx.dot(sy) * k + sx.dot(slopes[1]) + sy.dot(slopes[0])).ToDouble() + trace;
    }
}
