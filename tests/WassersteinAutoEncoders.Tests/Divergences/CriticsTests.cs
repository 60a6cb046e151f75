using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class CriticsTests
{
    [Fact]
    public void The_default_is_the_papers()
    {
        using var critic = Critics.Mlp(8);
        var shapes = critic.named_parameters().Where(p => p.name.EndsWith("weight", StringComparison.Ordinal)).Select(p => p.parameter.shape);
        Assert.Equal([[512, 8], [512, 512], [512, 512], [512, 512], [1, 512]], shapes);
    }

    [Fact]
    public void Spectral_normalisation_is_in_every_layer_and_in_none_by_default()
    {
        using Module<Tensor, Tensor> normalised = Critics.Mlp(3, 8, 2, spectralNormalization: true), plain = Critics.Mlp(3, 8, 2);
        Assert.Equal(3, normalised.modules().OfType<SpectralNormalizedLinear>().Count());
        Assert.Empty(plain.modules().OfType<SpectralNormalizedLinear>());
    }

    [Fact]
    public void A_seed_decides_the_weights()
    {
        using var scope = NewDisposeScope();
        using Module<Tensor, Tensor> first = Critics.Mlp(3, 8, 2, generator: new Generator(3)), second = Critics.Mlp(3, 8, 2, generator: new Generator(3));
        foreach (var (a, b) in first.parameters().Zip(second.parameters()))
        {
            Assert.True(a.eq(b).all().ToBoolean());
        }
    }

    [Theory]
    [InlineData(5, 7)]
    [InlineData(7, 5)]
    [InlineData(1, 4)]
    [InlineData(4, 1)]
    public void A_spectrally_normalised_layer_has_the_norm_one_and_keeps_its_bias(int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        using var layer = new SpectralNormalizedLinear(inputs, outputs, new Generator(3), float64);
        for (var i = 0; i < 100; i++)
        {
            layer.call(zeros([1, inputs], dtype: float64));
        }

        layer.eval();
        Assert.Equal(1, Norm(layer, inputs), Tolerances.PowerIteration);
        Assert.True(layer.call(zeros([1, inputs], dtype: float64)).reshape(-1).eq(layer.state_dict()["bias"]).all().ToBoolean());
    }

    /// <summary>The largest singular values of a large random matrix lie close together, where a power iteration takes thousands of steps.</summary>
    [Theory]
    [InlineData(512, 512)]
    [InlineData(8, 512)]
    [InlineData(512, 1)]
    public void A_large_spectrally_normalized_layer_starts_with_the_norm_one(int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        var layer = new SpectralNormalizedLinear(inputs, outputs, new Generator(3), float64);
        layer.eval();
        var effective = layer.call(eye(inputs, dtype: float64)) - layer.call(zeros([1, inputs], dtype: float64));
        Assert.Equal(1, linalg.svdvals(effective).max().ToDouble(), Tolerances.Float64);
    }

    /// <summary>From one iteration of a random vector the norm of such a matrix would be about half of what it is, and the layer's twice what it should be.</summary>
    [Fact]
    public void A_spectrally_normalised_layer_has_nearly_the_norm_one_from_the_start()
    {
        using var scope = NewDisposeScope();
        using var layer = new SpectralNormalizedLinear(16, 16, new Generator(3), float64);
        layer.eval();
        Assert.InRange(Norm(layer, 16), 1 - Tolerances.PowerIteration, 1.05);
    }

    /// <summary>The largest singular value of the layer's weights by a power iteration of its own.</summary>
    private static double Norm(SpectralNormalizedLinear layer, int inputs)
    {
        var weights = layer.call(eye(inputs, dtype: float64)) - layer.call(zeros([1, inputs], dtype: float64));
        var vector = ones([inputs], dtype: float64);
        for (var i = 0; i < 500; i++)
        {
            vector = weights.mv(weights.t().mv(vector));
            vector = vector / vector.norm();
        }

        return weights.t().mv(vector).norm().ToDouble();
    }

    [Fact]
    public void A_spectrally_normalised_layer_iterates_in_training_only_and_keeps_its_vector_in_the_state()
    {
        using var scope = NewDisposeScope();
        using var layer = new SpectralNormalizedLinear(5, 4, new Generator(3));
        Assert.Equal(["bias", "u", "weight"], layer.state_dict().Keys.Order());
        Assert.Equal(["weight", "bias"], layer.named_parameters().Select(p => p.name));
        var input = Points.Normal(3, 5, 1, float32);
        layer.eval();
        var before = layer.state_dict()["u"].clone();
        layer.call(input);
        Assert.True(before.eq(layer.state_dict()["u"]).all().ToBoolean());
        layer.train();
        using (no_grad())
        {
            layer.parameters().First().mul_(Points.Uniform([4, 5], 4, -1, 1, float32));
        }

        layer.call(input);
        Assert.False(before.eq(layer.state_dict()["u"]).all().ToBoolean());
    }

    [Fact]
    public void A_spectrally_normalised_critic_takes_two_calls_before_one_backward_pass()
    {
        using var scope = NewDisposeScope();
        using var critic = Critics.Mlp(3, 8, 2, spectralNormalization: true, generator: new Generator(3));
        var loss = new AdversarialDivergence(critic, new AdversarialOptions { GradientPenalty = 1 })
            .EvaluateCritic(Points.Normal(5, 3, 1, float32), Points.Normal(5, 3, 2, float32));
        loss.Loss.backward();
        Assert.All(critic.parameters(), p => Assert.True(p.grad!.isfinite().all().ToBoolean()));
    }

    [Fact]
    public void The_gradient_through_the_norm_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        using var layer = new SpectralNormalizedLinear(4, 3, new Generator(3), float64);
        for (var i = 0; i < 300; i++)
        {
            layer.call(zeros([1, 4], dtype: float64));
        }

        // Near a fixed point of the iteration, the derivative of σ with u and v held is σ's own.
        var input = Points.Normal(5, 4, 1);
        var weight = layer.parameters().First();
        layer.call(input).square().sum().backward();
        var gradient = FiniteDifferences.Values(weight.grad!);
        var values = FiniteDifferences.Values(weight);
        for (var i = 0; i < values.Length; i++)
        {
            const double step = 6e-6;
            var expected = (Value(i, step) - Value(i, -step)) / (2 * step);
            Assert.Equal(expected, gradient[i], Tolerances.FiniteDifference * Math.Max(1, Math.Abs(expected)));
        }

        double Value(int index, double change)
        {
            using var inner = NewDisposeScope();
            using var noGradient = no_grad();
            var moved = values.ToArray();
            moved[index] += change;
            weight.copy_(tensor(moved).reshape(weight.shape));
            for (var i = 0; i < 30; i++)
            {
                layer.call(zeros([1, 4], dtype: float64));
            }

            var result = layer.call(input).square().sum().ToDouble();
            weight.copy_(tensor(values).reshape(weight.shape));
            return result;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void The_log_density_is_added_point_by_point(long count)
    {
        using var scope = NewDisposeScope();
        var prior = new GaussianPrior(3, 2);
        using var net = Critics.Mlp(3, 8, 1, generator: new Generator(3), dtype: float64);
        using var critic = Critics.LogDensity(prior, net);
        var points = Points.Normal(count, 3, 1);
        var expected = prior.LogDensity(points) + net.call(points).reshape(count);
        Assert.Equal([count], critic.call(points).shape);
        Assert.True(expected.allclose(critic.call(points), Tolerances.Float64, Tolerances.Float64));
        Assert.Equal(net.named_parameters().Select(p => "net." + p.name), critic.named_parameters().Select(p => p.name));
        FiniteDifferences.Check(z => critic.call(z).sum(), points);
    }

    [Fact]
    public void Outside_a_uniform_priors_cube_the_floor_keeps_the_loss_finite()
    {
        using var scope = NewDisposeScope();
        using var critic = Critics.LogDensity(new UniformPrior(2), Critics.Mlp(2, 8, 1, generator: new Generator(3), dtype: float64), -30);
        var divergence = new AdversarialDivergence(critic);
        var codes = (Points.Normal(5, 2, 1) + 10).requires_grad_(true);
        var penalty = divergence.Evaluate(codes, zeros([5, 2], dtype: float64));
        penalty.backward();
        Assert.InRange(penalty.ToDouble(), 20, 40);
        Assert.True(codes.grad!.isfinite().all().ToBoolean());
    }

    [Fact]
    public void A_density_of_the_wrong_shape_is_refused()
    {
        using var scope = NewDisposeScope();
        using var critic = Critics.LogDensity(new ColumnDensity(), Linear(2, 1, dtype: float64));
        Assert.Contains("[5, 1]", Assert.Throws<ArgumentException>(() => critic.call(Points.Normal(5, 2, 1))).Message, StringComparison.Ordinal);
    }

    /// <summary>The mistake of the official code: one value a point, but as a column.</summary>
    private sealed class ColumnDensity : IDensityPrior
    {
        public long Dimension => 2;

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
            => zeros([count, 2], dtype: dtype ?? float32);

        public Tensor LogDensity(Tensor z) => z.sum(1, keepdim: true);
    }
}
