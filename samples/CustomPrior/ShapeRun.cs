using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Samples.CommandLine;
using WassersteinAutoEncoders.Samples.Composition;
using WassersteinAutoEncoders.Samples.Data;
using WassersteinAutoEncoders.Samples.Running;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Samples.CustomPrior;

/// <summary>Trains one auto-encoder after another for the same prior and draws where their codes lie.</summary>
internal sealed class ShapeRun
{
    private const int Dots = 4000;
    private readonly TrainingSettings _settings;
    private readonly SampleConsole _console;
    private readonly CancellationToken _cancellationToken;
    private readonly ImageData _data;
    private readonly string _folder;

    /// <summary>Prepares folder and data.</summary>
    public ShapeRun(TrainingSettings settings, SampleConsole console, CancellationToken cancellationToken)
    {
        (_settings, _console, _cancellationToken) = (settings, console, cancellationToken);
        _folder = OutputFolder.Prepare(settings.OutputFolder("custom-prior"));
        _data = DataSource.Load(settings, console.Say, cancellationToken);
        console.Say($"{_data.Name}, {_data.Source}: {_data.Train.Count:N0} training and {_data.Test.Count:N0} test pictures");
        if (settings.Threads is { } threads)
        {
            set_num_threads(threads);
        }
    }

    /// <summary>Trains, measures how far validation codes are from the prior before and after, and draws them.</summary>
    public void Train(string title, string name, IPrior prior, ILatentDivergence divergence, double lambda)
    {
        if (_cancellationToken.IsCancellationRequested)
        {
            return;
        }

        using var scope = NewDisposeScope();
        GlobalRandom.Seed(_settings.Seed);
        _console.Say($"{title}, λ {lambda}");
        var (encoder, decoder) = Composer.Networks(_settings, _data.Train);
        var batches = new TensorBatcher(_data.Train.ToTensor(_settings.Range), _settings.BatchSize, dropLast: true, seed: _settings.Seed);
        var test = _data.Test.Thin(Dots).ToTensor(_settings.Range);
        var total = Math.Min(_settings.Epochs * batches.BatchesPerEpoch, _settings.MaxSteps ?? long.MaxValue);
        var watcher = new ConsoleObserver(_console, _settings.MaxSteps);
        using var trainer = new WaeTrainer(encoder, decoder, prior, divergence, TrainerFactory.Options(_settings with { Lambda = lambda }));
        var before = Distance(trainer, test, prior);
        var run = _console.Track(title, total, progress =>
        {
            watcher.Progress = progress;
            return trainer.Fit(batches, _settings.Epochs, new FitOptions { Observers = [watcher] }, _cancellationToken);
        });
        var after = Distance(trainer, test, prior);
        _console.Say($"a code's distance to the nearest of 4,000 prior samples, mean: {before:0.000} before, {after:0.000} after {run.Steps} steps in {run.Elapsed.TotalSeconds:F1} s");
        Draw(trainer, test, prior, Path.Combine(_folder, $"codes-{name}.png"));
    }

    private static double Distance(WaeTrainer trainer, Tensor test, IPrior prior)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);
        return cdist(trainer.Model.Encode(test), prior.Sample(Dots, generator)).amin(1).mean().ToDouble();
    }

    private void Draw(WaeTrainer trainer, Tensor test, IPrior prior, string path)
    {
        using var scope = NewDisposeScope();
        LatentPicture.Draw(trainer.Model.Encode(test), _data.Test.Thin(Dots).Labels, _data.ClassNames, prior).Save(path);
        _console.Say($"{path}: codes of test pictures by class over the prior");
    }
}
