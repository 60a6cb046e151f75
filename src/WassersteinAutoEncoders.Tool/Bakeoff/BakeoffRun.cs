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

/// <summary>Trains the same networks once for every contestant and prior, from the same seed and data order, and writes one table.</summary>
internal sealed class BakeoffRun(TrainingSettings settings, ToolConsole console, CancellationToken cancellationToken)
{
    /// <summary>Does all of it; interrupted, it writes the table of those that were done.</summary>
    public int Run(IReadOnlyList<Contestant> contestants, IReadOnlyList<PriorKind> priors)
    {
        var folder = OutputFolder.Prepare(settings.OutputFolder("bakeoff"));
        var data = DataSource.Load(settings, console.Say, cancellationToken);
        console.Say($"{data.Name}, {data.Source}: {data.Train.Count:N0} training and {data.Test.Count:N0} test pictures; writing to {folder}");
        if (settings.Threads is { } threads)
        {
            set_num_threads(threads);
        }

        using var scope = NewDisposeScope();
        GlobalRandom.Seed(settings.Seed);
        var train = data.Train.ToTensor(settings.Range);
        var test = data.Test.ToTensor(settings.Range);
        using var classifier = new DigitClassifier(new NetworkShape(data.Train.Channels, data.Train.Height, data.Train.Width, settings.LatentDimension, settings.Range));
        classifier.Learn(train, data.Train.LabelsToTensor(), settings.Seed, settings.MaxSteps, cancellationToken);
        classifier.eval();
        var accuracy = classifier.Accuracy(test, data.Test.LabelsToTensor());
        console.Say($"the classifier names {100 * accuracy:0.0} % of the test pictures");

        var shape = new ImageShape(data.Train.Channels, data.Train.Height, data.Train.Width);
        var judge = new Judge(test, classifier, settings.Seed);
        var results = new List<Measurement>();
        foreach (var (contestant, prior) in contestants.SelectMany(_ => priors, (contestant, prior) => (contestant, prior)))
        {
            var own = contestant.Divergence == DivergenceKind.Gan ? Presets.Adversarial(settings) : settings;
            var asked = own with { Divergence = contestant.Divergence, Kernel = contestant.Kernel, Lambda = contestant.Lambda, Prior = prior };
            if (asked.Mistakes().FirstOrDefault() is { } mistake)
            {
                console.Say($"left out: {contestant.Name} with prior {Choices.NameOf(Choices.Priors, prior)}: {mistake}");
            }
            else if (!cancellationToken.IsCancellationRequested)
            {
                results.Add(Train(contestant, asked, shape, train, judge));
            }
        }

        if (results.Count > 0)
        {
            Conclude(results, judge.Reference(), accuracy, data.Name, folder);
        }

        return ExitCode.Success;
    }

    private Measurement Train(Contestant contestant, TrainingSettings asked, ImageShape pictures, Tensor train, Judge judge)
    {
        using var scope = NewDisposeScope();
        GlobalRandom.Seed(asked.Seed);
        var (encoder, decoder) = Composer.Networks(asked, pictures);
        var prior = Composer.Prior(asked);
        var divergence = Composer.Divergence(asked, prior, CPU);
        var batches = new TensorBatcher(train, asked.BatchSize, dropLast: train.shape[0] > asked.BatchSize, seed: asked.Seed);
        var name = $"{contestant.Name}, {Choices.NameOf(Choices.Priors, asked.Prior)}";
        console.Say($"{name}, λ {contestant.Lambda}");
        var memory = new MemoryWatch();
        var limit = new StepLimit(asked.MaxSteps);
        using var trainer = new WaeTrainer(encoder, decoder, prior, divergence, TrainerFactory.Options(asked));
        var run = console.Train(name, Math.Min(asked.Epochs * batches.BatchesPerEpoch, asked.MaxSteps ?? long.MaxValue), shown => trainer.Fit(
            batches, asked.Epochs, new FitOptions { Observers = [shown, limit, memory] }, cancellationToken));
        return judge.Measure(contestant, Choices.NameOf(Choices.Priors, asked.Prior), trainer, run.Elapsed.TotalMilliseconds / Math.Max(1, run.Steps), memory.Mebibytes);
    }

    private void Conclude(IReadOnlyList<Measurement> results, (double Sharpness, double Frechet) reference, double accuracy, string data, string folder)
    {
        var table = new ResultTable(results, reference);
        var legend = ResultTable.Legend(reference, accuracy);
        var title = $"{data}: {settings.Epochs} epochs{(settings.MaxSteps is { } most ? $", at most {most} steps" : "")}, MLP of width {settings.Width}, {settings.LatentDimension} latent dimensions, batches of {settings.BatchSize}, seed {settings.Seed}";
        console.Table(title, table.Heads, table.Rows);
        var (markdown, html) = (Path.Combine(folder, "bakeoff.md"), Path.Combine(folder, "bakeoff.html"));
        AtomicFile.WriteAllBytes(markdown, Encoding.UTF8.GetBytes(ResultPages.Markdown(title, table, legend)));
        AtomicFile.WriteAllBytes(html, Encoding.UTF8.GetBytes(ResultPages.Html(title, table, legend, results)));
        foreach (var result in results)
        {
            AtomicFile.WriteAllBytes(Path.Combine(folder, $"samples-{result.Contestant.Name}-{result.Prior}.png"), result.Picture);
        }

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
