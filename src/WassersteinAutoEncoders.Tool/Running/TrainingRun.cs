using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Samples.Data;
using WassersteinAutoEncoders.Tool.CommandLine;
using WassersteinAutoEncoders.Tool.Composition;
using WassersteinAutoEncoders.Tool.Data;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Running;

/// <summary>One run of <c>wae train</c>: data, networks, training, figures on the test set, pictures.</summary>
internal sealed class TrainingRun(TrainingSettings settings, ToolConsole console, CancellationToken cancellationToken)
{
    /// <summary>Test pictures that are evaluated after each epoch; all of them are at the end.</summary>
    private const int Validation = 2000;

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Does all of it.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        var device = Composer.Device(settings.Device);
        if (settings.Output is { } named)
        {
            OutputFolder.Prepare(Path.GetFullPath(named));
        }

        // Reading the files and loading libtorch take a while each: side by side.
        var loading = Task.Run(() => DataSource.Load(settings, console.Say, cancellationToken), cancellationToken);
        if (settings.Threads is { } threads)
        {
            set_num_threads(threads);
        }

        GlobalRandom.Seed(settings.Seed);
        var data = loading.GetAwaiter().GetResult();
        var folder = OutputFolder.Prepare(settings.OutputFolder(data.Name));
        console.Say($"{data.Name}, {data.Source}: {data.Train.Count:N0} training and {data.Test.Count:N0} test pictures of {data.Train.Channels}×{data.Train.Height}×{data.Train.Width}");

        using var scope = NewDisposeScope();
        var train = data.Train.ToTensor(settings.Range).to(device);
        var test = data.Test.ToTensor(settings.Range).to(device);
        var model = ModelDescription.Of(settings, data);
        var prior = Composer.Prior(settings);
        var (encoder, decoder) = Composer.Networks(settings, model.Shape);
        encoder.to(device);
        decoder.to(device);
        console.Say($"{Describe()}; {Count(encoder) + Count(decoder):N0} parameters; writing to {folder}");

        var batches = new TensorBatcher(train, settings.BatchSize, dropLast: train.shape[0] > settings.BatchSize, seed: settings.Seed);
        var validation = Spread(data.Test.Thin(Validation).ToTensor(settings.Range), 500).Select(batch => batch.to(device)).ToArray();
        using var lines = new JsonLinesObserver(Path.Combine(folder, "metrics.jsonl"));
        using var report = Report(data, model.Shape, device, prior, folder);
        var checkpoints = new CheckpointObserver(Path.Combine(folder, "checkpoints"), new CheckpointOptions { Keep = 2 });
        var history = new MetricHistory();
        var limit = new StepLimit(settings.MaxSteps);
        var keeper = new DescriptionKeeper(model);
        using var trainer = new WaeTrainer(
            encoder, decoder, prior, Composer.Divergence(settings, prior, device), TrainerFactory.Options(settings));
        if (settings.Resume is { } checkpoint)
        {
            trainer.LoadCheckpoint(checkpoint);
            console.Say($"going on from {checkpoint}: epoch {trainer.Epoch}, step {trainer.StepCount}");
        }

        var prepared = _watch.Elapsed;
        var (steps, length) = RunLimits.Of(settings, batches.BatchesPerEpoch);
        var run = console.Train("training", steps, length, shown => trainer.Fit(
            batches, settings.Epochs, new FitOptions { Validation = validation, Observers = [shown, limit, history, lines, report, keeper, checkpoints] }, cancellationToken));
        Conclude(trainer, run, data, test, history, folder, prepared + limit.FirstStep);
        return ExitCode.Success;
    }

    private ReportObserver Report(ImageData data, ImageShape shape, Device device, IPrior prior, string folder)
    {
        var pictures = data.Test;
        var codes = pictures.Thin(1000);
        var probe = new ReportProbe(prior)
        {
            Images = new ImageProbe(pictures.Thin(32).ToTensor(settings.Range).to(device), shape, settings.Range),
            Codes = new CodeProbe(codes.ToTensor(settings.Range).to(device), [.. codes.Labels.Select(label => (int)label)], data.ClassNames),
        };
        return new(Path.Combine(folder, "report.html"), probe, new ReportOptions
        {
            Title = $"Wasserstein auto-encoder on {data.Name}",
            Subtitle = Describe(),
            CostUnit = Composer.CostUnit(settings.Cost),
        });
    }

    private void Conclude(WaeTrainer trainer, WaeRun run, ImageData data, Tensor test, MetricHistory history, string folder, TimeSpan firstStep)
    {
        if (run.Outcome == RunOutcome.Cancelled)
        {
            console.Say($"interrupted after {run.Steps} steps; measuring and drawing what was learned so far");
        }

        var checkpoint = Path.Combine(folder, "checkpoint.safetensors");
        trainer.SaveCheckpoint(checkpoint);
        var figures = TestFigures.Measure(trainer, test, settings.Seed);
        console.Table($"On {figures.Count:N0} test pictures", ["figure", "value"],
        [
            ["reconstruction, " + Composer.CostUnit(settings.Cost), Format(figures.Reconstruction)],
            ["MMD of 1,000 codes and 1,000 prior samples (IMQ, official)", Format(figures.Mmd)],
            ["mean of the codes' coordinates", Format(figures.Mean)],
            ["standard deviation of the codes' coordinates", Format(figures.Deviation)],
            ["  mean, dimension by dimension", Range(figures.LatentMean)],
            ["  standard deviation, dimension by dimension", Range(figures.LatentDeviation)],
            ["training", $"{run.Elapsed.TotalSeconds:F1} s, {run.Steps:N0} {(run.Steps == 1 ? "step" : "steps")}"],
            ["from start to the first step", $"{firstStep.TotalSeconds:F1} s"],
        ]);
        foreach (var (path, shows) in Pictures.Write(trainer, data.Test, test, settings.Range, data.ClassNames, history, folder))
        {
            console.Say($"{path}: {shows}");
        }

        console.Say($"{Path.Combine(folder, "report.html")}: the run in one page");
        console.Say($"{checkpoint}: goes on with --resume; wae sample draws from it, wae inspect looks into it, other programs read its weights");
    }

    private string Describe()
        => $"{Choices.NameOf(Choices.Networks, settings.Network)} networks of width {settings.Width}, {settings.LatentDimension} latent dimensions, prior {Choices.NameOf(Choices.Priors, settings.Prior)}, "
            + $"divergence {Choices.NameOf(Choices.Divergences, settings.Divergence)}{(settings.Divergence == DivergenceKind.Mmd ? "-" + Choices.NameOf(Choices.Kernels, settings.Kernel) : "")}, λ {settings.Lambda.ToString(CultureInfo.InvariantCulture)}, "
            + $"batches of {settings.BatchSize}, Adam {settings.LearningRate.ToString(CultureInfo.InvariantCulture)}, {(settings.Precision == ComputePrecision.BFloat16 ? "computed in bfloat16, " : "")}weights averaged over about 1,000 steps for figures and pictures, seed {settings.Seed}";

    private static long Count(nn.Module module) => module.parameters().Sum(parameter => parameter.numel());

    private static string Format(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Range(IReadOnlyList<double> values)
        => $"{values.Min().ToString("0.000", CultureInfo.InvariantCulture)} … {values.Max().ToString("0.000", CultureInfo.InvariantCulture)}";

    /// <summary>Batches that each span the whole set: the halves of MNIST's test set were written by different people, whose codes differ.</summary>
    private static IEnumerable<Tensor> Spread(Tensor pictures, long size)
    {
        var batches = Math.Max(1, pictures.shape[0] / size);
        for (long batch = 0; batch < batches; batch++)
        {
            yield return pictures.index_select(0, HeldScalars.Range(batch, pictures.shape[0], batches));
        }
    }
}
