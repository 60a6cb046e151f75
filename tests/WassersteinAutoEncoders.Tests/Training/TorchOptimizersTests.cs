using TorchSharp.Modules;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Optimizers;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>TorchSharp's optimizers in a trainer: they update as in a loop of one's own, and a resumed run goes on to the bit.</summary>
public class TorchOptimizersTests
{
    private static readonly Dictionary<string, Func<IReadOnlyList<Parameter>, optim.Optimizer>> Makers = new()
    {
        ["Adam"] = p => optim.Adam(p, weight_decay: 0.01),
        ["Adam, amsgrad"] = p => optim.Adam(p, amsgrad: true),
        ["AdamW"] = p => optim.AdamW(p),
        ["AdamW, amsgrad"] = p => optim.AdamW(p, amsgrad: true),
        ["NAdam"] = p => optim.NAdam(p),
        ["RAdam"] = p => optim.RAdam(p, beta2: 0.9),
        ["Adamax"] = p => optim.Adamax(p),
        ["RMSProp"] = p => optim.RMSProp(p),
        ["RMSProp, centered, momentum"] = p => optim.RMSProp(p, momentum: 0.9, centered: true),
        ["Rprop"] = p => optim.Rprop(p, lr: 1e-3),
        ["Adagrad"] = p => optim.Adagrad(p, lr_decay: 0.1),
        ["Adadelta"] = p => optim.Adadelta(p),
        ["ASGD"] = p => optim.ASGD(p, t0: 2),
        ["SGD"] = p => optim.SGD(p, 1),
        ["SGD, momentum"] = p => optim.SGD(p, 1, momentum: 0.9),
        ["SGD, momentum, dampening"] = p => optim.SGD(p, 1, momentum: 0.9, dampening: 0.5),
        ["SGD, Nesterov"] = p => optim.SGD(p, 1, momentum: 0.9, nesterov: true),
        ["Adam, two groups"] = p => optim.Adam([new Adam.ParamGroup(p.Take(1)), new Adam.ParamGroup(p.Skip(1), beta1: 0.5)]),
        ["Adam, not all parameters"] = p => optim.Adam(p.Skip(1)),
    };

    public static TheoryData<string, int> Stops
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var name in Makers.Keys)
            {
                data.Add(name, 0);
                data.Add(name, 1);
                data.Add(name, 7);
            }

            return data;
        }
    }

    public static TheoryData<string> Names => [.. Makers.Keys];

    [Theory]
    [MemberData(nameof(Stops))]
    public void A_resumed_run_ends_with_the_same_weights(string name, int stopAfter)
    {
        const int steps = 12;
        using var folder = new TemporaryFolder();
        var path = folder.File("state.safetensors");
        using var whole = new TestModels();
        using var first = Trainer(whole, name);
        for (var step = 0; step < steps; step++)
        {
            if (step == stopAfter)
            {
                first.SaveCheckpoint(path);
            }

            first.Step(whole.Data);
        }

        using var resumed = new TestModels(seed: 9);
        using var second = Trainer(resumed, name);
        // State of another run, which the checkpoint has to replace.
        second.Step(resumed.Data);
        second.LoadCheckpoint(path);
        for (var step = stopAfter; step < steps; step++)
        {
            second.Step(whole.Data);
        }

        Assert.Equal(whole.Weights(), resumed.Weights());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Updates_equal_those_of_the_optimizer_alone(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var initial = new[] { randn([3, 4], generator: generator), randn([5], generator: generator), randn([1], generator: generator) };
        var wrapped = initial.Select(t => nn.Parameter(t.clone())).ToList();
        var alone = initial.Select(t => nn.Parameter(t.clone())).ToList();
        using var optimizer = OptimizerFactory.Of(Makers[name]).Create([.. wrapped.Select((p, i) => ($"{i}", p))]);
        using var reference = Makers[name](alone);
        for (var step = 0; step < 8; step++)
        {
            for (var i = 0; i < initial.Length; i++)
            {
                // The last parameter has its first gradient later than the others.
                if (i < 2 || step >= 3)
                {
                    var gradient = randn(initial[i].shape, generator: generator);
                    wrapped[i].grad = gradient;
                    alone[i].grad = gradient.clone();
                }
            }

            optimizer.Step();
            reference.step();
            Assert.All(optimizer.State.Values, t => Assert.False(t.IsInvalid));
        }

        Assert.Equal(alone.SelectMany(p => p.data<float>().ToArray()), wrapped.SelectMany(p => p.data<float>().ToArray()));
    }

    [Fact]
    public void The_names_in_a_checkpoint_do_not_change_with_the_first_step()
    {
        foreach (var (name, make) in Makers)
        {
            using var models = new TestModels();
            var parameters = models.Encoder.named_parameters().Select(p => (p.name, p.parameter)).ToList();
            using var optimizer = OptimizerFactory.Of(make).Create(parameters);
            var before = optimizer.State.Keys.Order(StringComparer.Ordinal).ToList();
            models.Encoder.call(models.Data).sum().backward();
            optimizer.Step();

            Assert.True(before.SequenceEqual(optimizer.State.Keys.Order(StringComparer.Ordinal)), name);
        }
    }

    [Fact]
    public void A_checkpoint_of_another_optimizer_is_refused_though_its_tensors_would_fit()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.safetensors");
        using var models = new TestModels();
        using var adam = Trainer(models, "Adam");
        using var adamW = Trainer(models, "AdamW");
        adam.SaveCheckpoint(path);

        Assert.Contains("of AdamW", Assert.Throws<InvalidDataException>(() => adamW.LoadCheckpoint(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_optimizer_class_of_one_s_own_trains_and_says_that_it_has_no_checkpoints()
    {
        using var folder = new TemporaryFolder();
        using var models = new TestModels();
        var before = models.Weights();
        using var trainer = models.Trainer(new WaeTrainerOptions { Optimizer = OptimizerFactory.Of(p => new SignDescent(p)) });
        trainer.Step(models.Data);

        Assert.NotEqual(before, models.Weights());
        Assert.Contains(nameof(SignDescent), Assert.Throws<NotSupportedException>(() => trainer.SaveCheckpoint(folder.File("a"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Optimizers_that_cannot_work_are_refused()
    {
        using var other = nn.Parameter(zeros(2));
        var parameters = new[] { ("a", nn.Parameter(zeros(3))) };
        Assert.Contains("LBFGS", Refusal(p => optim.LBFGS(p)), StringComparison.Ordinal);
        Assert.Contains("elsewhere", Refusal(p => optim.SGD([other], 1)), StringComparison.Ordinal);
        Assert.Contains("twice", Refusal(p => optim.SGD([p[0], p[0]], 1)), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => OptimizerFactory.Of(_ => null!).Create(parameters));

        string Refusal(Func<IReadOnlyList<Parameter>, optim.Optimizer> make)
            => Assert.Throws<ArgumentException>(() => OptimizerFactory.Of(make).Create(parameters)).Message;
    }

    private static WaeTrainer Trainer(TestModels models, string name) => models.Trainer(new WaeTrainerOptions { Optimizer = OptimizerFactory.Of(Makers[name]) });

    private sealed class SignDescent : optim.Optimizer
    {
        private readonly IReadOnlyList<Parameter> _parameters;

        public SignDescent(IReadOnlyList<Parameter> parameters) : base(IntPtr.Zero)
        {
            _parameters = parameters;
            _parameter_groups = [new ParamGroup { Parameters = parameters, Options = new OptimizerOptions { LearningRate = 1 } }];
        }

        public override Tensor step(Func<Tensor>? closure = null)
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            foreach (var parameter in _parameters)
            {
                if (parameter.grad is { } gradient)
                {
                    parameter.sub_(gradient.sign() * 0.01);
                }
            }

            return null!;
        }
    }
}
