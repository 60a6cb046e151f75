using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Optimizers;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training;

public class StepTests
{
    [Fact]
    public void A_step_equals_a_loop_written_by_hand_to_the_bit()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer(new WaeTrainerOptions { Seed = 11 });
        var losses = Enumerable.Range(0, 20).Select(_ => trainer.Step(models.Data).Total).ToList();

        using var others = new TestModels();
        Assert.Equal(losses, ByHand(others, 20));
        Assert.Equal(models.Weights(), others.Weights());
    }

    [Fact]
    public void Twice_the_batches_of_half_the_size_accumulated_equal_the_whole_batch()
    {
        using var whole = new TestModels(dtype: ScalarType.Float64);
        using var parts = new TestModels(dtype: ScalarType.Float64);
        var options = new WaeTrainerOptions { Optimizer = OptimizerFactory.Of(p => optim.SGD(p, 1, momentum: 0.5)) };
        using var first = whole.Trainer(options, new TestModels.NoDivergence());
        using var second = parts.Trainer(options with { AccumulationSteps = 2 }, new TestModels.NoDivergence());
        using var scope = NewDisposeScope();
        for (var i = 0; i < 10; i++)
        {
            first.Step(whole.Data);
            second.Step(parts.Data.narrow(0, 0, 25));
            second.Step(parts.Data.narrow(0, 25, 25));
        }

        Assert.Equal(first.StepCount, second.StepCount);
        AssertClose(whole, parts, Tolerances.Float64);
    }

    [Fact]
    public void An_incomplete_accumulation_at_the_end_of_an_epoch_averages_what_is_there()
    {
        using var a = new TestModels(dtype: ScalarType.Float64);
        using var b = new TestModels(dtype: ScalarType.Float64);
        using var plain = a.Trainer(divergence: new TestModels.NoDivergence());
        using var accumulating = b.Trainer(new WaeTrainerOptions { AccumulationSteps = 4 }, new TestModels.NoDivergence());
        plain.Step(a.Data);
        accumulating.Step(b.Data);
        Assert.Equal(0, accumulating.StepCount);
        accumulating.CompleteEpoch();

        Assert.Equal(1, accumulating.StepCount);
        AssertClose(a, b, Tolerances.Float64);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(1e6)]
    public void Clipping_scales_the_whole_gradient_to_the_norm(double maximum)
    {
        using var free = new TestModels(dtype: ScalarType.Float64);
        using var clipped = new TestModels(dtype: ScalarType.Float64);
        var options = new WaeTrainerOptions { Optimizer = OptimizerFactory.Of(p => optim.SGD(p, 1)), LearningRate = new ConstantSchedule(1) };
        var before = Flat(free);
        using var first = free.Trainer(options);
        using var second = clipped.Trainer(options with { MaximumGradientNorm = maximum });
        first.Step(free.Data);
        second.Step(clipped.Data);

        var gradient = Flat(free).Zip(before, (w, w0) => w0 - w).ToArray();
        var norm = Math.Sqrt(gradient.Sum(g => g * g));
        var factor = Math.Min(1, maximum / norm);
        Assert.All(Flat(clipped).Zip(before).Zip(gradient), t => Assert.Equal(t.Second * factor, t.First.Second - t.First.First, Tolerances.GradientClipping));
    }

    [Fact]
    public void The_weight_average_follows_its_formula_and_evaluation_uses_it()
    {
        const double decay = 0.5;
        using var models = new TestModels(dtype: ScalarType.Float64);
        using var trainer = models.Trainer(new WaeTrainerOptions { EmaDecay = decay });
        var average = Flat(models);
        for (var t = 1; t <= 30; t++)
        {
            trainer.Step(models.Data);
            var d = Math.Min(decay, (1.0 + t) / (10.0 + t));
            average = [.. average.Zip(Flat(models), (m, w) => d * m + (1 - d) * w)];
        }

        using var scope = NewDisposeScope();
        var weights = Flat(models);
        var codes = trainer.Model.Encode(models.Data);
        Assert.Equal(weights, Flat(models));
        Fill(models, average);
        Assert.True(codes.allclose(models.Encoder.call(models.Data), rtol: Tolerances.Float64));
    }

    /// <summary>Statistics of normalisation belong to the weights they were taken with: averaged weights beside the last ones' statistics are another model.</summary>
    [Fact]
    public void Buffers_are_averaged_with_the_weights_and_put_back()
    {
        const double decay = 0.5;
        using var models = new TestModels(dtype: ScalarType.Float64);
        using var encoder = Sequential(("normal", BatchNorm1d(TestModels.Width, dtype: ScalarType.Float64)), ("rest", models.Encoder));
        using var trainer = new WaeTrainer(
            encoder, models.Decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence(), new WaeTrainerOptions { EmaDecay = decay });
        var average = State();
        for (var t = 1; t <= 12; t++)
        {
            trainer.Step(models.Data + t);
            var d = Math.Min(decay, (1.0 + t) / (10.0 + t));
            average = average.ToDictionary(e => e.Key, e => e.Value * d + State()[e.Key] * (1 - d));
        }

        using var scope = NewDisposeScope();
        var last = State();
        var codes = trainer.Model.Encode(models.Data);
        Assert.All(State(), e => Assert.True(e.Value.equal(last[e.Key]).all().ToBoolean()));

        using var noGrad = no_grad();
        foreach (var (name, value) in encoder.state_dict().Where(e => e.Value.is_floating_point()))
        {
            value.copy_(average[name]);
        }

        encoder.eval();
        Assert.True(codes.allclose(encoder.call(models.Data), rtol: Tolerances.Float64));

        Dictionary<string, Tensor> State() => encoder.state_dict().Where(e => e.Value.is_floating_point()).ToDictionary(e => e.Key, e => e.Value.detach().clone());
    }

    [Fact]
    public void The_encoder_runs_once_a_step_also_beside_a_critic()
    {
        using var models = new TestModels();
        using var encoder = new CountingEncoder(models.Encoder);
        using var divergence = new ToyCriticDivergence();
        using var trainer = new WaeTrainer(encoder, models.Decoder, new TestModels.NormalPrior(), divergence);
        var critic = divergence.Weights();
        var result = trainer.Step(models.Data);

        Assert.Equal(1, encoder.Calls);
        Assert.Equal(1, divergence.Penalties);
        Assert.NotEqual(critic, divergence.Weights());
        Assert.Equal(["critic/loss", "critic/gap"], result.Measurements.Select(m => m.Name));
    }

    [Fact]
    public void The_critic_learns_from_its_own_loss_alone()
    {
        using var models = new TestModels();
        using var divergence = new ToyCriticDivergence();
        var options = new WaeTrainerOptions { LearningRate = new ConstantSchedule(0), Critic = new CriticOptions { Optimizer = OptimizerFactory.Of(p => optim.SGD(p, 1)), LearningRate = new ConstantSchedule(0.1) } };
        using var trainer = models.Trainer(options, divergence);
        trainer.Step(models.Data);

        using var expected = new ToyCriticDivergence();
        using var scope = NewDisposeScope();
        using var generator = WassersteinAutoEncoders.Numerics.Generators.Create(0, 1);
        var prior = randn(50, TestModels.Dimension, generator: generator);
        expected.EvaluateCritic(models.Encoder.call(models.Data).detach(), prior).Loss.backward();
        using (no_grad())
        {
            foreach (var parameter in expected.Critic.parameters())
            {
                parameter.sub_(parameter.grad!.mul(0.1));
            }
        }

        Assert.Equal(expected.Weights(), divergence.Weights(), (a, b) => Math.Abs(a - b) <= Tolerances.Float32);
        Assert.All(divergence.Critic.parameters(), p => Assert.True(p.requires_grad));
    }

    [Fact]
    public void An_integrated_divergence_draws_no_prior_samples()
    {
        using var models = new TestModels();
        using var trainer = new WaeTrainer(models.Encoder, models.Decoder, new SilentPrior(), new TestModels.NoDivergence());

        Assert.Equal(0, trainer.Step(models.Data).Penalty);
    }

    [Fact]
    public void Results_are_the_sum_of_their_terms_and_stay_readable()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer(new WaeTrainerOptions { Lambda = new ConstantSchedule(3) });
        var results = Enumerable.Range(0, 3).Select(_ => trainer.Step(models.Data)).ToList();

        Assert.All(results, r => Assert.Equal(r.Reconstruction + 3 * r.Penalty, r.Total, Tolerances.Float32));
        Assert.Equal(results[2].Total, results[2].TotalTensor.ToDouble());
        Assert.False(results[2].TotalTensor.requires_grad);
    }

    [Fact]
    public void A_last_batch_of_one_trains_with_the_V_statistic_and_is_an_error_with_the_U_statistic()
    {
        using var models = new TestModels();
        using var scope = NewDisposeScope();
        using var v = models.Trainer(divergence: new MmdDivergence(new ImqKernel(4), MmdEstimator.Biased));
        Assert.True(double.IsFinite(v.Step(models.Data.narrow(0, 0, 1)).Total));
        using var u = models.Trainer(divergence: new MmdDivergence(new ImqKernel(4), MmdEstimator.UnbiasedPaired));
        var before = models.Weights();
        Assert.Throws<ArgumentException>(() => u.Step(models.Data.narrow(0, 0, 1)));
        Assert.Equal(before, models.Weights());
    }

    private static List<double> ByHand(TestModels models, int steps)
    {
        var cost = new SquaredErrorCost(factor: 0.05);
        var divergence = new TestModels.MomentDivergence();
        var prior = new TestModels.NormalPrior();
        using var generator = WassersteinAutoEncoders.Numerics.Generators.Create(11, 1);
        var parameters = models.Encoder.parameters().Concat(models.Decoder.parameters()).Select((p, i) => ($"{i}", p)).ToList();
        using var optimizer = OptimizerFactory.Adam().Create(parameters);
        optimizer.LearningRate = 1e-3;
        var losses = new List<double>();
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            models.Encoder.zero_grad();
            models.Decoder.zero_grad();
            var codes = models.Encoder.call(models.Data);
            var total = cost.Evaluate(models.Data, models.Decoder.call(codes)) + divergence.Evaluate(codes, prior.Sample(50, generator)) * 10.0;
            total.backward();
            optimizer.Step();
            losses.Add(total.item<float>());
        }

        return losses;
    }

    private static double[] Flat(TestModels models)
        => [.. models.Encoder.parameters().Concat(models.Decoder.parameters()).SelectMany(p => p.data<double>().ToArray())];

    private static void Fill(TestModels models, double[] values)
    {
        using var noGrad = no_grad();
        var start = 0;
        foreach (var parameter in models.Encoder.parameters().Concat(models.Decoder.parameters()))
        {
            var count = (int)parameter.numel();
            using var part = tensor(values[start..(start + count)]).reshape(parameter.shape);
            parameter.copy_(part);
            start += count;
        }
    }

    private static void AssertClose(TestModels a, TestModels b, double tolerance)
        => Assert.All(Flat(a).Zip(Flat(b)), t => Assert.Equal(t.First, t.Second, tolerance));

    private sealed class CountingEncoder : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _inner;

        public CountingEncoder(Module<Tensor, Tensor> inner) : base(nameof(CountingEncoder))
        {
            _inner = inner;
            RegisterComponents();
        }

        public int Calls { get; private set; }

        public override Tensor forward(Tensor input)
        {
            Calls++;
            return _inner.call(input);
        }
    }

    private sealed class SilentPrior : IPrior
    {
        public long Dimension => TestModels.Dimension;

        public Tensor Sample(long count, Generator? generator = null, TorchSharp.torch.Device? device = null, ScalarType? dtype = null)
            => throw new InvalidOperationException("Nobody should draw.");
    }
}
