using System.Text;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Observers;
using WassersteinAutoEncoders.Training.Optimizers;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training.Checkpoints;

public sealed class ResumeAgreementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestModels _models = new();

    public void Dispose()
    {
        _models.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> Differences => ["prior", "radius", "kernel", "divergence", "cost", "optimizer", "seed"];

    [Theory]
    [MemberData(nameof(Differences))]
    public void What_must_agree_is_compared_and_named(string what)
    {
        var path = Save();
        var before = _models.Weights();
        var mmd = Mmd();
        using var other = what switch
        {
            "prior" => Trainer(new SpherePrior(2), mmd),
            "radius" => Trainer(new GaussianPrior(2, 2), mmd),
            "kernel" => Trainer(new GaussianPrior(2), new MmdDivergence(new ImqKernel(3))),
            "divergence" => Trainer(new GaussianPrior(2), new CramerWoldDivergence()),
            "cost" => Trainer(new GaussianPrior(2), mmd, new WaeTrainerOptions { Cost = new AbsoluteErrorCost() }),
            "optimizer" => Trainer(new GaussianPrior(2), mmd, new WaeTrainerOptions { Optimizer = OptimizerFactory.AdamW() }),
            _ => Trainer(new GaussianPrior(2), mmd, new WaeTrainerOptions { Seed = 1 }),
        };
        var message = Assert.Throws<InvalidDataException>(() => other.LoadCheckpoint(path)).Message;
        Assert.Contains(what switch { "radius" => "prior was", "kernel" => "divergence was", _ => what + " was" }, message, StringComparison.Ordinal);
        Assert.Contains("ModuleWeights", message, StringComparison.Ordinal);
        Assert.Equal(before, _models.Weights());
        Assert.Equal(0, other.StepCount);
    }

    /// <summary>Every number that a kernel, prior, divergence or cost can be given is in its description, so that none is changed unnoticed.</summary>
    [Fact]
    public void Every_number_of_every_part_is_compared()
    {
        using var critic = TorchSharp.torch.nn.Linear(2, 1);
        var prior = new GaussianMixturePrior(new[] { 0.37, 0.63 }.Select(weight => new GaussianComponent(new double[3], 1.5, weight)));
        object[] parts =
        [
            new GaussianPrior(3, 1.7), new SpherePrior(3, 1.7), new UniformPrior(3, 1.7), prior,
            new MmdDivergence(new ImqKernel(1.7, [0.3, 4.5])), new MmdDivergence(new RbfKernel(1.7, [0.3, 4.5])), new MmdDivergence(new LaplacianKernel(1.7)),
            new MmdDivergence(new RationalQuadraticKernel(1.7, 0.3)),
            new CramerWoldDivergence(smoothing: 0.37), new TwoSampleCramerWoldDivergence(smoothing: 0.37),
            new AdversarialDivergence(critic, new AdversarialOptions { GradientPenalty = 1.7, LabelSmoothing = 0.13 }),
            new SinkhornDivergence(new SinkhornOptions { Epsilon = 0.37, Reach = 7.3, Scaling = 0.83, Tolerance = 0.0017, MaximumIterations = 173 }),
            new SlicedWassersteinDivergence(SliceDirections.Random(73)), new MaxSlicedWassersteinDivergence(SliceDirections.Random(73), 17),
            new IntegratedSlicedWassersteinDivergence(SliceDirections.Random(73)), new SlicedEnergyDivergence(SliceDirections.Random(73)),
            new SphericalSlicedWassersteinDivergence(SliceDirections.Random(73)), new SlicedEppsPulleyDivergence(SliceDirections.Random(73)),
            new SteinDivergence(scale: 0.37), new EuclideanCost(epsilon: 0.0017),
        ];
        foreach (var part in parts)
        {
            var text = part switch
            {
                IPrior p => RunDescription.Of(p),
                ILatentDivergence d => RunDescription.Of(d, new GaussianPrior(3)),
                _ => RunDescription.Of((IReconstructionCost)part),
            };
            foreach (var (name, value) in Numbers(part))
            {
                Assert.True(text.Contains(value, StringComparison.Ordinal), $"'{text}' does not tell {part.GetType().Name}.{name} = {value}.");
            }
        }

        var seen = parts.Select(part => part.GetType()).ToHashSet();
        Assert.DoesNotContain(typeof(IPrior).Assembly.GetExportedTypes(), type => !type.IsAbstract && type.Namespace is "WassersteinAutoEncoders.Priors" or "WassersteinAutoEncoders.Divergences"
            && (typeof(IPrior).IsAssignableFrom(type) || typeof(ILatentDivergence).IsAssignableFrom(type)) && !seen.Contains(type) && Options(type).Any());
    }

    /// <summary>Sums, weights, logarithms and kernels tell what they are made of; what a part is multiplied with may change on purpose and stands by itself.</summary>
    [Fact]
    public void Compositions_tell_their_parts()
    {
        var prior = new GaussianPrior(3);
        Tells(Of(new CramerWoldDivergence(smoothing: 0.37).Times(1.7)), "1.7", "CramerWoldDivergence", "smoothing 0.37");
        Tells(Of(new SlicedEnergyDivergence(SliceDirections.Random(73)).Plus(new BuresDivergence().Times(0.1))), "73 RandomDirections", "0.1", "BuresDivergence");
        Tells(Of(new CramerWoldDivergence(smoothing: 0.37).Log(offset: 0.0017)), "LogDivergence", "smoothing 0.37", "offset 0.0017");
        Tells(Of(new IntegratedMmdDivergence(new RbfKernel(1.7))), "RbfKernel", "1.7", nameof(MmdEstimator.Unbiased));
        Tells(Of(new MmdDivergence(SumKernel.Of((0.37, new ImqKernel(1.7)), (2.3, new EnergyKernel())))), "0.37", "ImqKernel", "1.7", "2.3", "EnergyKernel");
        Tells(RunDescription.Of(new SquaredErrorCost(factor: 0.05).Plus(new AbsoluteErrorCost().Times(2))), "SquaredErrorCost", "AbsoluteErrorCost");
        Tells(RunDescription.Of(new BinaryCrossEntropyCost()), "BinaryCrossEntropyCost");
        Tells(RunDescription.Of(new StructuralSimilarityCost(window: 7)), "StructuralSimilarityCost", "window 7");

        string Of(ILatentDivergence divergence) => RunDescription.Of(divergence, prior);

        static void Tells(string text, params string[] parts) => Assert.All(parts, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("smoothing")]
    [InlineData("gradient penalty")]
    public void Settings_of_divergences_are_compared(string what)
    {
        using var critic = TorchSharp.torch.nn.Linear(2, 1);
        Func<double, ILatentDivergence> create = what == "smoothing"
            ? value => new CramerWoldDivergence(smoothing: value)
            : value => new AdversarialDivergence(critic, new AdversarialOptions { GradientPenalty = value });
        var path = _folder.File("settings");
        using (var trainer = Trainer(new GaussianPrior(2), create(1)))
        {
            trainer.SaveCheckpoint(path);
        }

        using var other = Trainer(new GaussianPrior(2), create(2));
        Assert.Contains($"{what} 2", Assert.Throws<InvalidDataException>(() => other.LoadCheckpoint(path)).Message, StringComparison.Ordinal);
    }

    /// <summary>The numbers that a part, its options, its directions and its kernel were given.</summary>
    private static IEnumerable<(string Name, string Value)> Numbers(object part)
        => Options(part.GetType()).SelectMany(property => property.GetValue(part) switch
        {
            double value => [(property.Name, FormattableString.Invariant($"{value:R}"))],
            int or long => [(property.Name, FormattableString.Invariant($"{property.GetValue(part)}"))],
            IEnumerable<double> values => values.Select(value => (property.Name, FormattableString.Invariant($"{value:R}"))),
            AdversarialOptions or SinkhornOptions or SliceDirections => Numbers(property.GetValue(part)!),
            _ => Enumerable.Empty<(string, string)>(),
        });

    private static IEnumerable<System.Reflection.PropertyInfo> Options(Type type)
        => type.GetProperties().Where(property => property.Name is not ("ExpectedSquaredDistance" or "ProjectionVariance" or "MinimumSampleSize" or "Nodes" or "Period" or "Factor")
            && (property.PropertyType == typeof(double) || property.PropertyType == typeof(double?) || property.PropertyType == typeof(int) || property.PropertyType == typeof(long)
                || property.PropertyType == typeof(IReadOnlyList<double>) || property.PropertyType == typeof(AdversarialOptions) || property.PropertyType == typeof(SinkhornOptions)
                || property.PropertyType == typeof(SliceDirections)));

    [Fact]
    public void What_may_change_on_purpose_is_logged()
    {
        var path = Save();
        var logger = new ListLogger();
        var options = new WaeTrainerOptions
        {
            Lambda = new ConstantSchedule(50),
            LearningRate = new ConstantSchedule(1e-4),
            Cost = new WeightedCost(new SquaredErrorCost(), 2),
            Optimizer = OptimizerFactory.Adam(beta1: 0.5),
        };
        using var other = new WaeTrainer(_models.Encoder, _models.Decoder, new GaussianPrior(2), Mmd(), options, logger);
        other.LoadCheckpoint(path);
        var line = Assert.Single(logger.Lines, l => l.Contains("other settings", StringComparison.Ordinal));
        foreach (var part in new[] { "lambda was '10' and is '50'", "learning rate was '0.001' and is '0.0001'", "cost's factors", "beta1 0.5" })
        {
            Assert.Contains(part, line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nothing_is_logged_where_nothing_changed()
    {
        var path = Save();
        var logger = new ListLogger();
        using var same = new WaeTrainer(_models.Encoder, _models.Decoder, new GaussianPrior(2), Mmd(), null, logger);
        same.LoadCheckpoint(path);
        Assert.DoesNotContain(logger.Lines, l => l.Contains("other settings", StringComparison.Ordinal));
    }

    [Fact]
    public void A_part_of_ones_own_may_describe_itself()
    {
        var path = _folder.File("own");
        using (var trainer = Trainer(new GaussianPrior(2), new Own("3")))
        {
            trainer.SaveCheckpoint(path);
        }

        using var same = Trainer(new GaussianPrior(2), new Own("3"));
        same.LoadCheckpoint(path);
        using var other = Trainer(new GaussianPrior(2), new Own("4"));
        Assert.Contains("degrees 4", Assert.Throws<InvalidDataException>(() => other.LoadCheckpoint(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"step\":0", "\"step\":9223372036854775807")]
    [InlineData("\"epoch\":0", "\"epoch\":2147483647")]
    [InlineData("\"batch\":0", "\"batch\":0,\"batch\":0")]
    [InlineData("\"skipped\":0", "\"skipped\":0,\"step\":0")]
    public void A_state_that_no_trainer_writes_is_refused(string text, string by)
    {
        var path = Save();
        using var content = SafetensorsFile.Read(path);
        var metadata = content.Metadata.ToDictionary(StringComparer.Ordinal);
        Assert.Contains(text, metadata["wae.state"], StringComparison.Ordinal);
        metadata["wae.state"] = metadata["wae.state"].Replace(text, by, StringComparison.Ordinal);
        SafetensorsFile.Write(path, content.Tensors, metadata);
        using var trainer = Trainer(new GaussianPrior(2), Mmd());
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => trainer.LoadCheckpoint(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("optimizer/steps")]
    [InlineData("exp_avg_sq")]
    public void A_state_of_the_optimizer_that_cannot_be_is_refused(string name)
    {
        var path = Save();
        using var content = SafetensorsFile.Read(path);
        var key = content.Tensors.Keys.First(k => k.EndsWith(name, StringComparison.Ordinal));
        content.Tensors[key].fill_(-1);
        SafetensorsFile.Write(path, content.Tensors, content.Metadata);
        using var trainer = Trainer(new GaussianPrior(2), Mmd());
        Assert.Contains(key, Assert.Throws<InvalidDataException>(() => trainer.LoadCheckpoint(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Modules_disposed_before_saving_leave_the_old_checkpoint()
    {
        var path = Save();
        var before = File.ReadAllBytes(path);
        var checkpoints = new CheckpointObserver(_folder.File("run"));
        var own = new TestModels();
        var fit = new FitOptions { Observers = [checkpoints], ObserverErrors = ErrorPolicy.Stop };
        using var trainer = own.Trainer();
        trainer.SaveCheckpoint(path + "2");
        own.Dispose();
        Assert.Contains("disposed", Assert.Throws<ObjectDisposedException>(() => trainer.SaveCheckpoint(path)).Message, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => checkpoints.Observe(new RunCompleted(trainer, 0, 0, new WaeRun(0, 0, RunOutcome.Completed, [], TimeSpan.Zero))));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Empty(CheckpointFolder.List(_folder.File("run")));
    }

    [Theory]
    [InlineData(new byte[] { 80, 75, 3, 4, 0, 0, 8, 8, 0, 0 })]
    [InlineData(new byte[] { 128, 2, 138, 10, 108, 252, 156, 70, 249, 32 })]
    public void A_file_of_torch_save_is_recognised(byte[] bytes)
    {
        var path = _folder.File("model.pt");
        File.WriteAllBytes(path, bytes);
        var message = Assert.Throws<InvalidDataException>(() => ModuleWeights.Load(_models.Encoder, path)).Message;
        Assert.Contains("safetensors.torch.save_file", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Averaged_weights_that_were_not_kept_are_named()
    {
        var message = Assert.Throws<InvalidDataException>(() => ModuleWeights.Load(_models.Encoder, Save(), "average/encoder/")).Message;
        Assert.Contains("kept none", message, StringComparison.Ordinal);
        Assert.Contains("'encoder/'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_of_very_many_empty_tensors_is_refused_before_they_cost_memory()
    {
        var header = new StringBuilder("{");
        for (var i = 0; i < 1_200_000; i++)
        {
            header.Append(i == 0 ? "" : ",").Append('"').Append(i).Append("\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}");
        }

        var json = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        header.Clear();
        var path = _folder.File("empty");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)json.Length), .. json]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("65536", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path)).Message, StringComparison.Ordinal);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < json.Length + (64L << 20), $"{allocated:N0} bytes for a header of {json.Length:N0}");
    }

    private static MmdDivergence Mmd() => new(new ImqKernel(2));

    private WaeTrainer Trainer(IPrior prior, ILatentDivergence divergence, WaeTrainerOptions? options = null)
        => new(_models.Encoder, _models.Decoder, prior, divergence, options);

    private string Save()
    {
        var path = _folder.File("state");
        using var trainer = Trainer(new GaussianPrior(2), Mmd());
        trainer.SaveCheckpoint(path);
        return path;
    }

    private sealed class Own(string degrees) : ILatentDivergence, IDescribed
    {
        public Tensor Evaluate(Tensor encoded, PriorSamples prior) => encoded.square().mean();

        public string Describe() => $"degrees {degrees}";
    }

    private sealed class ListLogger : Microsoft.Extensions.Logging.ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Lines.Add(formatter(state, exception));
    }
}
