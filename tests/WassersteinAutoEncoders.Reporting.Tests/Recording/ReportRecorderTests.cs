using TorchSharp;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Reporting.Tests.Support;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Reporting.Tests.Recording;

public class ReportRecorderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_run_is_recorded_whole(int dimension)
    {
        using var folder = new TemporaryFolder();
        var report = SyntheticRun.Record(folder.File("r.html"), 6, dimension);
        Assert.Equal(6, report.Progress.Epoch);
        Assert.Equal(300, report.Progress.Step);
        Assert.Equal([0L, 50, 100, 150, 200, 250, 300], report.EpochEnds.Select(end => end.Step));
        Assert.Equal((0, 6), (report.Snapshots[0].Epoch, report.Snapshots[^1].Epoch));
        Assert.Equal(dimension == 2, report.Snapshots[^1].Manifold is not null);
        Assert.Equal(32, report.Inputs!.Count);
        Assert.Equal((8, 4), (report.Inputs.Columns, report.Inputs.Rows));
        var last = report.Snapshots[^1];
        Assert.Equal((300, dimension), (last.Codes!.Count, last.Codes.Dimension));
        Assert.All([last.Reconstructions!, last.Samples!, last.Interpolations!], picture =>
        {
            var png = PngReader.Read(picture.Png);
            Assert.Equal((picture.Columns * 8, picture.Rows * 8), (png.Width, png.Height));
        });
        Assert.Equal(["r.html"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    /// <summary>A measurement of the caller's own stands in the table as it is judged, and one of the same name takes its place.</summary>
    [Fact]
    public void Measurements_of_ones_own_are_shown_as_they_are_judged()
    {
        using var folder = new TemporaryFolder();
        using var recorder = new ReportRecorder(folder.File("r.html"));
        recorder.AddMeasurement("FID", "70", "below 50", WassersteinAutoEncoders.Metrics.FindingSeverity.Problem);
        recorder.AddMeasurement("FID", "40", "below 50");
        recorder.AddMeasurement("Memorized", "2 %", "1 %", WassersteinAutoEncoders.Metrics.FindingSeverity.Warning, "Samples near training data.");
        recorder.AddMeasurement("Lost", "all", "none", WassersteinAutoEncoders.Metrics.FindingSeverity.Problem);
        recorder.AddMeasurement("Sharpness", "0.02");
        Assert.Equal(
            [("FID", "40", Health.Good), ("Memorized", "2 %", Health.Caution), ("Lost", "all", Health.Bad), ("Sharpness", "0.02", Health.Neutral)],
            recorder.ToReport().FurtherDiagnosis.Select(row => (row.Name, row.Value, row.Health)));
        Assert.Throws<ArgumentNullException>("value", () => recorder.AddMeasurement("a", null!));
    }

    [Fact]
    public void The_same_codes_as_the_prior_are_found_to_match_and_narrow_ones_not()
    {
        using var folder = new TemporaryFolder();
        var matching = SyntheticRun.Record(folder.File("a.html"), 2);
        Assert.Equal(Health.Good, matching.CodeMatch!.Health);
        using var scope = torch.NewDisposeScope();
        var model = new SyntheticModel(2, 1, SyntheticRun.Side) { Scale = 0.2 };
        var recorder = new ReportRecorder(folder.File("b.html"), SyntheticRun.Probe(2, 300));
        recorder.Start(1, model);
        recorder.End(RunState.Completed, model);
        Assert.Equal(Health.Bad, recorder.ToReport().CodeMatch!.Health);
        Assert.True(recorder.ToReport().CodeMatch!.PValue <= 0.001);
    }

    [Fact]
    public void Interpolations_begin_and_end_at_reconstructions_of_their_inputs()
    {
        using var folder = new TemporaryFolder();
        var snapshot = SyntheticRun.Record(folder.File("r.html"), 1).Snapshots[^1];
        var (path, outputs) = (PngReader.Read(snapshot.Interpolations!.Png), PngReader.Read(snapshot.Reconstructions!.Png));
        for (var row = 0; row < snapshot.Interpolations.Rows; row++)
        {
            Assert.Equal(Tile(outputs, 8, 2 * row), Tile(path, 10, 10 * row));
            Assert.Equal(Tile(outputs, 8, 2 * row + 1), Tile(path, 10, 10 * row + 9));
        }

        static byte Tile(PngReader png, int columns, int n) => png.Pixels[n / columns * 8 * png.Width + n % columns * 8];
    }

    [Fact]
    public void The_manifold_is_brighter_to_the_right_and_upwards_where_the_decoder_is()
    {
        using var folder = new TemporaryFolder();
        var manifold = SyntheticRun.Record(folder.File("r.html"), 1).Snapshots[^1].Manifold!;
        var png = PngReader.Read(manifold.Png);
        byte At(int column, int row) => png.Pixels[row * 8 * png.Width + column * 8];
        Assert.True(At(14, 7) > At(0, 7));
        Assert.True(At(7, 0) > At(7, 14));
    }

    [Fact]
    public void A_loop_without_pictures_or_model_has_a_report_too()
    {
        using var folder = new TemporaryFolder();
        var recorder = new ReportRecorder(folder.File("r.html"));
        recorder.Start(0);
        recorder.CompleteEpoch(1, 10, [new Metric("loss/total", double.NaN)], TimeSpan.Zero);
        recorder.End(RunState.Completed);
        Assert.Contains("not finite", File.ReadAllText(folder.File("r.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_at_the_ends_of_the_numbers_are_drawn()
    {
        using var folder = new TemporaryFolder();
        var recorder = new ReportRecorder(folder.File("r.html"));
        recorder.Start(8);
        for (var epoch = 1; epoch <= 8; epoch++)
        {
            var sign = epoch % 2 == 0 ? 1 : -1;
            Metric[] metrics = [new("loss/reconstruction", sign * double.MaxValue), new("loss/penalty", double.MaxValue), new("odd", sign * double.Epsilon), new("nan", epoch == 3 ? double.NaN : epoch == 4 ? double.NegativeInfinity : sign)];
            recorder.RecordInterval(epoch, metrics);
            recorder.CompleteEpoch(epoch, epoch, metrics, TimeSpan.Zero);
        }

        recorder.End(RunState.Completed);
        var page = File.ReadAllText(folder.File("r.html"));
        Assert.DoesNotMatch("(d|x|y|x1|y1)=\"[^\"]*(NaN|∞|Infinity)", page);
        var collector = new SeriesCollector("m", MetricSource.Interval);
        for (var n = 0; n < 5000; n++)
        {
            collector.Add(n, double.MaxValue);
        }

        Assert.All(collector.ToSeries(5000).Points, point => Assert.Equal(double.MaxValue, point.Value, 1e294));
    }

    [Fact]
    public void A_prior_without_dimensions_is_named()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.ThrowsAny<ArgumentException>(() => new ReportRecorder(folder.File("r.html"), new ReportProbe(new Pointless())));
        Assert.Contains("at least one dimension", error.Message, StringComparison.Ordinal);
    }

    private sealed class Pointless : IPrior
    {
        public long Dimension => 0;

        public torch.Tensor Sample(long count, torch.Generator? generator = null, torch.Device? device = null, torch.ScalarType? dtype = null) => torch.zeros([count, 0]);
    }

    [Fact]
    public void Many_metrics_are_cut_off_and_that_is_said()
    {
        using var folder = new TemporaryFolder();
        var recorder = new ReportRecorder(folder.File("r.html"));
        recorder.Start(1);
        recorder.RecordInterval(1, [.. Enumerable.Range(0, 200).Select(n => new Metric("m" + n, n))]);
        Assert.True(recorder.ToReport().Series.Count < 100);
        Assert.Contains(recorder.ToReport().Notes, note => note.Contains("series", StringComparison.Ordinal));
    }

    [Fact]
    public void A_failed_write_leaves_the_file_before()
    {
        using var folder = new TemporaryFolder();
        SyntheticRun.Record(folder.File("r.html"), 1);
        var before = File.ReadAllText(folder.File("r.html"));
        // A link is refused, whatever it leads to.
        File.CreateSymbolicLink(folder.File("link.html"), folder.File("r.html"));
        var recorder = new ReportRecorder(folder.File("link.html"));
        Assert.Throws<IOException>(() => recorder.Start(1));
        Assert.Equal(before, File.ReadAllText(folder.File("r.html")));
    }

    [Fact]
    public void A_probe_that_cannot_be_used_is_refused_before_the_run()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        var images = torch.zeros(4, 1, 8, 8);
        var prior = new GaussianPrior(2);
        var shape = new ImageShape(1, 8, 8);
        Refuse(new ReportProbe(prior) { Images = new ImageProbe(images, new ImageShape(1, 9, 8), PixelRange.Unit) });
        Refuse(new ReportProbe(prior) { Images = new ImageProbe(images, new ImageShape(2, 4, 8), PixelRange.Unit) });
        Refuse(new ReportProbe(prior) { Images = new ImageProbe(images, shape, new PixelRange(0, double.NaN)) });
        Refuse(new ReportProbe(prior) { Codes = new CodeProbe(images, [1, 2]) });
        Refuse(new ReportProbe(prior) { Codes = new CodeProbe(images, [0, 1, 2, -1]) });
        Refuse(new ReportProbe(prior) { Codes = new CodeProbe(images, [0, 1, 2, 3], ["a"]) });
        Refuse(new ReportProbe(prior) { Codes = new CodeProbe(torch.zeros(1, 4)) });
        Assert.Throws<DirectoryNotFoundException>(() => new ReportRecorder(Path.Combine(folder.Path, "none", "r.html")));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReportRecorder(folder.File("r.html"), null, new ReportOptions { MaxTimeShare = 0 }));

        void Refuse(ReportProbe probe) => Assert.ThrowsAny<ArgumentException>(() => new ReportRecorder(folder.File("r.html"), probe));
    }

    [Fact]
    public void A_model_that_does_not_fit_the_prior_is_named_at_the_start()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        var recorder = new ReportRecorder(folder.File("r.html"), SyntheticRun.Probe(2, 10));
        Assert.Contains("[10, 5]", Assert.Throws<ArgumentException>(() => recorder.Start(1, new SyntheticModel(5, 1, 8))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decoder_whose_images_have_another_size_is_named_at_the_start()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        var recorder = new ReportRecorder(folder.File("r.html"), SyntheticRun.Probe(2, 10));
        var error = Assert.Throws<ArgumentException>(() => recorder.Start(1, new SyntheticModel(2, 1, 9)));
        Assert.Contains("Expected images of 1×8×8 values", error.Message, StringComparison.Ordinal);
        Assert.Contains("[10, 1, 9, 9]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_that_are_no_longer_finite_are_a_bad_line_and_not_the_end()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        var recorder = new ReportRecorder(folder.File("r.html"), SyntheticRun.Probe(2, 10));
        recorder.Start(1);
        recorder.End(RunState.Failed, new SyntheticModel(2, 1, SyntheticRun.Side) { Scale = double.NaN });
        var row = Assert.Single(recorder.ToReport().Diagnosis);
        Assert.Equal(("Finite codes", "20 of 20 coordinates are not", Health.Bad), (row.Name, row.Value, row.Health));
        Assert.Contains("20 of 20 coordinates are not", File.ReadAllText(folder.File("r.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_further_measurement_replaces_the_one_of_its_name_and_stands_in_the_page()
    {
        using var folder = new TemporaryFolder();
        var recorder = new ReportRecorder(folder.File("r.html"));
        recorder.Start(1);
        recorder.AddDiagnosis(new DiagnosisRow("Fréchet distance", "300", "below 50", Health.Bad, "Between features."));
        recorder.AddDiagnosis(new DiagnosisRow("Fréchet distance", "41.5", "below 50", Health.Good, "Between features."));
        recorder.End(RunState.Completed);
        Assert.Equal("41.5", Assert.Single(recorder.ToReport().FurtherDiagnosis).Value);
        var page = File.ReadAllText(folder.File("r.html"));
        Assert.Contains("41.5", page, StringComparison.Ordinal);
        Assert.DoesNotContain(">300<", page, StringComparison.Ordinal);
        Assert.True(recorder.ReportTime > TimeSpan.Zero);
    }
}
