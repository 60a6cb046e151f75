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
            "optimizer" => Trainer(new GaussianPrior(2), mmd, new WaeTrainerOptions { Optimizer = new AdamWFactory() }),
            _ => Trainer(new GaussianPrior(2), mmd, new WaeTrainerOptions { Seed = 1 }),
        };
        var message = Assert.Throws<InvalidDataException>(() => other.LoadCheckpoint(path)).Message;
        Assert.Contains(what switch { "radius" => "prior was", "kernel" => "divergence was", _ => what + " was" }, message, StringComparison.Ordinal);
        Assert.Contains("ModuleWeights", message, StringComparison.Ordinal);
        Assert.Equal(before, _models.Weights());
        Assert.Equal(0, other.StepCount);
    }

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
            Optimizer = new AdamFactory(beta1: 0.5),
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
        var fit = new FitOptions { Observers = [checkpoints], ObserverErrors = ObserverErrorPolicy.Stop };
        using var trainer = own.Trainer();
        trainer.SaveCheckpoint(path + "2");
        own.Dispose();
        Assert.Contains("disposed", Assert.Throws<ObjectDisposedException>(() => trainer.SaveCheckpoint(path)).Message, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => checkpoints.Observe(new RunCompleted(trainer, 0, 0, null!)));
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
