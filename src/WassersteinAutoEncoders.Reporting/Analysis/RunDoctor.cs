using System.Globalization;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Reads a report as a person would, and says whether the run went well.</summary>
internal static class RunDoctor
{
    private const string StillImproving = "still improving";

    public static Verdict Judge(TrainingReport report)
    {
        var findings = new List<VerdictFinding>();
        AddState(report, findings);
        AddFinite(report, findings);
        AddReconstruction(report, findings);
        AddOverfitting(report, findings);
        AddCodes(report, findings);
        AddFurther(report, findings);
        findings = [.. findings.OrderByDescending(finding => finding.Health)];
        var worst = findings.Select(finding => finding.Health).DefaultIfEmpty(Health.Neutral).Max();
        return new Verdict(worst, Headline(report, worst, findings), KeyFigures.Of(report), findings);
    }

    private static string Headline(TrainingReport report, Health worst, List<VerdictFinding> findings)
    {
        var running = report.Progress.State == RunState.Running;
        return worst switch
        {
            Health.Neutral => "Nothing to judge yet",
            Health.Good when running => "Going well so far",
            Health.Good => findings.Exists(finding => finding.Summary == StillImproving) ? "This run went well; more epochs may still improve it" : "This run went well",
            Health.Caution => $"{(running ? "Going mostly well" : "Mostly well")}: {findings[0].Summary}",
            _ => $"{(running ? "Going wrong" : "Not well")}: {findings[0].Summary}",
        };
    }

    private static void AddState(TrainingReport report, List<VerdictFinding> findings)
    {
        var (epoch, epochs) = (report.Progress.Epoch, report.Progress.Epochs);
        switch (report.Progress.State)
        {
            case RunState.Failed:
                findings.Add(new(Health.Bad, "the run broke off", $"The run ended by an error after {Text(epoch)} completed epochs."));
                break;
            case RunState.Cancelled:
                findings.Add(new(Health.Caution, "the run was cancelled", $"The run was cancelled after {Text(epoch)} of {Text(epochs)} epochs."));
                break;
        }
    }

    private static void AddFinite(TrainingReport report, List<VerdictFinding> findings)
    {
        foreach (var series in report.Series)
        {
            var bad = series.Points.Where(point => !double.IsFinite(point.Value)).ToArray();
            if (bad.Length == 0)
            {
                continue;
            }

            findings.Add(new(Health.Bad, "a loss was not finite", $"{series.Name} was not finite at step {bad[0].Step.ToString(CultureInfo.InvariantCulture)}."));
            return;
        }
    }

    private static void AddReconstruction(TrainingReport report, List<VerdictFinding> findings)
    {
        var (values, source) = Trend.Values(report, MetricNames.Reconstruction);
        if (values.Count < 2 || Trend.Of(values) is not { } trend || !double.IsFinite(trend.Total))
        {
            return;
        }

        var since = First(report, source);
        var which = source == MetricSource.Validation ? "Validation reconstruction cost" : "Reconstruction cost";
        if (trend.Total > 0.02)
        {
            findings.Add(new(Health.Bad, "reconstructions got worse", $"{which} is {Percent(trend.Total)} higher than after {since}."));
        }
        else if (trend.Recent > 0.05)
        {
            findings.Add(new(Health.Caution, "reconstructions are getting worse", $"{which} has risen by {Percent(trend.Recent)} over the last fifth of the epochs."));
        }
        else if (trend.Recent < -0.03)
        {
            findings.Add(new(Health.Good, StillImproving, $"{which} fell by {Percent(-trend.Total)} since {since} and is still falling, by {Percent(-trend.Recent)} over the last fifth of the epochs."));
        }
        else
        {
            findings.Add(new(Health.Good, "reconstructions improved", $"{which} fell by {Percent(-trend.Total)} since {since}" + (double.IsNaN(trend.Recent) ? "." : " and has levelled off.")));
        }
    }

    /// <summary>The epoch that a series begins with: not the first one where a run goes on whose beginning nobody recorded.</summary>
    private static string First(TrainingReport report, MetricSource source)
    {
        var step = report.Series.First(series => series.Name == MetricNames.Reconstruction && series.Source == source).Points[0].Step;
        var begun = report.EpochEnds.Count > 0 ? report.EpochEnds[0].Epoch : 0;
        if (source == MetricSource.Interval)
        {
            return begun == 0 ? "the start" : $"epoch {Text(begun)}";
        }

        var epoch = report.EpochEnds.LastOrDefault(end => end.Step <= step).Epoch;
        return epoch <= 1 ? "the first epoch" : $"epoch {Text(epoch)}";
    }

    private static void AddOverfitting(TrainingReport report, List<VerdictFinding> findings)
    {
        var training = Last(MetricSource.Epoch);
        var validation = Last(MetricSource.Validation);
        if (training is not > 0 || validation is not > 0 || IsEarly(report))
        {
            return;
        }

        var gap = validation.Value / training.Value - 1;
        if (gap > 0.25)
        {
            findings.Add(new(Health.Caution, "overfitting", $"Overfitting: validation images cost {Percent(gap)} more to reconstruct than training images."));
        }
        else
        {
            findings.Add(new(Health.Good, "no overfitting", $"No overfitting: validation images cost {Percent(Math.Abs(gap))} {(gap >= 0 ? "more" : "less")} to reconstruct than training images{(gap < 0 ? " (whose figure is a mean over the epoch, while weights still improved)" : "")}."));
        }

        double? Last(MetricSource source)
        {
            var series = report.Series.FirstOrDefault(s => s.Name == MetricNames.Reconstruction && s.Source == source);
            return series is { Points.Count: > 0 } ? series.Points[^1].Value : null;
        }
    }

    private static void AddCodes(TrainingReport report, List<VerdictFinding> findings)
    {
        if (report.Prior is not { } prior || report.Snapshots is not [.., { Codes: { } codes }])
        {
            return;
        }

        if (codes.Values.Any(value => !float.IsFinite(value)))
        {
            findings.Add(new(Health.Bad, "codes are not finite", "Some codes are not finite."));
            return;
        }
        var figures = PriorFigures.Of(prior).Compare(codes);
        if (IsEarly(report))
        {
            if (report.CodeMatch is { Health: > Health.Good } early)
            {
                findings.Add(new(Health.Neutral, "it is early", $"The codes do not follow the prior yet ({early.Where}), which is as expected this early."));
            }

            return;
        }
        var use = DimensionUse.Of(figures, report.CodeMatch);
        if (use.Collapsed.Count > 0)
        {
            findings.Add(new(use.Health, "latent dimensions have collapsed", $"{Text(use.Collapsed.Count)} of {Text(use.All)} latent dimensions carry next to nothing: {DimensionUse.Names(use.Collapsed)}."));
        }

        if (use.Repeated > 0)
        {
            findings.Add(new(use.Health, "latent dimensions repeat one another", $"The codes vary in {Text(use.Used)} of {Text(use.All)} directions: latent dimensions repeat one another."));
        }

        if (report.CodeMatch is not { } match)
        {
            return;
        }

        var details = $"{match.Where}; two-sample test of {Text(match.Count)} codes against prior samples: {PValueText(match.PValue)}";
        findings.Add(match.Health switch
        {
            Health.Good when match.PValue >= 0.05 => new(Health.Good, "the codes follow the prior", $"The codes cannot be told from the prior ({details})."),
            Health.Good => new(Health.Good, "the codes follow the prior", $"The codes follow the prior closely ({details})."),
            Health.Caution => new(Health.Caution, "the codes follow the prior only roughly", $"The codes follow the prior only roughly ({details}): samples will be worse than reconstructions."),
            _ => new(Health.Bad, "the codes do not follow the prior", $"The codes do not follow the prior ({details}): samples come from where the decoder was never trained. More epochs or a larger λ may help."),
        });
    }

    /// <summary>What the caller measured and found wanting.</summary>
    private static void AddFurther(TrainingReport report, List<VerdictFinding> findings)
        => findings.AddRange(report.FurtherDiagnosis
            .Where(row => row.Health >= Health.Caution)
            .Select(row => new VerdictFinding(row.Health, $"{row.Name} is {row.Value}", $"{row.Name} is {row.Value}, expected {row.Expected}.")));

    /// <summary>Before a tenth of a run that goes on, or three epochs, nothing can be said against it.</summary>
    private static bool IsEarly(TrainingReport report)
        => report.Progress.State == RunState.Running && report.Progress.Epoch < Math.Max(3, report.Progress.Epochs / 10);

    internal static string PValueText(double p) => p <= 0.001 ? "p\u00A0≤\u00A00.001" : "p\u00A0=\u00A0" + Markup.Number(p, 2);

    internal static string Percent(double share)
    {
        var percent = Math.Abs(share) * 100;
        return (percent >= 1e6 ? Markup.Number(percent, 2) : (percent >= 10 ? Math.Round(percent) : Math.Round(percent, 1)).ToString(CultureInfo.InvariantCulture)) + "\u00A0%";
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
