using TorchSharp;
using TorchSharp.Modules;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class AdversarialDivergenceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(13)]
    public void A_critic_that_is_constantly_zero_measures_nothing(long count)
    {
        using var scope = NewDisposeScope();
        using var critic = Affine([0, 0, 0], 0);
        var divergence = new AdversarialDivergence(critic);
        var (codes, prior) = (Points.Normal(count, 3, 1), Points.Normal(count, 3, 2));
        var loss = divergence.EvaluateCritic(codes, prior);
        Assert.Equal(0, Measured(loss, "critic/js"), Tolerances.Float64);
        Assert.Equal(0.5, Measured(loss, "critic/accuracy"));
        Assert.Equal(2 * Math.Log(2), loss.Loss.ToDouble(), Tolerances.Float64);
        Assert.Equal(Math.Log(2), divergence.Evaluate(codes, prior).ToDouble(), Tolerances.Float64);
    }

    /// <summary>For N(0, 1) and N(m, 1) the best critic is log p − log q = m²/2 − m·z, and its estimate is the divergence, here by a sum over a line.</summary>
    [Fact]
    public void The_best_critic_of_two_Gaussians_measures_their_divergence()
    {
        using var scope = NewDisposeScope();
        const double m = 1.5, width = 1e-3;
        var expected = 0.0;
        for (var z = -12.0; z < 14; z += width)
        {
            double p = Density(z), q = Density(z - m), mixture = (p + q) / 2;
            expected += width * (p * Math.Log(p / mixture) + q * Math.Log(q / mixture)) / 2;
        }

        const int count = 50_000;
        using var critic = Affine([-m], m * m / 2);
        var loss = new AdversarialDivergence(critic).EvaluateCritic(Points.Normal(count, 1, 1) + m, Points.Normal(count, 1, 2));

        // softplus of the logit has a standard deviation below 1 in either sample; half of each mean enters.
        Assert.Equal(expected, Measured(loss, "critic/js"), Tolerances.FailureSigmas * Math.Sqrt(0.5 / count));

        // Both halves are on the right side of m/2 with the probability Φ(m/2) = Φ(0.75).
        Assert.Equal(0.7733726, Measured(loss, "critic/accuracy"), Tolerances.FailureSigmas * 0.5 / Math.Sqrt(2 * count));

        static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
    }

    [Fact]
    public void Loss_smoothing_and_penalty_are_their_formulas()
    {
        using var scope = NewDisposeScope();
        using var critic = Affine([0.5, -2], 0.25);
        var options = new AdversarialOptions { LabelSmoothing = 0.1, GradientPenalty = 3 };
        var (codes, prior) = (tensor(new[] { 1.0, 0, 2, 1 }, [2, 2]), tensor(new[] { 0.0, 1, -1, 0 }, [2, 2]));
        double[] onPrior = [-1.75, -0.25], onCodes = [0.75, -0.75];
        var priorTerm = onPrior.Average(t => 0.9 * Softplus(-t) + 0.1 * Softplus(t));
        var codesTerm = onCodes.Average(Softplus);

        // The gradient of an affine critic is (0.5, −2) everywhere: 3/2·(0.25 + 4).
        var loss = new AdversarialDivergence(critic, options).EvaluateCritic(codes, prior);
        Assert.Equal(priorTerm + codesTerm + 6.375, loss.Loss.ToDouble(), Tolerances.Float64);
        Assert.Equal(6.375, Measured(loss, "critic/gradient_penalty"), Tolerances.Float64);
        Assert.Equal(onCodes.Average(t => Softplus(-t)), new AdversarialDivergence(critic, options).Evaluate(codes, prior).ToDouble(), Tolerances.Float64);

        static double Softplus(double x) => Math.Log(1 + Math.Exp(x));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 0.2)]
    [InlineData(2, 0)]
    [InlineData(2, 0.2)]
    public void The_critics_gradient_is_that_of_finite_differences(double penalty, double smoothing)
    {
        using var critic = Sequential(("first", Linear(2, 5, dtype: float64)), ("bend", Tanh()), ("logit", Linear(5, 1, dtype: float64)));
        var divergence = new AdversarialDivergence(critic, new AdversarialOptions { GradientPenalty = penalty, LabelSmoothing = smoothing });
        var (codes, prior) = (Points.Normal(5, 2, 1), Points.Normal(7, 2, 2));
        foreach (var parameter in critic.parameters())
        {
            using var scope = NewDisposeScope();
            critic.zero_grad();
            divergence.EvaluateCritic(codes, prior).Loss.backward();
            var gradient = FiniteDifferences.Values(parameter.grad!);
            var values = FiniteDifferences.Values(parameter);
            for (var i = 0; i < values.Length; i++)
            {
                const double step = 6e-6;
                var expected = (Loss(i, step) - Loss(i, -step)) / (2 * step);
                Assert.Equal(expected, gradient[i], Tolerances.FiniteDifference * Math.Max(1, Math.Abs(expected)));
            }

            double Loss(int index, double change)
            {
                var moved = values.ToArray();
                moved[index] += change;
                Write(parameter, moved);
                var value = divergence.EvaluateCritic(codes, prior).Loss.ToDouble();
                Write(parameter, values);
                return value;
            }
        }
    }

    [Fact]
    public void The_penalty_leaves_the_critics_gradients_alone_and_the_critics_loss_the_codes()
    {
        using var scope = NewDisposeScope();
        using var critic = Critics.Mlp(3, 8, 2, dtype: float64);
        var divergence = new AdversarialDivergence(critic);
        var (codes, prior) = (Points.Normal(5, 3, 1).requires_grad_(true), Points.Normal(5, 3, 2));
        divergence.Evaluate(codes, prior).backward();
        Assert.All(critic.parameters(), p => Assert.True(p.grad is null && p.requires_grad));
        var before = codes.grad!.clone();

        divergence.EvaluateCritic(codes, prior).Loss.backward();
        Assert.All(critic.parameters(), p => Assert.NotNull(p.grad));
        Assert.True(codes.grad!.eq(before).all().ToBoolean());
    }

    [Fact]
    public void One_pass_for_both_batches_gives_what_two_give()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var critic = Critics.Mlp(3, generator: generator, dtype: ScalarType.Float64);
        var codes = randn(7, 3, dtype: ScalarType.Float64, generator: generator);
        var prior = randn(5, 3, dtype: ScalarType.Float64, generator: generator);
        var results = new List<(double Loss, double Js, double Accuracy, Tensor[] Gradients)>();
        foreach (var separate in (bool[])[false, true])
        {
            critic.zero_grad();
            var loss = new AdversarialDivergence(critic, new AdversarialOptions { SeparatePasses = separate }).EvaluateCritic(codes, prior);
            loss.Loss.backward();
            results.Add((loss.Loss.ToDouble(), Measured(loss, "critic/js"), Measured(loss, "critic/accuracy"), [.. critic.parameters().Select(p => p.grad!.clone())]));
        }

        Assert.Equal(results[1].Loss, results[0].Loss, Tolerances.Float64);
        Assert.Equal(results[1].Js, results[0].Js, Tolerances.Float64);
        Assert.Equal(results[1].Accuracy, results[0].Accuracy, Tolerances.Float64);
        Assert.All(results[0].Gradients.Zip(results[1].Gradients), g => Assert.True(g.First.allclose(g.Second, rtol: Tolerances.Float64, atol: Tolerances.Float64)));
    }

    /// <summary>Batch normalisation tells whether the two samples were judged apart.</summary>
    [Theory]
    [InlineData(false, 0, false)]
    [InlineData(true, 0, true)]
    [InlineData(false, 1, true)]
    [InlineData(true, 1, true)]
    public void Samples_are_judged_apart_where_that_is_asked_for_or_a_penalty_needs_it(bool separate, double penalty, bool apart)
    {
        using var scope = NewDisposeScope();
        using var critic = Sequential(("normal", BatchNorm1d(3, dtype: float64)), ("logit", Affine([1, 2, -1], 0.3)));
        var (codes, prior) = (Points.Normal(7, 3, 1) + 2, Points.Normal(5, 3, 2));
        var expected = (functional.softplus(-critic.call(prior)).mean() + functional.softplus(critic.call(codes)).mean()).ToDouble();
        var loss = new AdversarialDivergence(critic, new AdversarialOptions { SeparatePasses = separate, GradientPenalty = penalty }).EvaluateCritic(codes, prior);
        var value = loss.Loss.ToDouble() - (penalty > 0 ? Measured(loss, "critic/gradient_penalty") : 0);
        Assert.Equal(apart, Math.Abs(value - expected) < Tolerances.Float64 * 10);
    }

    [Fact]
    public void A_parameter_frozen_by_its_owner_stays_frozen()
    {
        using var scope = NewDisposeScope();
        using var critic = Critics.Mlp(3, 8, 2, dtype: float64);
        critic.parameters().First().requires_grad = false;
        new AdversarialDivergence(critic).Evaluate(Points.Normal(5, 3, 1), Points.Normal(5, 3, 2));
        Assert.False(critic.parameters().First().requires_grad);
        Assert.All(critic.parameters().Skip(1), p => Assert.True(p.requires_grad));
    }

    [Fact]
    public void Only_loss_and_measurements_stay_alive()
    {
        using var critic = Critics.Mlp(3, 8, 2, dtype: float64);
        var (codes, prior) = (Points.Normal(5, 3, 1), Points.Normal(5, 3, 2));
        foreach (var penalty in new double[] { 0, 1 })
        {
            using var scope = NewDisposeScope();
            var loss = new AdversarialDivergence(critic, new AdversarialOptions { GradientPenalty = penalty }).EvaluateCritic(codes, prior);
            Assert.Equal(1 + loss.Measurements.Count, scope.DisposablesCount);
            Assert.All(loss.Measurements, m => Assert.False(m.Value.requires_grad));
            Assert.Equal(penalty > 0, loss.Measurements.Any(m => m.Name == "critic/gradient_penalty"));
        }
    }

    [Fact]
    public void Without_recording_gradients_it_still_measures()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var critic = Affine([1, 1], 0);
        var loss = new AdversarialDivergence(critic, new AdversarialOptions { GradientPenalty = 1 }).EvaluateCritic(Points.Normal(5, 2, 1), Points.Normal(5, 2, 2));
        Assert.Equal(1, Measured(loss, "critic/gradient_penalty"), Tolerances.Float64);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_critic_that_does_not_look_at_its_input_has_no_slope(bool learns)
    {
        using var scope = NewDisposeScope();
        using var critic = new Blind(learns);
        var loss = new AdversarialDivergence(critic, new AdversarialOptions { GradientPenalty = 1 }).EvaluateCritic(Points.Normal(5, 2, 1), Points.Normal(5, 2, 2));
        Assert.Equal(0, Measured(loss, "critic/gradient_penalty"));
    }

    [Fact]
    public void Logits_of_shape_n_and_n_by_1_are_the_same()
    {
        using var scope = NewDisposeScope();
        using var column = Affine([1, 2], 3);
        using var flat = Sequential(("column", Affine([1, 2], 3)), ("flat", Flatten(0)));
        foreach (var count in new[] { 1, 5 })
        {
            var (codes, prior) = (Points.Normal(count, 2, 1), Points.Normal(count, 2, 2));
            Assert.Equal(
                new AdversarialDivergence(column).EvaluateCritic(codes, prior).Loss.ToDouble(),
                new AdversarialDivergence(flat).EvaluateCritic(codes, prior).Loss.ToDouble());
        }
    }

    [Fact]
    public void A_critic_that_does_not_fit_is_refused()
    {
        using var scope = NewDisposeScope();
        using var two = Linear(3, 2, dtype: float64);
        using var narrow = Linear(3, 1, dtype: float32);
        var (codes, prior) = (Points.Normal(5, 3, 1), Points.Normal(5, 3, 2));
        Assert.Contains("[5, 2]", Assert.Throws<ArgumentException>(() => new AdversarialDivergence(two).Evaluate(codes, prior)).Message, StringComparison.Ordinal);
        Assert.Contains("Float32", Assert.Throws<ArgumentException>(() => new AdversarialDivergence(narrow).Evaluate(codes, prior)).Message, StringComparison.Ordinal);
    }

    /// <summary>The review's setting that diverged, in small: points that follow the critic alone onto the sphere, for many steps.</summary>
    [Fact]
    public void Codes_that_follow_the_critic_come_to_the_sphere()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var critic = Critics.Mlp(2, 32, 2, generator: generator);
        var divergence = new AdversarialDivergence(critic);
        var prior = new SpherePrior(2);
        var codes = Parameter(Points.Normal(64, 2, 3, float32) * 0.1 + 2);
        using var optimizer = optim.Adam([codes], 5e-3);
        using var criticOptimizer = optim.Adam(critic.parameters(), 2e-3, beta1: 0.5);
        for (var step = 0; step < 350; step++)
        {
            using var inner = NewDisposeScope();
            var samples = prior.Sample(64, generator);
            optimizer.zero_grad();
            var penalty = divergence.Evaluate(codes, samples);
            penalty.backward();
            criticOptimizer.zero_grad();
            var loss = divergence.EvaluateCritic(codes, samples);
            loss.Loss.backward();
            optimizer.step();
            criticOptimizer.step();
            Assert.True(double.IsFinite(penalty.ToDouble()) && double.IsFinite(loss.Loss.ToDouble()));
        }

        // From a cloud around (2, 2), 1.8 away from the nearest point of the circle.
        var distance = (codes.square().sum(1).sqrt() - 1).abs().mean().ToDouble();
        Assert.True(distance < 0.5, $"mean distance to the circle {distance}");
    }

    private static double Measured(CriticLoss loss, string name) => loss.Measurements.Single(m => m.Name == name).Value.ToDouble();

    private static Linear Affine(double[] weights, double bias)
    {
        var linear = Linear(weights.Length, 1, dtype: float64);
        Write(linear.weight, weights);
        Write(linear.bias!, [bias]);
        return linear;
    }

    private static void Write(Tensor parameter, double[] values)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        parameter.copy_(tensor(values).reshape(parameter.shape));
    }

    /// <summary>A critic of one number.</summary>
    private sealed class Blind : Module<Tensor, Tensor>
    {
        private readonly Parameter _answer = Parameter(zeros([1], dtype: float64));

        public Blind(bool learns)
            : base(nameof(Blind))
        {
            _answer.requires_grad = learns;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _answer.expand(input.shape[0]);
    }
}
