using TorchSharp.Modules;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>Which modules compute in bfloat16, and what they see of it.</summary>
public class PrecisionModuleTests
{
    private static readonly WaeTrainerOptions Low = PrecisionTests.Low;

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
        using var decoder = new PrecisionTests.Buffered(models.Decoder);
        var constant = decoder.Constant.data<float>().ToArray();
        using var trainer = new WaeTrainer(models.Encoder, decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence(), Low);
        trainer.Step(models.Data);
        trainer.Step(models.Data);

        Assert.Equal(constant, decoder.Constant.data<float>().ToArray());
        Assert.Equal([2f, 0.1f], decoder.Count.data<float>().ToArray());
        Assert.Equal(2, decoder.Whole.item<long>());
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

    private sealed class Asking(List<ScalarType> types) : ILatentDivergence
    {
        public Tensor Evaluate(Tensor encoded, PriorSamples prior)
        {
            types.AddRange([encoded.dtype, prior.Tensor.dtype]);
            return new TestModels.MomentDivergence().Evaluate(encoded, prior);
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
