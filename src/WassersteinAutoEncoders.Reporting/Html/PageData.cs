using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>What the page's script draws the other epochs from, as JSON in UTF-8 that can stand inside a script element: no angle bracket and no ampersand is written as such.</summary>
internal static class PageData
{
    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = { new SixDigits() } };

    /// <summary>The data of a report.</summary>
    public static byte[] Of(ReportView view) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            running = view.Report.Progress.State == RunState.Running,
            epochs = view.Report.Snapshots.Select(snapshot => snapshot.Epoch),
            axis = view.Epochs.Label,
            charts = Charts(LossSection.Charts(view).Select(chart => (chart, (IReadOnlyList<int>?)null))),
            run = Run(view),
            pictures = Pictures(view),
            scatter = view.Plane is { } plane ? Scatter(view, plane) : null,
            histograms = view.HasCodes && view.Report.Prior is { } prior ? Histograms(view, prior) : null,
        },
        Options);

    /// <summary>The data of charts alone, and of which of several runs their curves are.</summary>
    public static byte[] Of(string axis, IEnumerable<(LossChart Chart, IReadOnlyList<int>? Runs)> charts)
        => JsonSerializer.SerializeToUtf8Bytes(new { epochs = Array.Empty<int>(), axis, charts = Charts(charts), pictures = new { } }, Options);

    private static IEnumerable<object> Charts(IEnumerable<(LossChart Chart, IReadOnlyList<int>? Runs)> charts) => charts.Select(entry => new
    {
        name = entry.Chart.Name,
        unit = entry.Chart.Unit,
        series = entry.Chart.Series.Select((series, n) => new { label = series.Label, run = entry.Runs?[n], x = series.Xs, y = series.Ys }),
    });

    /// <summary>What a comparison of runs reads out of their reports.</summary>
    private static object Run(ReportView view) => new
    {
        title = view.Report.Title,
        unit = view.Report.CostUnit,
        state = view.Report.Progress.State switch
        {
            RunState.Running => "running",
            RunState.Completed => "completed",
            RunState.Cancelled => "cancelled",
            RunState.StoppedEarly => "stopped early",
            _ => "broken off",
        },
        figures = view.Verdict.Figures.Select(figure => (string[])[figure.Label, figure.Value, figure.Detail]),
        diagnosis = view.Report.Diagnosis.Concat(view.Report.FurtherDiagnosis).Select(row => (string[])[row.Name, row.Value, row.Expected]),
        settings = view.Report.Settings.Select(setting => (string[])[setting.Name, setting.Value]),
        environment = view.Report.Environment.Select(setting => (string[])[setting.Name, setting.Value]),
    };

    /// <summary>Of each kind the pictures of all epochs but the last, which is in the page already.</summary>
    private static Dictionary<string, IEnumerable<byte[]>> Pictures(ReportView view) => PictureSection.Kinds
        .Where(kind => view.Latest is not null && kind.Choose(view.Latest) is not null)
        .ToDictionary(kind => kind.Key, kind => view.Report.Snapshots.SkipLast(1).Select(snapshot => kind.Choose(snapshot)?.Png ?? []));

    private static object Scatter(ReportView view, LatentPlane plane)
    {
        var (low, high) = view.Range;
        return new
        {
            low,
            high,
            principal = plane.HasPrincipal,
            names = plane.Names,
            classes = ScatterSection.Classes(view),
            labels = view.Report.Labels.Select(label => (byte)label).ToArray(),
            codes = view.Report.Snapshots.Select(snapshot => snapshot.Codes is null ? [] : plane.Quantise(snapshot.Codes)),
            regions = plane.Pairs().ToDictionary(
                pair => string.Create(CultureInfo.InvariantCulture, $"{pair.X},{pair.Y}"),
                pair => plane.Regions(pair.X, pair.Y).Select(region => region.Select(outline => outline.Select(value => (int)Math.Round((value - low) / (high - low) * 1000))))),
        };
    }

    private static object Histograms(ReportView view, LatentCodes prior)
    {
        var figures = PriorFigures.Of(prior);
        return new
        {
            bins = HistogramSection.Bins,
            prior = view.Histograms.Select(d => HistogramSection.PriorShares(prior, d, view.Range)),

            // Thousandths, two bytes each: exact for up to a thousand codes, and no bin is too small to be seen in the picture.
            counts = view.Report.Snapshots.Select(snapshot => Bytes([.. (snapshot.Codes is { } codes ? view.Histograms : [])
                .SelectMany(d => HistogramSection.Shares(snapshot.Codes!, d, view.Range)).Select(share => (ushort)Math.Round(share * 1000))])),
            figures = view.Report.Snapshots.Select(snapshot => snapshot.Codes is { } codes
                ? view.Histograms.Select(d => figures.Compare(codes)[d]).SelectMany(figure => (double[])[figure.Mean, figure.Deviation, figure.Distance])
                : []),
        };
    }

    /// <summary>Numbers as little-endian bytes.</summary>
    public static byte[] Bytes(ReadOnlySpan<ushort> numbers) => MemoryMarshal.AsBytes(numbers).ToArray();

    /// <summary>Six significant digits; what is not finite is null, as JSON has no word for it.</summary>
    private sealed class SixDigits : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteRawValue(value.ToString("G6", CultureInfo.InvariantCulture), skipInputValidation: true);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}
