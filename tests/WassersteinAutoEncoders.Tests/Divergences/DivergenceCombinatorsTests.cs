using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class DivergenceCombinatorsTests
{
    [Theory]
    [InlineData(2, 0.1)]
    [InlineData(0, 1e-7)]
    [InlineData(1e30, 1e-7)]
    public void The_logarithm_is_that_of_the_value_plus_the_offset(double value, double offset)
    {
        using var scope = NewDisposeScope();
        var codes = Points.Normal(3, 2, 1);
        Assert.Equal(Math.Log(value + offset), new LogDivergence(new Constant(value), offset).Evaluate(codes, codes).ToDouble(), Tolerances.Float64 * 100);
    }

    [Fact]
    public void A_negative_value_counts_as_zero_and_gives_no_gradient()
    {
        using var scope = NewDisposeScope();
        var codes = Points.Normal(3, 2, 1).requires_grad_(true);
        var value = new LogDivergence(new Constant(-0.5), 1e-3).Evaluate(codes, codes.detach());
        value.backward();
        Assert.Equal(Math.Log(1e-3), value.ToDouble(), Tolerances.Float64);
        Assert.Equal(0, codes.grad!.abs().max().ToDouble());
    }

    [Fact]
    public void Made_of_integrated_divergences_they_draw_no_prior_samples()
    {
        using var scope = NewDisposeScope();
        var prior = new GaussianPrior(3);
        var integrated = new CramerWoldDivergence();
        ILatentDivergence[] made = [integrated.Log(), new WeightedDivergence(integrated, 2), new SumDivergence(integrated, integrated.Log())];
        foreach (var divergence in made)
        {
            var generator = new Generator(1);
            var before = generator.get_state().data<byte>().ToArray();
            divergence.Evaluate(Points.Normal(7, 3, 1), new PriorSamples(prior, 7, generator, dtype: float64));
            Assert.Equal(before, generator.get_state().data<byte>().ToArray());
        }
    }

    [Fact]
    public void The_parts_of_a_sum_see_the_same_samples_drawn_once()
    {
        using var scope = NewDisposeScope();
        using var samples = new PriorSamples(new GaussianPrior(3), 7, new Generator(1), dtype: float64);
        var part = new TwoSampleCramerWoldDivergence();
        var codes = Points.Normal(7, 3, 1);
        var sum = new SumDivergence(part, part.Log()).Evaluate(codes, samples).ToDouble();
        var expected = part.Evaluate(codes, new GaussianPrior(3).Sample(7, new Generator(1), dtype: float64)).ToDouble();
        Assert.Equal(expected + Math.Log(expected + 1e-7), sum, Tolerances.Float64);
    }

    [Fact]
    public void Sums_and_multiples_add_and_multiply()
    {
        using var scope = NewDisposeScope();
        var codes = Points.Normal(3, 2, 1);
        var sum = new SumDivergence(new Constant(2), new WeightedDivergence(new Constant(3), 0.5));
        Assert.Equal(3.5, sum.Evaluate(codes, codes).ToDouble(), Tolerances.Float64);
        Assert.Equal(2, sum.Parts.Count);
    }

    [Fact]
    public void Random_sources_are_found_inside()
    {
        var (first, second) = (new SlicedWassersteinDivergence(SliceDirections.Random(seed: 1)), new SlicedWassersteinDivergence(SliceDirections.Random(seed: 2)));
        var nested = new SumDivergence(first.Log(), new WeightedDivergence(second, 2), new TwoSampleCramerWoldDivergence());
        Assert.Equal([first, second], CompositeDivergences.Walk(nested).OfType<SlicedWassersteinDivergence>());
    }

    [Fact]
    public void A_critic_is_not_hidden_inside_another_divergence()
    {
        using var critic = Critics.Mlp(2, 4, 1);
        var adversarial = new AdversarialDivergence(critic);
        Assert.Contains("critic", Assert.Throws<ArgumentException>(() => adversarial.Log()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new SumDivergence(adversarial).Log());
        Assert.Throws<ArgumentException>(() => new PerClassDivergence(adversarial));
    }

    /// <summary>A divergence of a known value, in the graph of the codes.</summary>
    private sealed class Constant(double value) : ILatentDivergence
    {
        public Tensor Evaluate(Tensor encoded, PriorSamples prior) => encoded.sum() * 0 + value;
    }
}
