namespace WassersteinAutoEncoders.Reporting;

/// <summary>How a metric has changed over a run.</summary>
internal sealed record Trend(double Last, double First, double Recent)
{
    /// <summary>The relative change since the first value; NaN where it cannot be told.</summary>
    public double Total => First > 0 ? Last / First - 1 : double.NaN;

    public static Trend? Of(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        var window = Math.Max(2, values.Count / 5);
        var recent = double.NaN;
        if (values.Count >= 6)
        {
            var (now, before) = (values.TakeLast(window).Sum(value => value / window), values.SkipLast(window).TakeLast(window).Sum(value => value / window));
            recent = before > 0 && double.IsFinite(now / before) ? now / before - 1 : double.NaN;
        }
        return new Trend(values[^1], values[0], recent);
    }

    /// <summary>The values of a metric over the epochs, validation ones where there are any, and which they are.</summary>
    public static (IReadOnlyList<double> Values, MetricSource Source) Values(TrainingReport report, string name)
    {
        foreach (var source in (MetricSource[])[MetricSource.Validation, MetricSource.Epoch, MetricSource.Interval])
        {
            var found = report.Series.FirstOrDefault(series => series.Name == name && series.Source == source);
            if (found is { Points.Count: > 0 })
            {
                return ([.. found.Points.Select(point => point.Value)], source);
            }
        }
        return ([], MetricSource.Epoch);
    }
}

/// <summary>The metrics that a verdict reads, by the names the trainer gives them.</summary>
internal static class MetricNames
{
    public const string Total = "loss/total";
    public const string Reconstruction = "loss/reconstruction";
    public const string Penalty = "loss/penalty";
}
