using TorchSharp;
using TorchSharp.Modules;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static WassersteinAutoEncoders.Tests.Training.Processes.ProcessRuns;

namespace WassersteinAutoEncoders.Tests.Training.Processes;

/// <summary>Batch normalization with the statistics of all processes' rows trains what one process trains on the whole batch.</summary>
[Collection(LiveTensors.Name)]
public class SynchronizedNormalizationTests
{
    private const ScalarType Wide = ScalarType.Float64;
    private const int Width = TestModels.Width, Dimension = TestModels.Dimension;

    private static readonly WaeTrainerOptions Synchronized = new() { SynchronizeBatchNormalization = true, LearningRate = 1e-2 };

    /// <summary>Nothing shifts the input of a normalization by a constant (a bias, the β of a unit that ReLU always passes): its gradient would be rounding alone, which Adam brings to the size of any other.</summary>
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Encoders = new()
    {
        ["dense"] = () => Sequential(
            ("first", Linear(Width, 8, hasBias: false, dtype: Wide)), ("norm", BatchNorm1d(8, dtype: Wide)), ("tanh", Tanh()),
            ("second", Linear(8, 8, hasBias: false, dtype: Wide)), ("norm2", BatchNorm1d(8, eps: 1e-3, momentum: 0.3, dtype: Wide)), ("relu", ReLU(inplace: true)), ("code", Linear(8, Dimension, dtype: Wide))),
        ["pictures"] = () => Sequential(
            ("unflatten", Unflatten(1, [1, 2, 3])), ("first", Conv2d(1, 4, 3, padding: 1, bias: false, dtype: Wide)), ("norm", BatchNorm2d(4, dtype: Wide)), ("block", new Shortcut()),
            ("relu", ReLU()), ("flatten", Flatten()), ("code", Linear(24, Dimension, dtype: Wide))),
        ["first and last"] = () => Sequential(("norm", BatchNorm1d(Width, dtype: Wide)), ("tanh", Tanh()), ("code", Linear(Width, Dimension, hasBias: false, dtype: Wide)), ("out", BatchNorm1d(Dimension, affine: false, dtype: Wide))),
        ["without running statistics"] = () => Sequential(("first", Linear(Width, 8, hasBias: false, dtype: Wide)), ("norm", BatchNorm1d(8, track_running_stats: false, dtype: Wide)), ("relu", ReLU()), ("code", Linear(8, Dimension, dtype: Wide))),
        ["mean over all batches"] = () => Sequential(("first", Linear(Width, 8, hasBias: false, dtype: Wide)), ("norm", Averaging(BatchNorm1d(8, dtype: Wide))), ("relu", ReLU()), ("code", Linear(8, Dimension, dtype: Wide))),
        ["frozen"] = () => Sequential(("first", Frozen(Linear(Width, 8, dtype: Wide))), ("norm", Frozen(BatchNorm1d(8, dtype: Wide))), ("relu", ReLU()), ("code", Linear(8, Dimension, dtype: Wide))),
        ["run twice"] = () => new Twice(),
    };

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var name in Encoders.Keys)
            {
                cases.Add(name, name is "dense" or "pictures" ? 4 : 3);
            }

            cases.Add("dense", 2);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Losses_weights_and_statistics_are_those_of_one_process(string encoder, int size)
    {
        var alone = Run(null, encoder);

        Assert.All(Together(size, group => Run(group, encoder)), run => Close(alone, run));
    }

    /// <summary>Of 42 rows the last batch has two, of four processes two therefore none: the first of all among them, which saves checkpoints.</summary>
    [Theory]
    [InlineData("dense")]
    [InlineData("pictures")]
    [InlineData("mean over all batches")]
    public void Processes_without_rows_or_with_one_take_part(string encoder)
    {
        var alone = Run(null, encoder, rows: 42);
        var together = Together(4, group => Run(group, encoder, rows: 42));

        Assert.All(together, run => Close(alone, run));
    }

    [Fact]
    public void Every_option_means_what_it_means_for_one_process()
    {
        var options = Synchronized with { MaximumGradientNorm = 0.3, AccumulationSteps = 2, EmaDecay = 0.9, Pretraining = new EncoderPretraining { BatchSize = 20, MaximumSteps = 4, Threshold = 0 } };
        var alone = Run(null, "dense", options: options);

        Assert.All(Together(3, group => Run(group, "dense", options: options)), run => Close(alone, run));
    }

    [Theory]
    [InlineData("sliced")]
    [InlineData("adversarial")]
    [InlineData("log")]
    public void Divergences_of_every_kind_go_with_it(string divergence)
    {
        var alone = Run(null, "dense", divergence: Named[divergence]());

        Assert.All(Together(3, group => Run(group, "dense", divergence: Named[divergence]())), run => Close(alone, run));
    }

    [Fact]
    public void The_same_number_of_processes_gives_the_same_bits_in_all()
    {
        var runs = Enumerable.Range(0, 2).SelectMany(_ => Together(3, group => Run(group, "pictures", rows: 42)));

        Assert.Single(runs.Select(r => string.Join(' ', r)).Distinct());
    }

    [Fact]
    public void Without_it_statistics_are_those_of_own_rows()
        => Assert.NotEqual(Run(null, "dense")[0], Together(2, group => Run(group, "dense", options: Synchronized with { SynchronizeBatchNormalization = false }))[0][0]);

    [Fact]
    public void A_module_in_evaluation_mode_keeps_its_statistics()
    {
        var alone = Run(null, "dense", evaluating: true);

        Assert.All(Together(2, group => Run(group, "dense", evaluating: true)), run => Close(alone, run));
    }

    [Fact]
    public void Float32_and_bfloat16_follow_one_process_within_their_rounding()
    {
        foreach (var (precision, tolerance) in ((ComputePrecision, double)[])[(ComputePrecision.OfWeights, 1e-4), (ComputePrecision.BFloat16, 10 * Tolerances.BFloat16)])
        {
            var options = Synchronized with { Precision = precision, LearningRate = 1e-3 };
            var alone = Run(null, "dense", options: options, dtype: ScalarType.Float32, epochs: 2);
            Assert.All(Together(2, group => Run(group, "dense", options: options, dtype: ScalarType.Float32, epochs: 2)), run => Assert.All(alone.Zip(run), pair => Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1, Math.Abs(pair.First)))));
        }
    }

    [Fact]
    public void Weights_and_checkpoints_go_between_it_and_plain_modules()
    {
        using var folder = new TemporaryFolder();
        var whole = Run(null, "dense", epochs: 4);
        Together(2, group => Run(group, "dense", epochs: 2, folder: folder.Path));
        var resumed = Run(null, "dense", epochs: 4, folder: folder.Path);

        Close(whole[^resumed.Length..], resumed);
    }

    [Fact]
    public void A_step_leaves_no_tensor_and_no_hook_behind()
    {
        var counts = Together(2, group =>
        {
            using var encoder = Encoders["pictures"]();
            using var models = new TestModels(dtype: Wide);
            using var trainer = new WaeTrainer(encoder, models.Decoder, new GaussianPrior(Dimension), new SlicedWassersteinDivergence(), Synchronized with { Processes = group });
            var counting = new Counting();
            trainer.Fit(new TensorBatcher(models.Data, 25, processes: group), 10, new FitOptions { Observers = [counting] });

            // In training mode outside of a step: the statistics of what is given to it.
            using var norm = (BatchNorm)encoder.named_modules().First(m => m.name == "norm").module;
            using var rows = ones(5, 4, 2, 2, dtype: Wide);
            using var normalized = norm.call(rows);
            Assert.All(norm.bias!.data<double>().Zip(normalized.mean([0, 2, 3]).data<double>()), pair => Assert.Equal(pair.First, pair.Second, Tolerances.Float64));
            return counting.Counts;
        });

        // Fewer where the garbage collector took away what other tests left.
        Assert.All(counts[0][5..], count => Assert.True(count <= counts[0][4], $"{count} tensors, {counts[0][4]} before"));
    }

    [Theory]
    [InlineData("before")]
    [InlineData("between")]
    [InlineData("after")]
    [InlineData("backward")]
    public void What_one_process_throws_ends_all(string where)
    {
        var results = TurnGroup.Run(3, group =>
        {
            var guilty = group.Rank == 1;
            using var models = new TestModels(dtype: Wide);
            using var encoder = Sequential(
                ("before", new Failing(guilty && where == "before")), ("first", Linear(Width, 8, hasBias: false, dtype: Wide)), ("norm", BatchNorm1d(8, dtype: Wide)), ("between", new Failing(guilty && where == "between")),
                ("spoiling", new Spoiling(guilty && where == "backward")), ("second", Linear(8, 8, hasBias: false, dtype: Wide)), ("norm2", BatchNorm1d(8, dtype: Wide)), ("after", new Failing(guilty && where == "after")), ("code", Linear(8, Dimension, dtype: Wide)));
            using var trainer = new WaeTrainer(encoder, models.Decoder, new GaussianPrior(Dimension), new MmdDivergence(), Synchronized with { Processes = group });
            return trainer.Fit(new TensorBatcher(models.Data, 20, processes: group), 2);
        });

        Assert.Contains(where == "backward" ? "backward pass failed" : "the encoder fails", results[1].Error!.Message, StringComparison.Ordinal);
        Assert.All([results[0], results[2]], r => Assert.StartsWith("Process 1 of 3", Assert.IsType<InvalidOperationException>(r.Error).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_batch_that_is_not_finite_in_one_process_is_skipped_by_all()
    {
        var results = Together(2, group =>
        {
            using var encoder = Encoders["dense"]();
            using var models = new TestModels(dtype: Wide);
            using var trainer = new WaeTrainer(encoder, models.Decoder, new GaussianPrior(Dimension), new MmdDivergence(), Synchronized with { Processes = group, NonFinite = NonFinitePolicy.Skip(1) });
            trainer.Fit(models.Batches().Select((b, i) => group.Rank == 1 && i == 1 ? b * double.NaN : b), 1);
            return (trainer.SkippedSteps, trainer.StepCount, string.Join(' ', State(encoder)));
        });

        Assert.Equal((1, 4), (results[0].SkippedSteps, results[0].StepCount));
        Assert.Equal(results[0], results[1]);
    }

    [Theory]
    [InlineData(true, "run by call")]
    [InlineData(false, "exchange the same within a step")]
    public void What_would_not_be_synchronized_is_an_error_in_all(bool passesOver, string message)
    {
        var results = TurnGroup.Run(2, group =>
        {
            using var encoder = new Careless(passesOver, again: group.Rank == 1);
            using var models = new TestModels(dtype: Wide);
            using var trainer = new WaeTrainer(encoder, models.Decoder, new GaussianPrior(Dimension), new MmdDivergence(), Synchronized with { Processes = group });
            return trainer.Fit(new TensorBatcher(models.Data, 20, processes: group), 1);
        });

        Assert.All(results, r => Assert.Contains(message, Assert.IsType<InvalidOperationException>(r.Error).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void One_row_in_all_processes_together_is_refused_as_by_one_process()
    {
        var results = TurnGroup.Run(2, group =>
        {
            using var encoder = Encoders["dense"]();
            using var models = new TestModels(dtype: Wide);
            using var data = models.Data.narrow(0, 0, 21);
            using var trainer = new WaeTrainer(encoder, models.Decoder, new GaussianPrior(Dimension), new MmdDivergence(MmdEstimator.Biased), Synchronized with { Processes = group });
            return trainer.Fit(new TensorBatcher(data, 20, processes: group), 1);
        });

        Assert.All(results, r => Assert.Contains("more than one value of each channel", r.Error!.Message, StringComparison.Ordinal));
    }

    /// <summary>The losses of each step, then everything that the modules hold, then codes in evaluation mode.</summary>
    private static double[] Run(
        TurnGroup? group, string name, ILatentDivergence? divergence = null, WaeTrainerOptions? options = null, int epochs = 17, int rows = 50, string? folder = null, bool evaluating = false, ScalarType dtype = Wide)
    {
        using var generator = new Generator(3);
        using var models = new TestModels(dtype: Wide);
        using var encoder = Encoders[name]();
        using var decoder = Sequential(("hidden", Linear(Dimension, 8, hasBias: false, dtype: Wide)), ("norm", BatchNorm1d(8, dtype: Wide)), ("relu", ReLU()), ("output", Linear(8, Width, dtype: Wide)));
        TestModels.Initialise(encoder, generator);
        TestModels.Initialise(decoder, generator);
        encoder.to(dtype);
        decoder.to(dtype);
        encoder.train(!evaluating);
        using var trainer = new WaeTrainer(encoder, decoder, new GaussianPrior(Dimension), divergence ?? new MmdDivergence(MmdEstimator.Biased), (options ?? Synchronized) with { Processes = group });
        var losses = new Losses();
        List<ITrainingObserver> observers = [losses];
        if (folder is not null)
        {
            CheckpointFolder.Resume(trainer, folder);
            observers.Add(new CheckpointObserver(folder));
        }

        using var data = models.Data.narrow(0, 0, rows).to(dtype);
        trainer.Fit(new TensorBatcher(data, 20, seed: 2, processes: group), epochs, new FitOptions { Observers = observers });
        using var codes = trainer.Model.Encode(data);
        return [.. losses.Values, .. State(encoder), .. State(decoder), .. TensorData.ToArray(codes)];
    }

    private static double[] State(nn.Module module) => [.. module.state_dict().Values.SelectMany(TensorData.ToArray)];

    private static T Frozen<T>(T module)
        where T : nn.Module
    {
        foreach (var parameter in module.parameters())
        {
            parameter.requires_grad = false;
        }

        return module;
    }

    private static BatchNorm1d Averaging(BatchNorm1d module)
    {
        module.momentum = null;
        return module;
    }

    private sealed class Counting : ITrainingObserver
    {
        public List<long> Counts { get; } = [];

        public void Observe(TrainingEvent trainingEvent)
        {
            if (trainingEvent is StepCompleted)
            {
                Counts.Add(Tensor.TotalCount);
            }
        }
    }

    /// <summary>x + norm(conv(x)): what comes before it is reached on two ways.</summary>
    private sealed class Shortcut : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _conv = Conv2d(4, 4, 3, padding: 1, bias: false, dtype: Wide);
        private readonly Module<Tensor, Tensor> _norm = BatchNorm2d(4, dtype: Wide);

        public Shortcut()
            : base("shortcut")
            => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return (input + _norm.call(_conv.call(input.sigmoid()))).MoveToOuterDisposeScope();
        }
    }

    /// <summary>One normalization of two inputs.</summary>
    private sealed class Twice : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _first = Linear(Width, 8, hasBias: false, dtype: Wide);
        private readonly Module<Tensor, Tensor> _norm = BatchNorm1d(8, dtype: Wide);
        private readonly Module<Tensor, Tensor> _code = Linear(8, Dimension, dtype: Wide);

        public Twice()
            : base("twice")
            => RegisterComponents();

        public override Tensor forward(Tensor input) => _code.call(_norm.call(_norm.call(_first.call(input)).sigmoid()));
    }

    /// <summary>A normalization that is run past its hooks, or oftener in one process than in another.</summary>
    private sealed class Careless : Module<Tensor, Tensor>
    {
        private readonly bool _passesOver;
        private readonly bool _again;
        private readonly Module<Tensor, Tensor> _norm = BatchNorm1d(Width, dtype: Wide);
        private readonly Module<Tensor, Tensor> _code = Linear(Width, Dimension, dtype: Wide);

        public Careless(bool passesOver, bool again)
            : base("careless")
        {
            (_passesOver, _again) = (passesOver, again);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var normalized = _passesOver ? _norm.forward(input) : _norm.call(input);
            return _code.call(_again && !_passesOver ? _norm.call(normalized) : normalized);
        }
    }

    private sealed class Failing(bool fails) : Module<Tensor, Tensor>("failing")
    {
        private int _calls;

        public override Tensor forward(Tensor input) => fails && ++_calls > 2 ? throw new ArgumentException("the encoder fails") : input.alias();
    }

    /// <summary>Changes what its own gradient needs.</summary>
    private sealed class Spoiling(bool spoils) : Module<Tensor, Tensor>("spoiling")
    {
        private int _calls;

        public override Tensor forward(Tensor input)
        {
            var result = input.tanh();
            if (spoils && ++_calls > 2)
            {
                result.mul_(result.detach());
            }

            return result;
        }
    }
}
