using TorchSharp.Modules;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Priors;
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
    private static readonly WaeTrainerOptions Low = new() { Precision = ComputePrecision.BFloat16 };

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

    [Fact]
    public void Modules_see_bfloat16_and_stay_what_they_were()
    {
        using var models = new TestModels();
        var (seen, grown) = (new List<ScalarType>(), new List<ScalarType>());
        using var encoder = new StepMistakeTests.Wrapped(models.Encoder, z => Seen(z, [z.dtype, .. models.Encoder.parameters().Select(p => p.dtype)]));
        using var trainer = new WaeTrainer(encoder, models.Decoder, new GaussianPrior(2), new Asking(grown), Low with { EncoderNoise = new TruncatedGaussianNoise(0.1) });
        var handles = models.Encoder.parameters().Select(p => p.Handle).ToArray();
        trainer.Step(models.Data);
        trainer.Step(models.Data);

        Assert.Equal(10, seen.Count);
        Assert.All(seen, t => Assert.Equal(ScalarType.BFloat16, t));
        Assert.All(grown, t => Assert.Equal(ScalarType.Float32, t));
        Assert.Equal(handles, models.Encoder.parameters().Select(p => p.Handle));
        Assert.All(models.Encoder.parameters(), p => Assert.True(p is { dtype: ScalarType.Float32, requires_grad: true, is_leaf: true, grad.dtype: ScalarType.Float32 }));
        trainer.Model.Encode(models.Data).Dispose();
        Assert.Equal(ScalarType.Float32, seen[^1]);

        Tensor Seen(Tensor z, IEnumerable<ScalarType> types)
        {
            seen.AddRange(types);
            return z;
        }
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
    public void Statistics_of_batch_normalization_stay_float32()
    {
        float[] Run(WaeTrainerOptions options)
        {
            using var models = new TestModels();
            using var norm = BatchNorm1d(8);
            using var encoder = Sequential(("hidden", Linear(TestModels.Width, 8)), ("norm", norm), ("code", Linear(8, 2)));
            using var generator = new Generator(3);
            TestModels.Initialise(encoder, generator);
            using var trainer = new WaeTrainer(encoder, models.Decoder, new GaussianPrior(2), new MmdDivergence(), options with { EmaDecay = 0.9 });
            for (var i = 0; i < 5; i++)
            {
                trainer.Step(models.Data);
            }

            Assert.Equal([ScalarType.Float32, ScalarType.Float32], new[] { norm.running_mean!.dtype, norm.running_var!.dtype });
            return [.. norm.running_mean.data<float>(), .. norm.running_var.data<float>()];
        }

        var (full, low) = (Run(new WaeTrainerOptions()), Run(Low));
        Assert.All(full.Zip(low), pair => Assert.Equal(pair.First, pair.Second, Tolerances.BFloat16));
        Assert.Contains(low, v => (BitConverter.SingleToUInt32Bits(v) & 0xffff) != 0);
    }

    [Fact]
    public void A_buffer_that_is_only_read_keeps_its_bits_and_one_that_is_written_what_was_written()
    {
        using var models = new TestModels();
        using var decoder = new Buffered(models.Decoder);
        var constant = decoder.Constant.data<float>().ToArray();
        using var trainer = new WaeTrainer(models.Encoder, decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence(), Low);
        trainer.Step(models.Data);
        trainer.Step(models.Data);

        Assert.Equal(constant, decoder.Constant.data<float>().ToArray());
        Assert.Equal([2f, 0.1f], decoder.Count.data<float>().ToArray());
        Assert.Equal(2, decoder.Whole.item<long>());
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

    [Theory]
    [InlineData("float32 in its middle", "same dtype")]
    [InlineData("no bfloat16", "linalg.inv")]
    [InlineData("float64", "Float64")]
    public void A_module_that_cannot_is_named_with_the_reason(string what, string reason)
    {
        using var models = new TestModels();
        using var last = Linear(2, 2);
        using var encoder = new Changed(models.Encoder, last, z => what switch
        {
            "no bfloat16" => linalg.inv(z.transpose(0, 1).mm(z)).mm(z.transpose(0, 1)).transpose(0, 1),
            "float64" => z,
            _ => z.to(ScalarType.Float32),
        }, y => what == "float64" ? y.to(ScalarType.Float64) : y);
        using var trainer = new WaeTrainer(encoder, models.Decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence(), Low);

        var message = Assert.Throws<ArgumentException>(() => trainer.Step(models.Data)).Message;
        Assert.Contains("encoder (Changed)", message, StringComparison.Ordinal);
        Assert.Contains("bfloat16", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.All(models.Encoder.parameters(), p => Assert.Equal(ScalarType.Float32, p.dtype));
    }

    [Fact]
    public void Weights_of_float64_are_refused()
    {
        using var models = new TestModels(dtype: ScalarType.Float64);
        Assert.Contains("Float64", Assert.Throws<ArgumentException>(() => models.Trainer(Low)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_module_trains()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var pictures = rand(12, 1, 8, 8, generator: generator);
        var labels = functional.one_hot(arange(12, ScalarType.Int64).remainder(3), 3).to(ScalarType.Float32);
        foreach (var moments in new Module<Tensor, Tensor>[]
        {
            Sequential(("c", Conv2d(1, 4, 3, stride: 2, padding: 1)), ("n", BatchNorm2d(4)), ("r", LeakyReLU(0.2)), ("f", Flatten()), ("l", Linear(64, 4))),
            Sequential(("f", Flatten()), ("l", Linear(64, 16)), ("n", LayerNorm(16)), ("g", GELU()), ("d", Dropout(0.1)), ("o", Linear(16, 4))),
            new Recurrent(),
        })
        {
            var encoder = new GaussianEncoder(moments, 3);
            var decoder = new Conditional();
            var divergence = new SumDivergence(new MmdDivergence(), new AdversarialDivergence(Critics.Mlp(2, 8, 1)), EncoderPenalty.Variance(encoder));
            using var trainer = new WaeTrainer(new WaeModel(encoder, decoder, new GaussianPrior(2)), divergence, Low with { Cost = new SquaredErrorCost(), LearningRate = 0.01, Pretraining = new EncoderPretraining { BatchSize = 12, MaximumSteps = 2 } });
            var first = trainer.Step(pictures, labels).Reconstruction;
            trainer.Fit([(pictures, labels)], 60);
            Assert.True(trainer.Evaluate([(pictures, labels)]).Reconstruction < 0.8 * first);
            Assert.All(encoder.parameters().Concat(decoder.parameters()), p => Assert.Equal(ScalarType.Float32, p.dtype));
        }
    }

    [Fact]
    public void Every_encoder_of_the_library_trains()
    {
        using var models = new TestModels();
        foreach (var (encoder, prior) in new (Module<Tensor, Tensor>, IPrior)[]
        {
            (new ImplicitEncoder(Linear(TestModels.Width, 5), Linear(8, 2), 3), new GaussianPrior(2)),
            (new ProjectedEncoder(Linear(TestModels.Width, 2), new SpherePrior(2)), new SpherePrior(2)),
            (new ProjectedEncoder(Linear(TestModels.Width, 2), new UniformPrior(2)), new UniformPrior(2)),
            (GaussianEncoder.FromTwo(Linear(TestModels.Width, 2), Linear(TestModels.Width, 2)), new GaussianPrior(2)),
        })
        {
            using var _ = encoder;
            using var trainer = new WaeTrainer(encoder, models.Decoder, prior, new MmdDivergence(), Low);
            Assert.True(double.IsFinite(trainer.Step(models.Data).Total));
        }
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

    private sealed class Asking(List<ScalarType> types) : ILatentDivergence
    {
        public Tensor Evaluate(Tensor encoded, PriorSamples prior)
        {
            types.AddRange([encoded.dtype, prior.Tensor.dtype]);
            return new TestModels.MomentDivergence().Evaluate(encoded, prior);
        }
    }

    /// <summary>A number that is only read, two of which one is counted up, and a whole number that is.</summary>
    private sealed class Buffered : Module<Tensor, Tensor>
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

    private sealed class Changed : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _first;
        private readonly Module<Tensor, Tensor> _last;
        private readonly Func<Tensor, Tensor> _middle;
        private readonly Func<Tensor, Tensor> _end;

        public Changed(Module<Tensor, Tensor> first, Module<Tensor, Tensor> last, Func<Tensor, Tensor> middle, Func<Tensor, Tensor> end) : base(nameof(Changed))
        {
            (_first, _last, _middle, _end) = (first, last, middle, end);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _end(_last.call(_middle(_first.call(input))));

        protected override void Dispose(bool disposing)
        {
        }
    }

    /// <summary>A layer whose weights libtorch keeps.</summary>
    private sealed class Recurrent : Module<Tensor, Tensor>
    {
        private readonly GRU _rows = GRU(8, 6, batchFirst: true);
        private readonly Linear _last = Linear(6, 4);

        public Recurrent() : base(nameof(Recurrent)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _last.call(_rows.call(input.squeeze(1)).Item1.select(1, 7));
    }

    private sealed class Conditional : Module<Tensor, Tensor, Tensor>
    {
        private readonly Linear _first = Linear(5, 16);
        private readonly Linear _last = Linear(16, 64);

        public Conditional() : base(nameof(Conditional)) => RegisterComponents();

        public override Tensor forward(Tensor codes, Tensor labels) => _last.call(_first.call(cat([codes, labels], 1)).relu()).reshape(-1, 1, 8, 8);
    }
}
