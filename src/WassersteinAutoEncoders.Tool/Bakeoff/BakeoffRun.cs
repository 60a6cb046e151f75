using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Tool.CommandLine;
using WassersteinAutoEncoders.Tool.Composition;
using WassersteinAutoEncoders.Tool.Data;
using WassersteinAutoEncoders.Tool.Networks;
using WassersteinAutoEncoders.Tool.Running;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Bakeoff;

/// <summary>Trains the same networks once for every contestant, prior, dimension and seed, in the same order of the data, and writes one table.</summary>
internal sealed class BakeoffRun(Study study, ToolConsole console, CancellationToken cancellationToken)
{
    private readonly TrainingSettings _settings = study.Settings;

    /// <summary>Does all of it; interrupted, it writes the table of those that were done.</summary>
    public int Run()
    {
        var folder = OutputFolder.Prepare(_settings.OutputFolder("bakeoff"));
        var data = DataSource.Load(_settings, console.Say, cancellationToken);
        console.Say($"{data.Name}, {data.Source}: {data.Train.Count:N0} training and {data.Test.Count:N0} test pictures; writing to {folder}");
        if (_settings.Threads is { } threads)
        {
            set_num_threads(threads);
        }

        using var scope = NewDisposeScope();
        var shape = new ImageShape(data.Train.Channels, data.Train.Height, data.Train.Width);
        var test = data.Test.ToTensor(_settings.Range);
        GlobalRandom.Seed(Study.JudgeSeed);
        using var classifier = new DigitClassifier(new NetworkShape(shape.Channels, shape.Height, shape.Width, 1, _settings.Range));
        using (NewDisposeScope())
        {
            classifier.Learn(data.Train.ToTensor(_settings.Range), data.Train.LabelsToTensor(), Study.JudgeSeed, _settings.MaxSteps, cancellationToken);
        }

        classifier.eval();
        var accuracy = classifier.Accuracy(test, data.Test.LabelsToTensor());
        console.Say($"the classifier names {100 * accuracy:0.0} % of the test pictures");

        var train = (study.Images is { } images ? data.Train.Thin(images) : data.Train).ToTensor(_settings.Range);
        var judge = new Judge(test, classifier, Study.JudgeSeed);
        var store = new RunStore(folder);
        var done = new List<(Contestant Contestant, TrainingSettings Asked, Measurement Figures, byte[] Picture)>();
        foreach (var (contestant, asked) in study.Runs())
        {
            var name = $"{contestant.Name}-{Choices.NameOf(Choices.Priors, asked.Prior)}-d{asked.LatentDimension}-s{asked.Seed}";
            var key = RunStore.Key(study, asked, data.Name);
            if (asked.Mistakes().FirstOrDefault() is { } mistake)
            {
                console.Say($"left out: {contestant.Name} with prior {Choices.NameOf(Choices.Priors, asked.Prior)}: {mistake}");
            }
            else if (store.Find(name, key) is { } found)
            {
                console.Say($"{name}: done before");
                done.Add((contestant, asked, found.Figures, found.Picture));
            }
            else if (!cancellationToken.IsCancellationRequested)
            {
                var (figures, picture) = Train(name, asked, shape, train, judge);
                if (!cancellationToken.IsCancellationRequested)
                {
                    store.Keep(name, key, figures, picture);
                }

                done.Add((contestant, asked, figures, picture));
            }
        }

        if (done.Count > 0)
        {
            var entries = done.GroupBy(run => (run.Contestant, run.Asked.Prior, run.Asked.LatentDimension))
                .Select(runs => new Entry(runs.Key.Contestant, Choices.NameOf(Choices.Priors, runs.Key.Prior), runs.Key.LatentDimension, [.. runs.Select(run => run.Figures)], runs.First().Picture))
                .OrderBy(entry => entry.Latent).ToArray();
            Conclude(entries, judge.Reference(), accuracy, data.Name, folder);
        }

        return ExitCode.Success;
    }

    private (Measurement Figures, byte[] Picture) Train(string name, TrainingSettings asked, ImageShape pictures, Tensor train, Judge judge)
    {
        using var scope = NewDisposeScope();
        GlobalRandom.Seed(asked.Seed);
        var (encoder, decoder) = Composer.Networks(asked, pictures);
        var prior = Composer.Prior(asked);
        var divergence = Composer.Divergence(asked, prior, CPU);
        var batches = new TensorBatcher(train, asked.BatchSize, dropLast: train.shape[0] > asked.BatchSize, seed: asked.Seed);
        console.Say($"{name}, λ {asked.Lambda.ToString(CultureInfo.InvariantCulture)}{(asked.SpectrumWeight > 0 ? $", spectrum {asked.SpectrumWeight.ToString(CultureInfo.InvariantCulture)}" : "")}");
        var memory = new MemoryWatch();
        var limit = new StepLimit(asked.MaxSteps);
        var time = new TimeLimit(study.Seconds);
        using var trainer = new WaeTrainer(encoder, decoder, prior, divergence, TrainerFactory.Options(asked));
        var (steps, length) = RunLimits.Of(asked, batches.BatchesPerEpoch, time);
        var run = console.Train(name, steps, length, shown => trainer.Fit(
            batches, asked.Epochs, new FitOptions { Observers = [limit, time, shown, memory] }, cancellationToken));
        var (figures, picture) = judge.Measure(trainer);
        return (figures with { Steps = run.Steps, MillisecondsPerStep = run.Elapsed.TotalMilliseconds / Math.Max(1, run.Steps), Mebibytes = memory.Mebibytes }, picture);
    }

    private void Conclude(IReadOnlyList<Entry> entries, (double Sharpness, double Frechet) reference, double accuracy, string data, string folder)
    {
        var table = new ResultTable(entries, reference);
        var legend = ResultTable.Legend(study, reference, accuracy);
        var length = study.Seconds is { } seconds ? $"{seconds.ToString(CultureInfo.InvariantCulture)} s of processor time each" : $"{_settings.Epochs} epochs";
        var title = $"{data}{(study.Images is { } images ? $", {images:N0} pictures" : "")}: {length}{(_settings.MaxSteps is { } most ? $", at most {most} steps" : "")}, "
            + $"{Choices.NameOf(Choices.Networks, _settings.Network)} of width {_settings.Width}, batches of {_settings.BatchSize}, {(study.Seeds.Count == 1 ? $"seed {study.Seeds[0]}" : $"seeds {string.Join(", ", study.Seeds)}")}";
        console.Table(title, table.Heads, table.Rows);
        var (markdown, html) = (Path.Combine(folder, "bakeoff.md"), Path.Combine(folder, "bakeoff.html"));
        AtomicFile.WriteAllBytes(markdown, Encoding.UTF8.GetBytes(ResultPages.Markdown(title, table, legend)));
        AtomicFile.WriteAllBytes(html, Encoding.UTF8.GetBytes(ResultPages.Html(title, table, legend, entries)));
        console.Say($"{markdown}: the table");
        console.Say($"{html}: the table with pictures decoded from the prior");
    }
}

/// <summary>Notes the most memory that the process holds while a contestant trains; looks every twenty steps.</summary>
internal sealed partial class MemoryWatch : ITrainingObserver
{
    /// <summary>Gives back what earlier work has freed, so that it does not count for the next contestant.</summary>
    public MemoryWatch()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        try
        {
            if (OperatingSystem.IsLinux())
            {
                _ = TrimHeap(0);
            }
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without this call keeps its freed memory; figures are then upper bounds.
        }
    }

    /// <summary>The most that was seen, in MiB.</summary>
    public double Mebibytes { get; private set; }

    public void Observe(TrainingEvent trainingEvent)
    {
        if (trainingEvent is StepCompleted { Step: var step } && step % 20 == 1)
        {
            Mebibytes = Math.Max(Mebibytes, Environment.WorkingSet / 1048576.0);
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint pad);
}
