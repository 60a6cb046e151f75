using System.Globalization;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>The few numbers at the head of a report.</summary>
internal static class KeyFigures
{
    public static IReadOnlyList<KeyFigure> Of(TrainingReport report)
    {
        var figures = new List<KeyFigure>();
        AddTerm(report, MetricNames.Reconstruction, "Reconstruction", report.CostUnit, figures);
        AddTerm(report, MetricNames.Penalty, "Latent penalty", "", figures);
        AddCodes(report, figures);
        AddTime(report, figures);
        return figures;
    }

    private static void AddTerm(TrainingReport report, string name, string label, string unit, List<KeyFigure> figures)
    {
        var (values, source) = Trend.Values(report, name);
        if (Trend.Of(values) is not { } trend)
        {
            return;
        }

        var health = !double.IsFinite(trend.Last) ? Health.Bad : trend.Recent > 0.05 && name == MetricNames.Reconstruction ? Health.Caution : Health.Neutral;
        var parts = new List<string>();
        if (unit.Length > 0)
        {
            parts.Add(unit);
        }

        parts.Add(source == MetricSource.Validation ? "validation" : "training");
        if (values.Count > 1 && double.IsFinite(trend.Total) && Math.Abs(trend.Total) < 10)
        {
            parts.Add($"{(trend.Total > 0 ? "+" : "−")}{RunDoctor.Percent(trend.Total)} since the start");
        }

        figures.Add(new KeyFigure(label, Markup.Number(trend.Last, 4), string.Join(", ", parts), health, values));
    }

    private static void AddCodes(TrainingReport report, List<KeyFigure> figures)
    {
        if (report.Prior is not { } prior || report.Snapshots is not [.., { Codes: { } codes }] || codes.Values.Any(value => !float.IsFinite(value)))
        {
            return;
        }

        var priorFigures = PriorFigures.Of(prior);
        var dimensions = priorFigures.Compare(codes);
        var worst = dimensions.MaxBy(figure => figure.Distance)!;
        var trend = report.Snapshots.Where(s => s.Codes is not null).Select(s => priorFigures.Compare(s.Codes!).Max(figure => figure.Distance)).ToArray();
        figures.Add(new KeyFigure(
            "Codes against prior",
            Markup.Number(worst.Distance, 2),
            Detail(report.CodeMatch, worst.Health),
            report.CodeMatch?.Health ?? worst.Health,
            trend));
        var use = DimensionUse.Of(dimensions, report.CodeMatch);
        figures.Add(new KeyFigure("Dimensions in use", use.Share, use.Detail, use.Health, []));
    }

    private static string Detail(CodeMatch? match, Health byDistance)
    {
        const string what = "largest marginal distance, 0 to 1";
        if (match is null)
        {
            return what;
        }
        // What differs most need not be a single dimension.
        return (match.Health > byDistance ? $"largest marginal distance, but {match.Where}" : what) + "; " + RunDoctor.PValueText(match.PValue);
    }

    private static void AddTime(TrainingReport report, List<KeyFigure> figures)
    {
        var progress = report.Progress;
        var epochs = progress.Epochs > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{progress.Epoch} of {progress.Epochs} epochs")
            : string.Create(CultureInfo.InvariantCulture, $"{progress.Epoch} epochs");
        var share = progress.Elapsed > TimeSpan.Zero ? progress.ReportTime / progress.Elapsed : 0;
        figures.Add(new KeyFigure("Time", Duration(progress.Elapsed), $"{epochs}, {progress.Step.ToString("#,0", CultureInfo.InvariantCulture)} steps; {RunDoctor.Percent(share)} of it for this report", Health.Neutral, []));
    }

    internal static string Duration(TimeSpan time)
    {
        if (time.TotalMinutes < 2)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
        }

        return time.TotalHours < 2
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min");
    }
}
