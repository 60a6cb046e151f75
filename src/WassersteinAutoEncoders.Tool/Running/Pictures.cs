using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Samples.Data;
using WassersteinAutoEncoders.Sampling;
using WassersteinAutoEncoders.Tool.Data;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Running;

/// <summary>Draws what a trained auto-encoder does, as files.</summary>
internal static class Pictures
{
    private const int Dots = 3000;

    /// <summary>Writes all pictures.</summary>
    /// <param name="trainer">The trained auto-encoder.</param>
    /// <param name="test">Test pictures and their labels.</param>
    /// <param name="pictures">The same pictures as the encoder takes them.</param>
    /// <param name="range">The range of their pixels.</param>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="history">The run's metrics.</param>
    /// <param name="folder">Where to write.</param>
    /// <returns>The files, with what they show.</returns>
    public static IReadOnlyList<(string Path, string Shows)> Write(
        WaeTrainer trainer, ImageSet test, Tensor pictures, PixelRange range, IReadOnlyList<string> classes, MetricHistory history, string folder)
    {
        using var scope = NewDisposeScope();
        var written = new List<(string, string)>();
        void Save(string name, string shows, byte[] image)
        {
            var path = Path.Combine(folder, name);
            File.WriteAllBytes(path, image);
            written.Add((path, shows));
        }

        void Draw(string name, string shows, Figure figure)
        {
            var path = Path.Combine(folder, name);
            figure.Save(path);
            written.Add((path, shows));
        }

        using var generator = new Generator(7, CPU);
        Save("reconstructions.png", "test pictures, and below each its reconstruction", ImageGrid.ToPng(Pairs(trainer, pictures), range, 16, scale: 2));
        Save("samples.png", "pictures decoded from prior samples", ImageGrid.ToPng(trainer.Model.Sample(96, generator), range, 16, scale: 2));
        Save("interpolations.png", "from one test picture to another in the latent space", ImageGrid.ToPng(Interpolations(trainer, pictures), range, 12, scale: 2));
        var dots = test.Thin(Dots);
        var codes = TestFigures.Encode(trainer, dots.ToTensor(range).to(pictures.device));
        var plane = trainer.Model.Prior.Dimension > 2 ? " (the two directions of largest variance)" : "";
        Draw("latent.svg", $"codes of test pictures by class{plane}, over the shaded prior", Figure.Codes(codes, trainer.Model.Prior, [.. dots.Labels.Select(label => (int)label)], classes));
        if (trainer.Model.Prior.Dimension == 2)
        {
            Save("manifold.png", "pictures decoded from a grid of the prior's quantiles", ImageGrid.ToPng(trainer.Model.Decode(LatentGrid.OfPrior(trainer.Model.Prior, 20, 20, device: codes.device)), range, 20));
        }

        Draw("losses.svg", "the losses over the steps", Losses(history));
        return written;
    }

    /// <summary>The terms of the loss over the steps, on a logarithmic axis where all values are positive: they differ by orders of magnitude.</summary>
    private static Figure Losses(MetricHistory history)
    {
        var curves = new[] { "reconstruction", "penalty" }.Select(term => (term, history.Points("loss/" + term))).ToArray();
        return Figure.Curves("Losses over the steps", "step", "loss", curves, logarithmic: curves.SelectMany(curve => curve.Item2).All(point => !(point.Value <= 0)));
    }

    /// <summary>Rows of inputs with a row of reconstructions beneath each.</summary>
    private static Tensor Pairs(WaeTrainer trainer, Tensor pictures)
    {
        const int Columns = 16;
        var count = Math.Min(4 * Columns, pictures.shape[0] / Columns * Columns);
        var input = pictures.narrow(0, 0, Math.Max(count, Math.Min(Columns, pictures.shape[0])));
        var output = trainer.Model.Reconstruct(input);
        var rows = new List<Tensor>();
        for (long start = 0; start < input.shape[0]; start += Columns)
        {
            var length = Math.Min(Columns, input.shape[0] - start);
            rows.Add(input.narrow(0, start, length));
            rows.Add(output.narrow(0, start, length));
        }

        return cat(rows, 0);
    }

    /// <summary>Six ways between codes that keep to the prior's support, twelve pictures each.</summary>
    private static Tensor Interpolations(WaeTrainer trainer, Tensor pictures)
    {
        const int Steps = 12;
        var ways = Math.Min(6, pictures.shape[0] / 2);
        var codes = trainer.Model.Encode(pictures.narrow(0, 0, 2 * ways));
        var paths = new List<Tensor>();
        for (long way = 0; way < ways; way++)
        {
            paths.Add(Interpolation.ForPrior(trainer.Model.Prior, codes.select(0, 2 * way), codes.select(0, (2 * way) + 1), Steps));
        }

        return trainer.Model.Decode(cat(paths, 0));
    }
}

/// <summary>Keeps the metrics of a run for its curves.</summary>
internal sealed class MetricHistory : ITrainingObserver
{
    private readonly Dictionary<string, List<(double Step, double Value)>> _values = [];

    public void Observe(TrainingEvent trainingEvent)
    {
        if (trainingEvent is not MetricsRecorded recorded)
        {
            return;
        }

        foreach (var metric in recorded.Metrics)
        {
            if (!_values.TryGetValue(metric.Name, out var points))
            {
                _values[metric.Name] = points = [];
            }

            points.Add((recorded.Step, metric.Value));
        }
    }

    /// <summary>The points of a metric; none where it was not recorded.</summary>
    public IReadOnlyList<(double Step, double Value)> Points(string name) => _values.GetValueOrDefault(name) ?? [];
}
