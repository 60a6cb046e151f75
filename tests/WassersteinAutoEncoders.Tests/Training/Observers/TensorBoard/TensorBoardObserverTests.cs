using System.Buffers.Binary;
using TorchSharp;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Observers.TensorBoard;

namespace WassersteinAutoEncoders.Tests.Training.Observers.TensorBoard;

public sealed class TensorBoardObserverTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_checksum_gives_the_known_answers()
    {
        // RFC 3720, appendix B.4, and the check value of the CRC catalogues.
        Assert.Equal(0x8a9136aau, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62a8ab43u, Crc32C.Compute(Enumerable.Repeat((byte)0xff, 32).ToArray()));
        Assert.Equal(0x46dd794eu, Crc32C.Compute(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
        Assert.Equal(0x113fdb5cu, Crc32C.Compute(Enumerable.Range(0, 32).Select(i => (byte)(31 - i)).ToArray()));
        Assert.Equal(0xe3069283u, Crc32C.Compute("123456789"u8));
        for (var length = 0; length < 20; length++)
        {
            var data = Enumerable.Range(0, length).Select(i => (byte)(i * 37)).ToArray();
            Assert.Equal(EventFileReader.Crc(data), Crc32C.Compute(data));
        }
    }

    [Fact]
    public void Metrics_are_read_back_by_a_reader_of_the_format()
    {
        var clock = new FixedClock(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250));
        using (var observer = new TensorBoardObserver(_folder.Path, clock: clock))
        {
            observer.Observe(new RunStarted(null!, 0, 0, 2));
            observer.Observe(new MetricsRecorded(null!, 300, 0, [new("loss/total", 1.5), new("λ", double.NaN)]));
            observer.Observe(new EpochCompleted(null!, 400, 1, [new("loss/total", 1.25)], TimeSpan.FromSeconds(1)));
            observer.Observe(new EvaluationCompleted(null!, 400, 1, new WaeEvaluation(2, -0.5, 1, [0], [1], 10)));
        }

        var path = Assert.Single(Directory.GetFiles(_folder.Path));
        Assert.StartsWith("events.out.tfevents.1700000000.", Path.GetFileName(path), StringComparison.Ordinal);
        var events = EventFileReader.Read(path);
        Assert.All(events, e => Assert.Equal(1_700_000_000.25, e.Double(1)));
        Assert.Equal("brain.Event:2", events[0].Text(3));
        var scalars = Scalars(events);
        Assert.Equal(
            [(300, "loss/total", 1.5f), (300, "λ", float.NaN), (400, "epoch/loss/total", 1.25f), (400, "evaluation/total", 1f), (400, "evaluation/reconstruction", 2f), (400, "evaluation/penalty", -0.5f)],
            scalars);
    }

    [Fact]
    public void A_resumed_run_begins_a_later_file_that_takes_back_what_came_after_its_step()
    {
        var clock = new FixedClock(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        for (var run = 0; run < 3; run++)
        {
            using var observer = new TensorBoardObserver(_folder.Path, clock: clock);
            observer.Observe(new RunStarted(null!, 10 * run, 0, 2));
            observer.Observe(new MetricsRecorded(null!, 10 * run + 5, 0, [new("a", run)]));
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
        using var scope = torch.NewDisposeScope();
        var values = torch.cat([torch.linspace(-1, 2, 301), torch.tensor(new[] { float.NaN, float.PositiveInfinity })]);
        var histogram = Draw(new HistogramSummary("codes", values)).Message(5);
        double[] limits = histogram.Doubles(6), counts = histogram.Doubles(7);
        Assert.Equal(-1, histogram.Double(1));
        Assert.Equal(2, histogram.Double(2));
        Assert.Equal(301, histogram.Double(3));
        Assert.Equal(301 * 0.5, histogram.Double(4), 1e-3);
        Assert.Equal(limits.Length, counts.Length);
        Assert.Equal(301, counts.Sum());
        Assert.Equal(limits.Order(), limits);
        Assert.Equal(2, limits[^1]);
        // 300 steps of 0.01 over 30 bins of 0.1: ten values a bin, give or take one that rounding moves over an edge.
        Assert.All(counts, c => Assert.InRange(c, 8, 12));
    }

    [Fact]
    public void A_histogram_of_equal_values_is_one_bin_and_of_none_is_left_out()
    {
        using var scope = torch.NewDisposeScope();
        var histogram = Draw(new HistogramSummary("x", torch.full(5, 3f))).Message(5);
        Assert.Equal([5.0], histogram.Doubles(7));
        Assert.Equal([3.0], histogram.Doubles(6));
        Assert.Null(SummaryEncoder.Encode(new HistogramSummary("x", torch.empty(0))));
        Assert.Null(SummaryEncoder.Encode(new HistogramSummary("x", torch.tensor(float.NaN))));
    }

    [Fact]
    public void Pictures_are_png_files_in_a_grid()
    {
        using var scope = torch.NewDisposeScope();
        var image = Draw(new ImageSummary("samples", torch.rand(5, 3, 4, 6))).Message(4);
        // Five pictures in a square of three columns and two rows, two pixels between.
        Assert.Equal((2 * 4 + 2, 3 * 6 + 4, 3), (image.Integer(1), image.Integer(2), image.Integer(3)));
        var png = image.Bytes(4);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        Assert.Equal(image.Integer(2), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(image.Integer(1), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    [Fact]
    public void A_picture_of_another_shape_is_an_argument_error()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Throws<ArgumentException>(() => SummaryEncoder.Encode(new ImageSummary("x", torch.ones(4, 4))));
        Assert.Throws<ArgumentException>(() => SummaryEncoder.Encode(new ImageSummary("x", torch.ones(2, 4, 4))));
        Assert.Throws<ArgumentException>(() => SummaryEncoder.Encode(new ImageSummary("x", torch.ones(0, 1, 4, 4))));
    }

    [Fact]
    public void Sources_draw_after_every_so_many_epochs_and_leave_parameters_alone()
    {
        using var module = torch.nn.Linear(2, 3);
        using (var observer = new TensorBoardObserver(_folder.Path, [new ParameterHistograms("encoder", module)], everyEpochs: 2))
        {
            for (var epoch = 1; epoch <= 4; epoch++)
            {
                observer.Observe(new EpochCompleted(null!, 10 * epoch, epoch, [], TimeSpan.Zero));
            }
        }

        var events = EventFileReader.Read(Assert.Single(Directory.GetFiles(_folder.Path)));
        var drawn = events.Where(e => e.Has(5)).SelectMany(e => e.Message(5).Messages(1).Select(v => (e.Integer(2), v.Text(1))));
        Assert.Equal([(20, "encoder/weight"), (20, "encoder/bias"), (40, "encoder/weight"), (40, "encoder/bias")], drawn);
        Assert.False(module.weight!.IsInvalid);
    }

    [Fact]
    public void Watching_does_not_change_the_run()
    {
        using var alone = new SmallRun(new WaeTrainerOptions());
        alone.Fit(3);
        var sources = new List<ISummarySource>();
        using var observer = new TensorBoardObserver(_folder.Path, sources);
        using var watched = new SmallRun(new WaeTrainerOptions { Observers = [observer] });
        sources.AddRange([new SampleImages(4, [1, 2, 2]), new ReconstructionImages(watched.Data, [1, 2, 2]), new CodeHistograms(watched.Data), new ParameterHistograms("encoder", watched.Encoder)]);
        watched.Fit(3);
        Assert.Equal(alone.Weights(), watched.Weights());

        var drawn = EventFileReader.Read(Assert.Single(Directory.GetFiles(_folder.Path))).Where(e => e.Has(5)).SelectMany(e => e.Message(5).Messages(1).Select(v => v.Text(1))).ToHashSet();
        Assert.Superset(new HashSet<string> { "samples", "reconstructions", "codes/00", "codes/01", "encoder/weight", "epoch/loss/total" }, drawn);
    }

    private ProtoMessage Draw(SummaryValue value)
    {
        using (var observer = new TensorBoardObserver(_folder.Path, [new FixedSource(value)]))
        {
            observer.Observe(new EpochCompleted(null!, 7, 1, [], TimeSpan.Zero));
        }

        var drawn = Assert.Single(EventFileReader.Read(Assert.Single(Directory.GetFiles(_folder.Path))), e => e.Has(5));
        Assert.Equal(7, drawn.Integer(2));
        var message = Assert.Single(drawn.Message(5).Messages(1));
        Assert.Equal(value.Tag, message.Text(1));
        return message;
    }

    private static IEnumerable<(long Step, string Tag, float Value)> Scalars(IEnumerable<ProtoMessage> events)
        => events.Where(e => e.Has(5)).SelectMany(e => e.Message(5).Messages(1).Select(v => (e.Integer(2), v.Text(1), v.Single(2))));

    private sealed class FixedSource(SummaryValue value) : ISummarySource
    {
        public IReadOnlyList<SummaryValue> Summarize(EpochCompleted epoch) => [value];
    }
}
