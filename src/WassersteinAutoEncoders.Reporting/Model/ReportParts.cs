using WassersteinAutoEncoders.Metrics;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>How a finding is to be taken; ordered from best to worst.</summary>
internal enum Health
{
    /// <summary>A figure to know, neither good nor bad by itself.</summary>
    Neutral,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth a look.</summary>
    Caution,

    /// <summary>Something is wrong.</summary>
    Bad,
}

/// <summary>What the judge of differences says, as the page shows it.</summary>
internal static class Judgements
{
    public static Health Health(this FindingSeverity severity) => severity switch
    {
        FindingSeverity.Problem => Reporting.Health.Bad,
        FindingSeverity.Warning => Reporting.Health.Caution,
        _ => Reporting.Health.Good,
    };
}

/// <summary>Whether codes follow the prior, in one line.</summary>
internal sealed record CodeMatch(Health Health, string Where, double PValue, long Count)
{
    /// <summary>Directions of the latent space, along dimensions or across them, in which the codes hardly vary.</summary>
    public int CollapsedDirections { get; init; }
}

/// <summary>A line of the diagnosis table.</summary>
internal sealed record DiagnosisRow(string Name, string Value, string Expected, Health Health, string Meaning);

/// <summary>One of the few numbers at the head of a report.</summary>
internal sealed record KeyFigure(string Label, string Value, string Detail, Health Health, IReadOnlyList<double> Trend);

/// <summary>Whether a run went well: the head of a report.</summary>
internal sealed record Verdict(Health Health, string Headline, IReadOnlyList<KeyFigure> Figures, IReadOnlyList<VerdictFinding> Findings);

/// <summary>A sentence about the run.</summary>
internal sealed record VerdictFinding(Health Health, string Summary, string Text);

/// <summary>A name and a value, of the run's settings or its environment.</summary>
internal sealed record ReportSetting(string Name, string Value);
