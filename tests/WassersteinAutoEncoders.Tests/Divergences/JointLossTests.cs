using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Divergences;

/// <summary>Penalty and critic's loss from one pass against the two apart.</summary>
public class JointLossTests
{
    private const double Weight = 7;

    /// <summary>With and without what the critic's loss may have besides, for critics that judge each code by itself.</summary>
    public static TheoryData<ScalarType, double, double, bool> Settings { get; } = new()
    {
        { float64, 0, 0, false }, { float64, 0, 0, true }, { float64, 2, 0, false }, { float64, 0, 0.2, false }, { float64, 2, 0.2, true },
        { float32, 0, 0, false }, { float32, 2, 0.1, false },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Both_gradients_are_those_of_the_two_apart(ScalarType dtype, double penalty, double smoothing, bool separate)
    {
        using var scope = NewDisposeScope();
        using var critic = Critics.Mlp(3, 16, 2, generator: new Generator(4), dtype: dtype);
        var options = new AdversarialOptions { GradientPenalty = penalty, LabelSmoothing = smoothing, SeparatePasses = separate };
        CheckLikeApart(critic, options, shift: 0, dtype);
    }

    [Fact]
    public void A_second_derivative_through_both_losses_at_once_is_not_a_number()
    {
        using var scope = NewDisposeScope();
        using var critic = nn.Sequential(("hidden", nn.Linear(3, 8, dtype: ScalarType.Float64)), ("tanh", nn.Tanh()), ("logit", nn.Linear(8, 1, dtype: ScalarType.Float64)));
        var codes = randn([5, 3], dtype: ScalarType.Float64, generator: new Generator(1)).requires_grad_(true);
        var loss = new AdversarialDivergence(critic).EvaluateJointly(codes, randn([5, 3], dtype: ScalarType.Float64, generator: new Generator(2)), 2).Objective;
        var slope = autograd.grad([loss], [codes], create_graph: true, retain_graph: true)[0];
        Assert.True(slope.isfinite().all().ToBoolean());
        Assert.True(autograd.grad([slope.square().sum()], [codes])[0].isnan().all().ToBoolean());
    }

    [Fact]
    public void A_critic_with_a_density_gives_the_gradients_of_the_two_apart()
    {
        using var scope = NewDisposeScope();
        using var critic = Critics.LogDensity(new GaussianPrior(3), Critics.Mlp(3, 16, 2, generator: new Generator(4), dtype: float64));
        CheckLikeApart(critic, new AdversarialOptions(), shift: 0, float64);
    }

    /// <summary>Far below, softplus sends nothing back to the critic in float32, while the encoder's gradient is at its largest.</summary>
    [Theory]
    [InlineData(-59)]
    [InlineData(-61)]
    [InlineData(-500)]
    [InlineData(50)]
    public void A_critic_that_is_sure_still_gives_the_encoder_its_gradient(double logit)
    {
        using var scope = NewDisposeScope();
        using var critic = Critics.Mlp(3, 16, 2, generator: new Generator(4), dtype: float32);
        CheckLikeApart(critic, new AdversarialOptions(), logit, float32);
    }

    [Fact]
    public void A_critic_that_looks_at_its_batch_as_a_whole_gives_the_gradients_of_the_two_apart()
    {
        using var scope = NewDisposeScope();
        using var critic = Sequential(("first", Linear(3, 8, dtype: float64)), ("normal", BatchNorm1d(8, dtype: float64)), ("bend", Tanh()), ("logit", Linear(8, 1, dtype: float64)));
        CheckLikeApart(critic, new AdversarialOptions { SeparatePasses = true }, shift: 0, float64);
        CheckLikeApart(critic, new AdversarialOptions(), shift: 0, float64);
    }

    [Fact]
    public void Nothing_but_the_results_stays_alive()
    {
        using var critic = Critics.Mlp(3, 8, 2, dtype: float64);
        var prior = Points.Normal(5, 3, 2);
        foreach (var separate in (bool[])[false, true])
        {
            using var scope = NewDisposeScope();
            var codes = Points.Normal(5, 3, 1).requires_grad_(true);
            var before = scope.DisposablesCount;
            var joint = new AdversarialDivergence(critic, new AdversarialOptions { SeparatePasses = separate }).EvaluateJointly(codes, prior, Weight);

            // Apart, the objective is a tensor of its own; together, it is the critic's loss.
            Assert.Equal((separate ? 3 : 2) + joint.Critic.Measurements.Count, scope.DisposablesCount - before);
            Assert.False(joint.Penalty.requires_grad);
        }
    }

    [Fact]
    public void Codes_without_a_graph_are_measured()
    {
        using var scope = NewDisposeScope();
        using var critic = Critics.Mlp(3, 8, 2, dtype: float64);
        var divergence = new AdversarialDivergence(critic);
        var (codes, prior) = (Points.Normal(5, 3, 1), Points.Normal(5, 3, 2));
        Assert.Equal(divergence.Evaluate(codes, prior).ToDouble(), divergence.EvaluateJointly(codes, prior, Weight).Penalty.ToDouble(), Tolerances.Float64);
    }

    [Fact]
    public void A_gate_is_for_codes_in_a_graph_that_managed_code_can_reach()
    {
        using var scope = NewDisposeScope();
        var codes = Points.Normal(5, 3, 1).requires_grad_(true);
        Assert.True(RowGate.Fits(codes));
        Assert.False(RowGate.Fits(codes.detach()));
        Assert.False(RowGate.Fits(zeros([5, 3], device: META).requires_grad_(true)));
        using var noGradient = no_grad();
        Assert.False(RowGate.Fits(codes));
    }

    [Theory]
    [InlineData(-60, true)]
    [InlineData(-60.1, false)]
    [InlineData(double.NaN, false)]
    public void A_gate_looks_at_the_lowest_logit(double lowest, bool set)
    {
        using var scope = NewDisposeScope();
        var gate = new RowGate(Points.Normal(3, 2, 1).requires_grad_(true));
        Assert.Equal(set, gate.TrySet(tensor(new[] { 1, lowest, 3 }), Weight));
    }

    private static void CheckLikeApart(Module<Tensor, Tensor> critic, AdversarialOptions options, double shift, ScalarType dtype)
    {
        if (shift != 0)
        {
            using var noGradient = no_grad();
            critic.parameters().Last().add_(shift);
        }

        var divergence = new AdversarialDivergence(critic, options);
        var prior = Points.Normal(9, 3, 2, dtype);
        var codes = Points.Normal(13, 3, 1, dtype).requires_grad_(true);
        var penalty = divergence.Evaluate(codes, prior);
        (penalty * Weight).backward();
        var loss = divergence.EvaluateCritic(codes, prior);
        critic.zero_grad();
        loss.Loss.backward();
        var expected = Gradients(critic, codes);

        critic.zero_grad();
        codes.grad = null;
        var joint = divergence.EvaluateJointly(codes, prior, Weight);
        joint.Objective.backward();

        var tolerance = Tolerances.Of(dtype);
        Assert.Equal(penalty.ToDouble(), joint.Penalty.ToDouble(), tolerance * Math.Max(1, penalty.ToDouble()));
        Assert.Equal(loss.Loss.ToDouble(), joint.Critic.Loss.ToDouble(), tolerance * Math.Max(1, loss.Loss.ToDouble()));
        foreach (var (before, now) in expected.Zip(Gradients(critic, codes)))
        {
            // Relative to the largest element: the gradients of a sure critic are tiny, and must be right all the same.
            var size = before.abs().max().ToDouble();
            Assert.True((before - now).abs().max().ToDouble() <= tolerance * size, $"{now} instead of {before}");
        }
    }

    private static Tensor[] Gradients(Module<Tensor, Tensor> critic, Tensor codes) => [codes.grad!.clone(), .. critic.parameters().Select(p => p.grad!.clone())];
}
