using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.Json;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>What a report has of the past of a run: metrics, ends of epochs, snapshots. A checkpoint holds it, so that a resumed run is reported whole.</summary>
internal sealed class RunHistory(long maxSnapshotBytes, string probe, int dimension)
{
    /// <summary>Series kept; further metrics are passed over.</summary>
    public const int MaxSeries = 60;

    /// <summary>What the snapshots may take in a checkpoint, whose metadata are read in one piece: of more of them every second is left out.</summary>
    private const long MaxSavedBytes = 2_000_000;

    private const int MaxTiles = 100_000;
    private Dictionary<(string Name, MetricSource Source), SeriesCollector> _series = [];

    public List<EpochEnd> EpochEnds { get; private set; } = [];

    public SnapshotStore Snapshots { get; private set; } = new(maxSnapshotBytes);

    /// <summary>When the run began, as text; empty before it has.</summary>
    public string Started { get; set; } = "";

    /// <summary>Time of the run, and of the report in it, in the processes before this one.</summary>
    public (TimeSpan Run, TimeSpan Report) Before { get; private set; }

    public bool IsFull => _series.Count >= MaxSeries;

    public IEnumerable<MetricSeries> Series(long lastStep) => _series.Values.Select(collector => collector.ToSeries(lastStep));

    public void Record(long step, IReadOnlyList<Metric> metrics, MetricSource source)
    {
        foreach (var metric in metrics)
        {
            var key = (metric.Name, source);
            if (!_series.TryGetValue(key, out var collector))
            {
                if (IsFull)
                {
                    continue;
                }

                _series.Add(key, collector = new SeriesCollector(metric.Name, source));
            }

            collector.Add(step, metric.Value);
        }
    }

    public JsonObject Save(TimeSpan run, TimeSpan report) => new()
    {
        ["started"] = Started,
        ["run"] = run.Ticks,
        ["report"] = report.Ticks,
        ["epochs"] = Pack(EpochEnds.SelectMany(end => (long[])[end.Epoch, end.Step, end.Elapsed.Ticks])),
        ["series"] = new JsonArray([.. _series.Values.Select(collector => collector.Save())]),
        ["probe"] = probe,
        ["snapshots"] = new JsonArray([.. Snapshots.Within(MaxSavedBytes).Select(Save)]),
    };

    /// <summary>Everything is read before anything is taken over.</summary>
    public void Load(JsonObject state)
    {
        try
        {
            var (started, run, report) = (Text(state, "started"), Long(state, "run"), Long(state, "report"));
            var ends = Unpack<long>(Text(state, "epochs"));
            if (ends.Length % 3 != 0 || started.Length > 100)
            {
                throw new InvalidDataException("its epochs are not whole.");
            }

            List<EpochEnd> epochEnds = [.. ends.Chunk(3).Select(end => new EpochEnd(checked((int)end[0]), end[1], new TimeSpan(end[2])))];
            SeriesCollector[] series = [.. state["series"]!.AsArray().Take(MaxSeries).Select(node => SeriesCollector.Load(node!.AsObject()))];
            var snapshots = new SnapshotStore(maxSnapshotBytes);
            if (Text(state, "probe") == probe)
            {
                foreach (var node in state["snapshots"]!.AsArray())
                {
                    snapshots.Add(Snapshot(node!.AsObject()));
                }
            }

            _series = series.DistinctBy(collector => collector.Key).ToDictionary(collector => collector.Key);
            (EpochEnds, Snapshots, Started, Before) = (epochEnds, snapshots, started, (new TimeSpan(run), new TimeSpan(report)));
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or NullReferenceException or ArgumentException or OverflowException or JsonException)
        {
            throw new InvalidDataException($"The state of the report is not readable: {e.Message}", e);
        }
    }

    internal static string Text(JsonObject state, string name) => state[name]!.GetValue<string>();

    internal static long Long(JsonObject state, string name)
        => state[name]!.GetValue<long>() is >= 0 and var value ? value : throw new InvalidDataException($"'{name}' is negative.");

    /// <summary>Numbers as bytes in Base64: to the bit, those that are not finite too, which JSON has no word for.</summary>
    internal static string Pack<T>(IEnumerable<T> values) where T : unmanaged => Convert.ToBase64String(MemoryMarshal.AsBytes<T>(values.ToArray()));

    internal static T[] Unpack<T>(string text)
        where T : unmanaged
    {
        var bytes = Convert.FromBase64String(text);
        return bytes.Length % Unsafe.SizeOf<T>() == 0 ? MemoryMarshal.Cast<byte, T>(bytes).ToArray() : throw new InvalidDataException("numbers are cut off.");
    }

    private static JsonNode Save(EpochSnapshot snapshot) => new JsonObject
    {
        ["epoch"] = snapshot.Epoch,
        ["step"] = snapshot.Step,

        // Eleven significant bits are finer than a dot, and half as long.
        ["codes"] = snapshot.Codes is { } codes ? Pack(codes.Values.Select(value => (Half)value)) : null,
        ["pictures"] = new JsonArray(Save(snapshot.Reconstructions), Save(snapshot.Samples), Save(snapshot.Interpolations), Save(snapshot.Manifold)),
    };

    private static JsonObject? Save(TilePicture? picture) => picture is null ? null : new JsonObject
    {
        ["png"] = Convert.ToBase64String(picture.Png),
        ["layout"] = new JsonArray(picture.Count, picture.Columns, picture.TileWidth, picture.TileHeight),
    };

    private EpochSnapshot Snapshot(JsonObject state)
    {
        var pictures = state["pictures"]!.AsArray();
        return new EpochSnapshot(checked((int)Long(state, "epoch")), Long(state, "step"))
        {
            Codes = state["codes"] is { } codes ? new LatentCodes([.. Unpack<Half>(codes.GetValue<string>()).Select(value => (float)value)], dimension) : null,
            Reconstructions = Picture(pictures[0]),
            Samples = Picture(pictures[1]),
            Interpolations = Picture(pictures[2]),
            Manifold = Picture(pictures[3]),
        };
    }

    private static TilePicture? Picture(JsonNode? state)
    {
        if (state is null)
        {
            return null;
        }

        int[] layout = [.. state["layout"]!.AsArray().Select(number => number!.GetValue<int>())];
        return layout is [> 0 and <= MaxTiles, > 0 and <= MaxTiles, > 0 and <= MaxTiles, > 0 and <= MaxTiles]
            ? new TilePicture(Convert.FromBase64String(state["png"]!.GetValue<string>()), layout[0], layout[1], layout[2], layout[3])
            : throw new InvalidDataException("a picture has no size.");
    }
}
