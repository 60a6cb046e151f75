using System.Security.Cryptography;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch.nn;

namespace KillResume;

/// <summary>A small training run with everything in it that has a state: dropout, a critic, two optimizers, averaged weights, observers.</summary>
internal static class Training
{
    public const int StepsPerEpoch = 16;

    private const int Inputs = 12, Latent = 3, BatchSize = 32, WideInputs = 50_000;

    /// <summary>Resumes from the newest checkpoint in the folder where there is one, trains to the end or to where it waits to be killed, and leaves the hash of the final weights.</summary>
    public static void Run(string folder, int epochs, long waitAt)
    {
        torch.set_num_threads(1);
        torch.random.manual_seed(1);
        using var encoder = Sequential(("in", Linear(Inputs, 32)), ("relu", ReLU()), ("dropout", Dropout(0.1)), ("out", Linear(32, Latent)));
        using var decoder = Sequential(("in", Linear(Latent, 32)), ("relu", ReLU()), ("out", Linear(32, Inputs)));
        using var critic = Sequential(("in", Linear(Latent, 16)), ("relu", ReLU()), ("out", Linear(16, 1)));
        using var data = Data();
        using var lines = new JsonLinesObserver(Path.Combine(folder, "log.jsonl"));
        using var table = new CsvObserver(Path.Combine(folder, "log.csv"));
        var stopping = new EarlyStoppingObserver(new MonitoredMetric("loss/total"), patience: epochs);
        var checkpoints = new CheckpointObserver(folder, new CheckpointOptions { EverySteps = 2, EveryEpochs = 1, Best = new MonitoredMetric("loss/total") });
        var fit = new FitOptions
        {
            LoggingInterval = 7,
            Observers = [lines, table, stopping, new ProgressObserver(waitAt), checkpoints],
        };
        var options = new WaeTrainerOptions
        {
            Seed = 3,
            EmaDecay = 0.99,
        };
        var prior = new GaussianPrior(Latent);
        using var trainer = new WaeTrainer(encoder, decoder, prior, new AdversarialDivergence(critic), options);
        CheckpointFolder.Resume(trainer, folder);
        trainer.Fit(new TensorBatcher(data, BatchSize, seed: 4), epochs, fit);
        if (checkpoints.LastFailure is { } failure)
        {
            throw failure;
        }

        File.WriteAllText(Path.Combine(folder, Proof.HashName), Hash(encoder, decoder, critic));
    }

    /// <summary>Writes a checkpoint of about 1.5 MB whose weights all have one value.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Save(string path, float value, int times = 1, Action? written = null)
    {
        torch.set_num_threads(1);
        using Module<torch.Tensor, torch.Tensor> encoder = Linear(WideInputs, Latent), decoder = Linear(Latent, WideInputs);
        using (torch.no_grad())
        {
            foreach (var parameter in encoder.parameters().Concat(decoder.parameters()))
            {
                parameter.fill_(value);
            }
        }

        using var trainer = new WaeTrainer(encoder, decoder, new GaussianPrior(Latent), new MmdDivergence());
        for (var n = 0; n < times; n++)
        {
            trainer.SaveCheckpoint(path);
            written?.Invoke();
        }
    }

    /// <summary>Whether a checkpoint's tensor is one of those that <see cref="Save"/> gave a value.</summary>
    public static bool IsWeight(string name)
        => name.StartsWith("encoder/", StringComparison.Ordinal) || name.StartsWith("decoder/", StringComparison.Ordinal);

    private static torch.Tensor Data()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(2);
        var codes = torch.randn(BatchSize * StepsPerEpoch, Latent, generator: generator);
        var map = torch.randn(Latent, Inputs, generator: generator);
        return codes.matmul(map).tanh().DetachFromDisposeScope();
    }

    private static string Hash(params Module[] modules)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var module in modules)
        {
            foreach (var tensor in module.state_dict().Values)
            {
                hash.AppendData(tensor.bytes);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Tells the process that watches how far the run is, and waits at a step for its end, which comes there at the latest however slow the machine is.</summary>
    private sealed class ProgressObserver(long waitAt) : ITrainingObserver
    {
        public void Observe(TrainingEvent trainingEvent)
        {
            if (trainingEvent is not StepCompleted e)
            {
                return;
            }

            Console.Out.WriteLine(e.Step);
            if (e.Step < waitAt)
            {
                return;
            }

            Thread.Sleep(TimeSpan.FromMinutes(5));
            Environment.Exit(3);
        }
    }
}
