using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Tests.Training.Processes;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Optimizers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>A step that computes in bfloat16 trains float32 weights.</summary>
[Collection(LiveTensors.Name)]
public class PrecisionTests
{
    internal static readonly WaeTrainerOptions Low = new() { Precision = ComputePrecision.BFloat16 };

    [Fact]
    public void The_gradient_is_that_of_weights_converted_in_the_graph()
    {
        using var models = new TestModels();
        using var scope = NewDisposeScope();
        var expected = ByHand(models);
        var before = models.Weights();
        using var trainer = models.Trainer(Plain(Low));
        trainer.Step(models.Data);

        // With a learning rate of 1 a step of gradient descent is the gradient.
        Assert.Equal(before.Zip(expected, (w, g) => w - g), models.Weights());
    }

    [Fact]
    public void The_gradient_is_close_to_that_of_float32()
    {
        var (full, low) = (Gradient(new WaeTrainerOptions()), Gradient(Low));
        var error = Math.Sqrt(full.Zip(low, (a, b) => Math.Pow(a - b, 2)).Sum() / full.Sum(a => a * a));
        Assert.InRange(error, 1e-6, Tolerances.BFloat16);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_failed_step_leaves_the_weights_to_the_bit(int accumulate)
    {
        using var models = new TestModels();
        var failing = false;
        using var decoder = new StepMistakeTests.Wrapped(models.Decoder, y => failing ? throw new InvalidOperationException("of the module's own") : y);
        using var trainer = new WaeTrainer(models.Encoder, decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence(), Low with { AccumulationSteps = accumulate });
        trainer.Step(models.Data);
        var (before, gradients) = (models.Weights(), models.Encoder.parameters().Select(p => p.grad).ToArray());
        failing = true;
        Assert.Equal("of the module's own", Assert.Throws<InvalidOperationException>(() => trainer.Step(models.Data)).Message);

        Assert.Equal(before, models.Weights());
        Assert.All(models.Encoder.parameters().Concat(models.Decoder.parameters()), p => Assert.Equal(ScalarType.Float32, p.dtype));
        Assert.Equal(gradients.Select(g => g is not null && accumulate > 1), models.Encoder.parameters().Select(p => p.grad is not null));
    }

    [Fact]
    public void A_backward_pass_that_fails_says_what_the_modules_computed_in()
    {
        using var models = new TestModels();
        using var encoder = new StepMistakeTests.Wrapped(models.Encoder, StepMistakeTests.Fails);
        using var trainer = new WaeTrainer(encoder, models.Decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence(), Low);
        var before = models.Weights();

        Assert.Contains("bfloat16", Assert.Throws<InvalidOperationException>(() => trainer.Step(models.Data)).Message, StringComparison.Ordinal);
        Assert.Equal(before, models.Weights());
        Assert.All(models.Encoder.parameters(), p => Assert.True(p is { dtype: ScalarType.Float32, grad: null }));
    }

    [Fact]
    public void Checkpoints_and_averages_are_float32_and_name_the_precision()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.safetensors");
        using var models = new TestModels();
        using var trainer = models.Trainer(Low with { EmaDecay = 0.9, AccumulationSteps = 2 });
        trainer.Step(models.Data);
        trainer.Step(models.Data);
        trainer.Step(models.Data);
        trainer.SaveCheckpoint(path);
        using (var content = SafetensorsFile.Read(path))
        {
            var floating = content.Tensors.Where(t => t.Value.is_floating_point()).ToList();
            Assert.Contains(floating, t => t.Key.StartsWith("gradient/", StringComparison.Ordinal));
            Assert.Contains(floating, t => t.Key.StartsWith("average/", StringComparison.Ordinal));
            Assert.All(floating, t => Assert.Equal(ScalarType.Float32, t.Value.dtype));
        }

        var log = new WarningLog();
        using var other = new WaeTrainer(models.Encoder, models.Decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence(), new WaeTrainerOptions { EmaDecay = 0.9, AccumulationSteps = 2 }, log);
        other.LoadCheckpoint(path);
        Assert.Contains(log.Warnings, m => m.Contains("precision was 'BFloat16' and is 'OfWeights'", StringComparison.Ordinal));
    }

    [Fact]
    public void Looking_at_a_model_is_float32()
    {
        using var models = new TestModels();
        using var low = models.Trainer(Low);
        using var full = models.Trainer();
        low.Step(models.Data);

        Assert.Equal(full.Evaluate(models.Batches()).Total, low.Evaluate(models.Batches()).Total);
    }

    [Fact]
    public void Weights_of_float64_are_refused()
    {
        using var models = new TestModels(dtype: ScalarType.Float64);
        Assert.Contains("Float64", Assert.Throws<ArgumentException>(() => models.Trainer(Low)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_processes_train_what_one_trains()
    {
        var alone = Trained(null);
        foreach (var (result, error) in TurnGroup.Run(2, Trained))
        {
            Assert.Null(error);
            Assert.All(alone.Zip(result!), pair => Assert.Equal(pair.First, pair.Second, Tolerances.BFloat16));
        }

        static float[] Trained(TurnGroup? group)
        {
            using var models = new TestModels();
            using var decoder = new Buffered(models.Decoder);
            using var trainer = new WaeTrainer(models.Encoder, decoder, new GaussianPrior(2), new MmdDivergence(), Plain(Low, 0.1) with { Processes = group, AccumulationSteps = 2 });
            using var own = group is null ? models.Data.alias() : models.Data.narrow(0, group.Rank * 25, 25);
            for (var i = 0; i < 4; i++)
            {
                trainer.Step(own);
            }

            Assert.Equal(Buffered.Initial, decoder.Constant.data<float>().ToArray());
            return models.Weights();
        }
    }

    [Fact]
    public void A_step_leaves_no_tensor_behind()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer(Low with { EmaDecay = 0.9 });
        trainer.Step(models.Data);
        trainer.Step(models.Data);
        var before = LiveTensors.Count();
        for (var i = 0; i < 5; i++)
        {
            trainer.Step(models.Data);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static WaeTrainerOptions Plain(WaeTrainerOptions options, double rate = 1)
        => options with { Optimizer = OptimizerFactory.Of(p => optim.SGD(p, rate)), LearningRate = rate, Lambda = 1, Cost = new SquaredErrorCost() };

    private static float[] Gradient(WaeTrainerOptions options)
    {
        using var models = new TestModels();
        var before = models.Weights();
        using var trainer = models.Trainer(Plain(options));
        trainer.Step(models.Data);
        return [.. before.Zip(models.Weights(), (b, a) => b - a)];
    }

    /// <summary>The same step from functions of tensors: weights are converted as part of the graph, as PyTorch's autocast does.</summary>
    private static float[] ByHand(TestModels models)
    {
        using var samples = new PriorSamples(new TestModels.NormalPrior(), 50, WassersteinAutoEncoders.Numerics.Generators.Create(0, WassersteinAutoEncoders.Numerics.Generators.Prior), CPU, ScalarType.Float32);
        var weights = models.Encoder.parameters().Concat(models.Decoder.parameters()).Select(p => p.detach().clone().requires_grad_()).ToArray();
        var used = weights.Select(w => w.to(ScalarType.BFloat16)).ToArray();
        var codes = Network(models.Data.to(ScalarType.BFloat16), 0).to(ScalarType.Float32);
        var output = Network(codes.to(ScalarType.BFloat16), 4).to(ScalarType.Float32);
        (new SquaredErrorCost().Evaluate(models.Data, output) + new TestModels.MomentDivergence().Evaluate(codes, samples)).backward();
        return [.. weights.SelectMany(w => w.grad!.data<float>())];

        Tensor Network(Tensor x, int first)
            => functional.linear(functional.relu(functional.linear(x, used[first], used[first + 1])), used[first + 2], used[first + 3]);
    }

    /// <summary>A number that is only read, two of which one is counted up, and a whole number that is.</summary>
    internal sealed class Buffered : Module<Tensor, Tensor>
    {
        public static readonly float[] Initial = [0.1f];
        private readonly Module<Tensor, Tensor> _inner;

        public Buffered(Module<Tensor, Tensor> inner) : base(nameof(Buffered))
        {
            _inner = inner;
            register_buffer("constant", Constant);
            register_buffer("count", Count);
            register_buffer("whole", Whole);
            RegisterComponents();
        }

        public Tensor Constant { get; } = tensor(Initial);

        public Tensor Count { get; } = tensor([0f, 0.1f]);

        public Tensor Whole { get; } = tensor(0L);

        public override Tensor forward(Tensor input)
        {
            using (no_grad())
            {
                Count[0].add_(1);
                Whole.add_(1);
            }

            return _inner.call(input) + Constant;
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
