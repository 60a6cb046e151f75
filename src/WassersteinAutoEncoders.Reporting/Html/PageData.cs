using System.Text.Json;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>What the page's script draws the other epochs from, as JSON.</summary>
internal static class PageData
{
    /// <summary>UTF-8 that can stand inside a script element: the encoder writes no angle bracket and no ampersand as such.</summary>
    public static byte[] Of(ReportView view)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("running", view.Report.Progress.State == RunState.Running);
            Numbers(json, "epochs", view.Report.Snapshots.Select(snapshot => (double)snapshot.Epoch));
            WriteCharts(json, view.Epochs.Label, LossSection.Charts(view).Select(chart => (chart, (IReadOnlyList<int>?)null)));
            WriteRun(json, view);
            WritePictures(json, view);
            if (view.Plane is not null)
            {
                WriteScatter(json, view, view.Plane);
            }

            if (view.HasCodes && view.Report.Prior is not null)
            {
                WriteHistograms(json, view, view.Report.Prior);
            }

            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    /// <summary>The curves of charts, and of which of several runs they are.</summary>
    public static void WriteCharts(Utf8JsonWriter json, string axis, IEnumerable<(LossChart Chart, IReadOnlyList<int>? Runs)> charts)
    {
        json.WriteString("axis", axis);
        json.WriteStartArray("charts");
        foreach (var (chart, runs) in charts)
        {
            json.WriteStartObject();
            json.WriteString("name", chart.Name);
            json.WriteString("unit", chart.Unit);
            json.WriteStartArray("series");
            foreach (var (n, series) in chart.Series.Index())
            {
                json.WriteStartObject();
                json.WriteString("label", series.Label);
                if (runs is not null)
                {
                    json.WriteNumber("run", runs[n]);
                }

                Numbers(json, "x", series.Xs);
                Numbers(json, "y", series.Ys);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>What a comparison of runs reads out of their reports.</summary>
    private static void WriteRun(Utf8JsonWriter json, ReportView view)
    {
        var report = view.Report;
        json.WriteStartObject("run");
        json.WriteString("title", report.Title);
        json.WriteString("unit", report.CostUnit);
        json.WriteString("state", report.Progress.State switch
        {
            RunState.Running => "running",
            RunState.Completed => "completed",
            RunState.Cancelled => "cancelled",
            RunState.StoppedEarly => "stopped early",
            _ => "broken off",
        });
        Rows("figures", view.Verdict.Figures.Select(figure => (string[])[figure.Label, figure.Value, figure.Detail]));
        Rows("diagnosis", report.Diagnosis.Concat(report.FurtherDiagnosis).Select(row => (string[])[row.Name, row.Value, row.Expected]));
        Rows("settings", report.Settings.Select(setting => (string[])[setting.Name, setting.Value]));
        Rows("environment", report.Environment.Select(setting => (string[])[setting.Name, setting.Value]));
        json.WriteEndObject();

        void Rows(string name, IEnumerable<string[]> rows)
        {
            json.WriteStartArray(name);
            foreach (var row in rows)
            {
                Strings(json, null, row);
            }

            json.WriteEndArray();
        }
    }

    private static void WritePictures(Utf8JsonWriter json, ReportView view)
    {
        json.WriteStartObject("pictures");
        foreach (var (key, choose) in PictureSection.Kinds)
        {
            if (view.Latest is null || choose(view.Latest) is null)
            {
                continue;
            }

            json.WriteStartArray(key);
            // The last epoch's picture is in the page already.
            foreach (var snapshot in view.Report.Snapshots.SkipLast(1))
            {
                json.WriteBase64StringValue(choose(snapshot)?.Png ?? []);
            }

            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteScatter(Utf8JsonWriter json, ReportView view, LatentPlane plane)
    {
        json.WriteStartObject("scatter");
        json.WriteNumber("low", view.Range.Low);
        json.WriteNumber("high", view.Range.High);
        json.WriteBoolean("principal", plane.HasPrincipal);
        Strings(json, "names", plane.Names);
        Strings(json, "classes", ScatterSection.Classes(view));
        json.WriteBase64String("labels", view.Report.Labels.Select(label => (byte)label).ToArray());
        json.WriteStartArray("codes");
        foreach (var snapshot in view.Report.Snapshots)
        {
            json.WriteBase64StringValue(snapshot.Codes is null ? [] : plane.Quantise(snapshot.Codes));
        }

        json.WriteEndArray();
        json.WriteStartObject("regions");
        foreach (var (x, y) in plane.Pairs())
        {
            json.WriteStartArray($"{x},{y}");
            foreach (var region in plane.Regions(x, y))
            {
                json.WriteStartArray();
                foreach (var outline in region)
                {
                    json.WriteStartArray();
                    foreach (var value in outline)
                    {
                        json.WriteNumberValue((int)Math.Round((value - view.Range.Low) / (view.Range.High - view.Range.Low) * 1000));
                    }

                    json.WriteEndArray();
                }
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteHistograms(Utf8JsonWriter json, ReportView view, LatentCodes prior)
    {
        var figures = PriorFigures.Of(prior);
        json.WriteStartObject("histograms");
        json.WriteNumber("bins", HistogramSection.Bins);
        json.WriteStartArray("prior");
        foreach (var d in view.Histograms)
        {
            Numbers(json, null, HistogramSection.PriorShares(prior, d, view.Range));
        }

        json.WriteEndArray();
        json.WriteStartArray("counts");
        foreach (var snapshot in view.Report.Snapshots)
        {
            // Thousandths, two bytes each: exact for up to a thousand codes, and no bin is too small to be seen in the picture.
            var shares = new List<byte>();
            foreach (var d in snapshot.Codes is null ? [] : view.Histograms)
            {
                foreach (var share in HistogramSection.Shares(snapshot.Codes!, d, view.Range))
                {
                    var thousandths = (int)Math.Round(share * 1000);
                    shares.Add((byte)thousandths);
                    shares.Add((byte)(thousandths >> 8));
                }
            }
            json.WriteBase64StringValue(shares.ToArray());
        }
        json.WriteEndArray();
        json.WriteStartArray("figures");
        foreach (var snapshot in view.Report.Snapshots)
        {
            var dimensions = snapshot.Codes is null ? [] : figures.Compare(snapshot.Codes);
            Numbers(json, null, snapshot.Codes is null ? [] : view.Histograms.SelectMany(d => (double[])[dimensions[d].Mean, dimensions[d].Deviation, dimensions[d].Distance]));
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string? name, IEnumerable<string> values)
    {
        Begin(json, name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>Numbers to six significant digits; what is not finite is null, as JSON has no word for it.</summary>
    public static void Numbers(Utf8JsonWriter json, string? name, IEnumerable<double> values)
    {
        Begin(json, name);
        foreach (var value in values)
        {
            if (double.IsFinite(value))
            {
                json.WriteRawValue(value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture), skipInputValidation: true);
            }
            else
            {
                json.WriteNullValue();
            }
        }
        json.WriteEndArray();
    }

    private static void Begin(Utf8JsonWriter json, string? name)
    {
        if (name is null)
        {
            json.WriteStartArray();
        }
        else
        {
            json.WriteStartArray(name);
        }
    }
}
