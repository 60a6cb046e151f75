using System.Buffers.Binary;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Reporting.Tests.Support;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Reporting.Tests.TensorBoard;

[Collection(LiveTensors.Name)]
public sealed class TensorBoardObserverTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Metrics_are_read_back_by_a_reader_of_the_format()
    {
        var clock = new FixedClock(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250));
        using (var observer = new TensorBoardObserver(_folder.Path, clock: clock))
        {
            observer.Observe(new RunStarted(AnyTrainer.Instance, 0, 0, 2));
            observer.Observe(new MetricsRecorded(AnyTrainer.Instance, 300, 0, [new("loss/total", 1.5), new("λ", double.NaN)]));
            observer.Observe(new EpochCompleted(AnyTrainer.Instance, 400, 1, [new("loss/total", 1.25)], TimeSpan.FromSeconds(1)));
            observer.Observe(new ValidationCompleted(AnyTrainer.Instance, 400, 1, new WaeEvaluation(2, -0.5, 1, [0], [1], 10)));
        }

        var path = Assert.Single(Directory.GetFiles(_folder.Path));
        Assert.StartsWith("events.out.tfevents.1700000000.", Path.GetFileName(path), StringComparison.Ordinal);
        var events = EventFileReader.Read(path);
        Assert.All(events, e => Assert.Equal(1_700_000_000.25, e.Double(1)));
        Assert.Equal("brain.Event:2", events[0].Text(3));
        Assert.Equal(
            [(300, "loss/total", 1.5f), (300, "λ", float.NaN), (400, "epoch/loss/total", 1.25f), (400, "validation/total", 1f), (400, "validation/reconstruction", 2f), (400, "validation/penalty", -0.5f)],
            Scalars(events));
    }

    [Fact]
    public void A_resumed_run_begins_a_later_file_that_takes_back_what_came_after_its_step()
    {
        var clock = new FixedClock(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        for (var run = 0; run < 3; run++)
        {
            using var observer = new TensorBoardObserver(_folder.Path, clock: clock);
            observer.Observe(new RunStarted(AnyTrainer.Instance, 10 * run, 0, 2));
            observer.Observe(new MetricsRecorded(AnyTrainer.Instance, 10 * run + 5, 0, [new("a", run)]));
        }

        var files = Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(3, files.Count);
        var events = EventFileReader.Read(files[2]);
        var restart = Assert.Single(events, e => e.Has(7));
        Assert.Equal(21, restart.Integer(2));
        Assert.Equal(1, restart.Message(7).Integer(1));
        Assert.Equal([(25, "a", 2f)], Scalars(events));
    }

    [Fact]
    public void Histograms_count_every_finite_value_once()
    {
        float[] values = [.. Enumerable.Range(0, 301).Select(i => -1 + i / 100f), float.NaN, float.PositiveInfinity];
        var histogram = EventFile.Histogram("codes", values)!.Histo;
        Assert.Equal((-1, 2, 301), (histogram.Min, histogram.Max, histogram.Num));
        Assert.Equal(301 * 0.5, histogram.Sum, 1e-3);
        Assert.Equal(histogram.BucketLimit.Count, histogram.Bucket.Count);
        Assert.Equal(301, histogram.Bucket.Sum());
        Assert.Equal(histogram.BucketLimit.Order(), histogram.BucketLimit);
        Assert.Equal(2, histogram.BucketLimit[^1]);

        // 300 steps of 0.01 over 30 bins of 0.1: ten values a bin, give or take one that rounding moves over an edge.
        Assert.All(histogram.Bucket, count => Assert.InRange(count, 8, 12));
        Assert.Equal([5.0], EventFile.Histogram("x", [3, 3, 3, 3, 3])!.Histo.Bucket);
        Assert.Null(EventFile.Histogram("x", []));
        Assert.Null(EventFile.Histogram("x", [float.NaN]));
    }

    [Fact]
    public void Pictures_are_png_files_in_a_grid()
    {
        using var images = torch.rand(5, 3, 4, 6);
        var image = EventFile.Image("samples", images, PixelRange.Unit).Image;

        // Five pictures in a square of three columns and two rows, two pixels between and around.
        Assert.Equal((2 * 4 + 6, 3 * 6 + 8, 3), (image.Height, image.Width, image.Colorspace));
        var png = image.EncodedImageString.ToByteArray();
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        Assert.Equal(image.Width, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
    }

    [Fact]
    public void Watching_does_not_change_the_run_and_draws_what_the_probe_shows()
    {
        using var scope = torch.NewDisposeScope();
        var alone = Train(null);
        var before = torch.Tensor.TotalCount;
        Assert.Equal(alone, Train(_folder.Path));
        Assert.InRange(torch.Tensor.TotalCount - before, long.MinValue, 40);
        var drawn = EventFileReader.Read(Assert.Single(Directory.GetFiles(_folder.Path))).Where(e => e.Has(5)).SelectMany(e => e.Message(5).Messages(1).Select(v => v.Text(1))).ToHashSet();
        Assert.Superset(new HashSet<string> { "samples", "reconstructions", "codes/0", "codes/1", "encoder/weight", "decoder/bias", "epoch/loss/total" }, drawn);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TensorBoardObserver("run", everyEpochs: 0));
    }

    private static byte[] Train(string? folder)
    {
        torch.random.manual_seed(3);
        var (encoder, decoder) = (Linear(4, 2), Linear(2, 4));
        using var generator = new torch.Generator(5, torch.CPU);
        var data = torch.randn(40, 4, generator: generator);
        var prior = new GaussianPrior(2);
        var probe = new ReportProbe(prior) { Images = new ImageProbe(data, new ImageShape(1, 2, 2), PixelRange.Symmetric), Codes = new CodeProbe(data) };
        using var observer = folder is null ? null : new TensorBoardObserver(folder, probe, everyEpochs: 2, parameters: true);
        var fit = new FitOptions { Observers = observer is null ? [] : [observer] };
        using var trainer = new WaeTrainer(encoder, decoder, prior, new MmdDivergence(new RbfKernel(1)));
        trainer.Fit(data.split(8), 4, fit);
        return [.. encoder.parameters().Concat(decoder.parameters()).SelectMany(p => p.bytes.ToArray())];
    }

    private static IEnumerable<(long Step, string Tag, float Value)> Scalars(IEnumerable<ProtoMessage> events)
        => events.Where(e => e.Has(5)).SelectMany(e => e.Message(5).Messages(1).Select(v => (e.Integer(2), v.Text(1), v.Single(2))));

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
