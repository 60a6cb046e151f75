using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Reporting.Tests.Recording;

public class ReportObserverTests
{
    [Fact]
    public void A_trainers_run_is_reported_and_not_changed_by_it()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        var path = folder.File("r.html");
        TrainingReport report;
        var watched = Train(3, observer: path, out report);
        var alone = Train(3, observer: null, out _);
        Assert.Equal(alone, watched);

        Assert.Equal(RunState.Completed, report.Progress.State);
        Assert.Equal(3, report.Progress.Epoch);
        Assert.Contains(report.Series, series => series is { Name: "loss/reconstruction", Source: MetricSource.Epoch, Points.Count: 3 });
        Assert.Contains(report.Series, series => series is { Name: "loss/reconstruction", Source: MetricSource.Validation, Points.Count: 3 });
        Assert.DoesNotContain(report.Series, series => series.Name.StartsWith("evaluation/", StringComparison.Ordinal));
        Assert.Contains(report.Settings, setting => setting is { Name: "Prior", Value: "GaussianPrior of dimension 2, standard deviation 1" });
        Assert.Equal((0, 3), (report.Snapshots[0].Epoch, report.Snapshots[^1].Epoch));
        Assert.Contains("loss/reconstruction", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_breaks_off_is_marked_so()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        var (encoder, decoder) = Modules();
        TrainingReport report;
        using (var observer = new ReportObserver(folder.File("r.html")))
        {
            var fit = new FitOptions { Observers = [observer] };
            using var trainer = new WaeTrainer(encoder, decoder, new GaussianPrior(2), Divergence());
            IEnumerable<torch.Tensor> batches = [torch.randn(8, 16), torch.full(new long[] { 8, 16 }, float.NaN)];
            Assert.ThrowsAny<Exception>(() => trainer.Fit(batches, 1, fit));
            observer.Dispose();
            report = observer.Report;
        }
        Assert.Equal(RunState.Failed, report.Progress.State);
        Assert.Contains("broke off", File.ReadAllText(folder.File("r.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_resume_the_report_holds_the_whole_run()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        var whole = Run("whole.html", 6, save: null, resume: null);
        Run("first.html", 3, save: "c.safetensors", resume: null);
        var resumed = Run("second.html", 6, save: null, resume: "c.safetensors");

        Assert.Equal(whole.EpochEnds.Select(end => (end.Epoch, end.Step)), resumed.EpochEnds.Select(end => (end.Epoch, end.Step)));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], resumed.Snapshots.Select(snapshot => snapshot.Epoch));
        Assert.Equal(whole.Snapshots.Select(snapshot => snapshot.Reconstructions!.Png), resumed.Snapshots.Select(snapshot => snapshot.Reconstructions!.Png));
        Assert.Equal(whole.Series.Select(series => (series.Name, series.Source)), resumed.Series.Select(series => (series.Name, series.Source)));
        Assert.All(whole.Series.Zip(resumed.Series), pair => Assert.Equal(pair.First.Points.Select(point => point.Step), pair.Second.Points.Select(point => point.Step)));
        string[] says = [.. RunDoctor.Judge(whole).Findings.Concat(RunDoctor.Judge(resumed).Findings).Select(finding => finding.Text).Where(text => text.Contains("since", StringComparison.Ordinal) || text.Contains("higher than after", StringComparison.Ordinal))];
        Assert.Equal(2, says.Length);
        Assert.Equal(says[0], says[1]);
        Assert.Contains("the first epoch", says[0], StringComparison.Ordinal);
        Assert.True(resumed.Progress.Elapsed > resumed.EpochEnds.Take(4).Aggregate(TimeSpan.Zero, (sum, end) => sum + end.Elapsed));

        TrainingReport Run(string name, int epochs, string? save, string? resume)
        {
            torch.random.manual_seed(3);
            var (encoder, decoder) = Modules();
            using var generator = new torch.Generator(5, torch.CPU);
            var data = torch.randn(64, 16, generator: generator);
            var prior = new GaussianPrior(2);
            using var observer = new ReportObserver(folder.File(name), new ReportProbe(prior)
            {
                Images = new ImageProbe(data, new ImageShape(1, 4, 4), PixelRange.Symmetric),
                Codes = new CodeProbe(data, [.. Enumerable.Range(0, 64).Select(i => i % 2)]),
            }, new ReportOptions { MaxTimeShare = 1 });
            var fit = new FitOptions { Observers = [observer], Validation = [data], LoggingInterval = 2 };
            using var trainer = new WaeTrainer(encoder, decoder, prior, Divergence());
            if (resume is not null)
            {
                trainer.LoadCheckpoint(folder.File(resume));
            }

            trainer.Fit(data.split(16), epochs, fit);
            if (save is not null)
            {
                trainer.SaveCheckpoint(folder.File(save));
            }

            return observer.Report;
        }
    }

    [Theory]
    [InlineData("epochs", "\"AAAA\"")]
    [InlineData("run", "-1")]
    [InlineData("series", "[{}]")]
    [InlineData("snapshots", "[1]")]
    [InlineData("started", "null")]
    public void A_damaged_history_is_refused_and_nothing_is_changed(string name, string value)
    {
        using var folder = new TemporaryFolder();
        var recorder = new ReportRecorder(folder.File("r.html"));
        recorder.Start(1);
        recorder.CompleteEpoch(1, 10, [new Metric("m", double.NaN)], TimeSpan.FromSeconds(1));
        var state = System.Text.Json.Nodes.JsonNode.Parse(recorder.SaveState().ToJsonString())!.AsObject();
        recorder.LoadState(state);
        state[name] = System.Text.Json.Nodes.JsonNode.Parse(value);
        Assert.Throws<InvalidDataException>(() => recorder.LoadState(state));
        Assert.Equal(double.NaN, Assert.Single(Assert.Single(recorder.ToReport().Series).Points).Value);
        Assert.Equal(2, recorder.ToReport().EpochEnds.Count);
    }

    private static float[] Train(int epochs, string? observer, out TrainingReport report)
    {
        torch.random.manual_seed(3);
        var (encoder, decoder) = Modules();
        using var generator = new torch.Generator(5, torch.CPU);
        var data = torch.randn(64, 16, generator: generator);
        var prior = new GaussianPrior(2);
        using var watching = observer is null ? null : new ReportObserver(observer, new ReportProbe(prior)
        {
            Images = new ImageProbe(data, new ImageShape(1, 4, 4), PixelRange.Symmetric),
            Codes = new CodeProbe(data, [.. Enumerable.Range(0, 64).Select(i => i % 2)]),
        });
        var fit = new FitOptions { Observers = watching is null ? [] : [watching], Validation = [data], LoggingInterval = 2 };
        using var trainer = new WaeTrainer(encoder, decoder, prior, Divergence());
        trainer.Fit(data.split(16), epochs, fit);
        report = watching?.Report ?? new TrainingReport { Title = "", Progress = new RunProgress(RunState.Running, 0, 0, 0, default, default) };
        return [.. encoder.parameters().Concat(decoder.parameters()).SelectMany(LatentCodes.ToFloats)];
    }

    private static (Module<torch.Tensor, torch.Tensor> Encoder, Module<torch.Tensor, torch.Tensor> Decoder) Modules()
        => (Sequential(Linear(16, 8), ReLU(), Linear(8, 2)), Sequential(Linear(2, 8), ReLU(), Linear(8, 16)));

    private static MmdDivergence Divergence() => new(ImqKernel.ForPrior(new GaussianPrior(2)));
}
