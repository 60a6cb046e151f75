using TorchSharp;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Reporting.Tests.Support;

/// <summary>A run that never happened, recorded as a real one would be.</summary>
internal static class SyntheticRun
{
    public const int Side = 8;

    /// <summary>Writes a report to a file and returns it as data. Codes begin at a third of the prior's width and end at all of it.</summary>
    public static TrainingReport Record(string path, int epochs, int dimension = 2, ReportOptions? options = null, IReadOnlyList<string>? classNames = null, IReadOnlyList<Metric>? further = null)
    {
        using var scope = torch.NewDisposeScope();
        var model = new SyntheticModel(dimension, 1, Side) { Scale = 1.0 / 3 };
        var recorder = new ReportRecorder(path, Probe(dimension, 300, classNames), (options ?? new ReportOptions()) with { MaxTimeShare = 1 });
        recorder.Start(epochs, model);
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            var share = (double)epoch / epochs;
            model.Scale = 1.0 / 3 + 2.0 / 3 * share;
            for (var k = 1; k <= 5; k++)
            {
                recorder.RecordInterval((epoch - 1) * 50 + 10 * k, Metrics(share, 0.02 * k, further));
            }

            recorder.RecordValidation(epoch * 50, Metrics(share, 0.05, []));
            recorder.CompleteEpoch(epoch, epoch * 50, Metrics(share, 0, further), TimeSpan.FromSeconds(1), model);
        }
        recorder.End(RunState.Completed, model);
        return recorder.ToReport();
    }

    /// <summary>Standard normal inputs, so that codes at scale 1 follow the prior exactly.</summary>
    public static ReportProbe Probe(int dimension, int count, IReadOnlyList<string>? classNames = null)
    {
        using var generator = new torch.Generator(7, torch.CPU);
        var inputs = torch.randn(count, 1, Side, Side, generator: generator);
        return new ReportProbe(new GaussianPrior(dimension))
        {
            Images = new ImageProbe(inputs, new ImageShape(1, Side, Side), PixelRange.Unit),
            Codes = new CodeProbe(inputs, [.. Enumerable.Range(0, count).Select(i => i % 3)], classNames),
        };
    }

    private static IReadOnlyList<Metric> Metrics(double share, double noise, IReadOnlyList<Metric>? further) =>
    [
        new("loss/reconstruction", 100 - 40 * share + noise),
        new("loss/penalty", 0.5 * (1 - share) - 0.001 + noise / 100),
        new("loss/total", 105 - 45 * share + noise),
        .. further ?? [],
    ];
}
