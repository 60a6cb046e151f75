using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Sampling;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Optimizers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>Calls, modules, costs and divergences that cannot work: an error that names what is wrong, no native exception, no changed weight.</summary>
public class StepMistakeTests
{
    private static readonly Dictionary<string, (string Says, Action<TestModels> Use)> Cases = new()
    {
        ["step under no_grad"] = ("no_grad", m =>
        {
            using var trainer = m.Trainer();
            using var mode = no_grad();
            trainer.Step(m.Data);
        }
        ),
        ["step under inference_mode"] = ("inference_mode", m =>
        {
            using var trainer = m.Trainer();
            using var mode = inference_mode();
            trainer.Step(m.Data);
        }
        ),
        ["encoder detached"] = ("encoder's output", m => Step(m, encoder: new Wrapped(m.Encoder, z => z.detach()))),
        ["decoder detached"] = ("decoder's output", m => Step(m, decoder: new Wrapped(m.Decoder, x => x.detach()))),
        ["encoder returns null"] = ("returned null", m => Step(m, encoder: new Wrapped(m.Encoder, _ => null!))),
        ["decoder returns null"] = ("returned null", m => Step(m, decoder: new Wrapped(m.Decoder, _ => null!))),
        ["decoder returns a disposed tensor"] = ("disposed tensor", m => Step(m, decoder: new Wrapped(m.Decoder, x => { x.Dispose(); return x; }))),
        ["decoder returns a sparse tensor"] = ("sparse", m => Step(m, decoder: new Wrapped(m.Decoder, x => x.to_sparse()))),
        ["decoder of another width"] = ("[50, 6]", m => Step(m, decoder: new Wrapped(m.Decoder, x => x.narrow(1, 0, 5)))),
        ["everything frozen later"] = ("no parameter requires a gradient", m =>
        {
            using var trainer = m.Trainer();
            trainer.Step(m.Data);
            foreach (var parameter in m.Encoder.parameters().Concat(m.Decoder.parameters()))
            {
                parameter.requires_grad = false;
            }

            trainer.Step(m.Data);
        }
        ),
        ["sparse batch"] = ("sparse", m =>
        {
            using var trainer = m.Trainer();
            trainer.Step(m.Data.to_sparse());
        }
        ),
        ["meta batch"] = ("meta", m =>
        {
            using var trainer = m.Trainer();
            trainer.Step(zeros(4, TestModels.Width, device: META));
        }
        ),
        ["batch expanded beyond any memory"] = ("memory", m =>
        {
            using var trainer = m.Trainer();
            trainer.Step(zeros(1, TestModels.Width).expand(1L << 40, TestModels.Width));
        }
        ),
        ["decoder's output expanded beyond any memory"] = ("memory", m => Step(m, decoder: new Wrapped(m.Decoder, x => x.unsqueeze(2).expand(50, TestModels.Width, 1L << 40)))),
        ["optimizer whose state is null"] = ("State returned null", m => Trained(m, new WaeTrainerOptions { Optimizer = new Factory(new Stateless(), new Stateless()) }).SaveCheckpoint(Nowhere)),
        ["no optimizer for pretraining"] = ("returned null", m => Trained(m, new WaeTrainerOptions { Optimizer = new Factory(new Stateless()), Pretraining = new EncoderPretraining { BatchSize = 10, MaximumSteps = 2 } }).Fit([m.Data], 1)),
        ["cost of vectors"] = ("scalar", m => Step(m, cost: new Cost((x, y) => (x - y).square().sum(1)))),
        ["cost of null"] = ("returned null", m => Step(m, cost: new Cost((_, _) => null!))),
        ["cost without gradient"] = ("cost (Cost)", m => Step(m, cost: new Cost((x, y) => (x - y).square().sum().detach()))),
        ["cost that fails natively"] = ("cost (Cost)", m => Step(m, cost: new Cost((x, y) => x.mm(y).sum()))),
        ["divergence of vectors"] = ("scalar", m => Step(m, divergence: new Divergence((q, p) => (q - p).sum(1)))),
        ["divergence of null"] = ("returned null", m => Step(m, divergence: new Divergence((_, _) => null!))),
        ["divergence that fails natively"] = ("divergence (Divergence)", m => Step(m, divergence: new Divergence((q, p) => q.mm(p).sum()))),
        ["backward that fails"] = ("in place", m => Step(m, decoder: new Wrapped(m.Decoder, Fails))),
        ["parameter added later"] = ("late", m =>
        {
            using var growing = new Growing();
            using var trainer = new WaeTrainer(growing, m.Decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence());
            growing.Grow();
            trainer.Step(m.Data);
        }
        ),
        ["parameter thawed later"] = ("frozen before", m =>
        {
            var first = m.Encoder.parameters().First();
            first.requires_grad = false;
            using var trainer = m.Trainer();
            first.requires_grad = true;
            trainer.Fit([m.Data], 1);
        }
        ),
        ["critic that shares weights"] = ("parameters of its own", m =>
        {
            var critic = Sequential(("shared", (Module<Tensor, Tensor>)m.Decoder.children().First()), ("logit", Linear(8, 1)));
            _ = m.Trainer(divergence: new AdversarialDivergence(critic));
        }
        ),
        ["critic of another dimension"] = ("critic", m =>
        {
            using var critic = Critics.Mlp(TestModels.Dimension + 1, 8);
            Step(m, divergence: new AdversarialDivergence(critic));
        }
        ),
        ["critic of null"] = ("returned null", m =>
        {
            using var inner = Critics.Mlp(TestModels.Dimension, 8);
            Step(m, divergence: new AdversarialDivergence(new Wrapped(inner, _ => null!)));
        }
        ),
        ["kernel of another shape"] = ("[50, 50]", m => Step(m, divergence: new MmdDivergence(new Kernel((x, y) => x.mm(y.t()).sum(1))))),
        ["kernel of null"] = ("kernel (Kernel)", m => Step(m, divergence: new MmdDivergence(new Kernel((_, _) => null!)))),
        ["prior of another dimension"] = ("prior (Prior)", m => _ = new WaeTrainer(m.Encoder, m.Decoder, new Prior(n => zeros(n, 3)), new TestModels.MomentDivergence()).Step(m.Data)),
        ["prior of null"] = ("returned null", m => _ = new WaeTrainer(m.Encoder, m.Decoder, new Prior(_ => null!), new TestModels.MomentDivergence()).Step(m.Data)),
        ["2⁶² samples"] = ("fits into memory", m =>
        {
            using var trainer = m.Trainer();
            trainer.Model.Sample(1L << 62);
        }
        ),
        ["2⁶² samples of a prior"] = ("fits into memory", _ => new GaussianPrior(2).Sample(1L << 62)),
        ["2⁴⁰ samples of a cube"] = ("fits into memory", _ => new UniformPrior(2).Sample(1L << 40)),
        ["a critic of 2³¹ units"] = ("fits into memory", _ => Critics.Mlp(8, 1L << 31)),
        ["statistics of 2³¹ features"] = ("fits into memory", _ => new FeatureStatistics(1L << 31)),
        ["2⁵⁰ examples"] = ("fits into memory", _ => new TensorBatcher(zeros(1, 1).expand(1L << 50, 1), 8).Epoch(0).First()),
        ["Gaussian encoder, another width"] = ("Gaussian encoder", _ =>
        {
            using var encoder = new GaussianEncoder(Linear(3, 4));
            encoder.call(zeros(2, 5));
        }
        ),
        ["implicit encoder, another width"] = ("features of the implicit encoder", _ =>
        {
            using var encoder = new ImplicitEncoder(Linear(3, 4), Linear(6, 2), 2);
            encoder.call(zeros(2, 5));
        }
        ),
        ["implicit encoder, another head"] = ("head of the implicit encoder", _ =>
        {
            using var encoder = new ImplicitEncoder(Linear(3, 4), Linear(7, 2), 2);
            encoder.call(zeros(2, 3));
        }
        ),
        ["Gaussian encoder, another width"] = ("Gaussian encoder", _ =>
        {
            using var encoder = new GaussianEncoder(Linear(3, 8));
            encoder.call(zeros(2, 5));
        }
        ),
        ["statistics of another width"] = ("refused", m => FeatureStatistics.FromModule(m.Encoder, [zeros(4, 9)])),
        ["decoded samples of another width"] = ("refused", m => DecodedSamples.Decode(m.Decoder, zeros(4, 9))),
    };

    private static string Nowhere => Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    private static WaeTrainer Trained(TestModels m, WaeTrainerOptions options) => new(m.Encoder, m.Decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence(), options);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mistake_is_named(string name)
    {
        using var models = new TestModels();
        using var scope = NewDisposeScope();
        var before = models.Weights();
        var error = Assert.ThrowsAny<Exception>(() => Cases[name].Use(models));

        Assert.True(error is ArgumentException or InvalidOperationException, error.ToString());
        Assert.Contains(Cases[name].Says, error.Message, StringComparison.Ordinal);
        if (name != "everything frozen later")
        {
            Assert.Equal(before, models.Weights());
        }
    }

    [Fact]
    public void Two_threads_are_refused_and_nothing_is_lost()
    {
        using var models = new TestModels();
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        using var slow = new Wrapped(models.Decoder, x =>
        {
            entered.Set();
            leave.Wait();
            return x;
        });
        using var trainer = new WaeTrainer(models.Encoder, slow, new TestModels.NormalPrior(), new TestModels.MomentDivergence());
        var first = new Thread(() => trainer.Step(models.Data));
        first.Start();
        entered.Wait();
        try
        {
            Assert.Contains("one thread", Assert.Throws<InvalidOperationException>(() => trainer.Step(models.Data)).Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => trainer.Model.Encode(models.Data));
            Assert.Throws<InvalidOperationException>(() => trainer.Fit([models.Data], 1));
        }
        finally
        {
            leave.Set();
            first.Join();
        }

        trainer.Step(models.Data);
        Assert.Equal(2, trainer.StepCount);
    }

    /// <summary>The square's gradient needs the values that are overwritten.</summary>
    internal static Tensor Fails(Tensor x)
    {
        var halves = x * 0.5;
        var squares = halves * halves;
        halves.add_(1);
        return squares;
    }

    private static void Step(TestModels models, Module<Tensor, Tensor>? encoder = null, Module<Tensor, Tensor>? decoder = null, IReconstructionCost? cost = null, ILatentDivergence? divergence = null)
    {
        var options = cost is null ? new WaeTrainerOptions() : new WaeTrainerOptions { Cost = cost };
        using var trainer = new WaeTrainer(encoder ?? models.Encoder, decoder ?? models.Decoder, new TestModels.NormalPrior(), divergence ?? new TestModels.MomentDivergence(), options);
        trainer.Step(models.Data);
    }

    /// <summary>A module whose output is changed by a function. Its child stays the test's own.</summary>
    internal sealed class Wrapped : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _inner;
        private readonly Func<Tensor, Tensor> _change;

        public Wrapped(Module<Tensor, Tensor> inner, Func<Tensor, Tensor> change) : base(nameof(Wrapped))
        {
            (_inner, _change) = (inner, change);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _change(_inner.call(input));

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class Growing : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _layer = Linear(TestModels.Width, TestModels.Dimension);

        public Growing() : base(nameof(Growing)) => RegisterComponents();

        public void Grow() => register_parameter("late", new TorchSharp.Modules.Parameter(zeros(TestModels.Dimension)));

        public override Tensor forward(Tensor input) => _layer.call(input);
    }

    private sealed class Cost(Func<Tensor, Tensor, Tensor> evaluate) : IReconstructionCost
    {
        public Tensor Evaluate(Tensor input, Tensor reconstruction) => evaluate(input, reconstruction);
    }

    private sealed class Divergence(Func<Tensor, Tensor, Tensor> evaluate) : ILatentDivergence
    {
        public Tensor Evaluate(Tensor encoded, PriorSamples prior) => evaluate(encoded, prior.Tensor);
    }

    private sealed class Kernel(Func<Tensor, Tensor, Tensor> gram) : IKernel
    {
        public Tensor Gram(Tensor x, Tensor y) => gram(x, y);
    }

    private sealed class Prior(Func<long, Tensor> sample) : IPrior
    {
        public long Dimension => TestModels.Dimension;

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null) => sample(count);
    }

    /// <summary>Gives one optimizer after the other, and then none.</summary>
    private sealed class Factory(params IParameterOptimizer[] optimizers) : IOptimizerFactory
    {
        private int _given;

        public IParameterOptimizer Create(IReadOnlyList<(string Name, TorchSharp.Modules.Parameter Value)> parameters) => _given < optimizers.Length ? optimizers[_given++] : null!;
    }

    private sealed class Stateless : IParameterOptimizer
    {
        public double LearningRate { get; set; }

        public IReadOnlyDictionary<string, Tensor> State => null!;

        public void Step()
        {
        }

        public void Dispose()
        {
        }
    }
}
