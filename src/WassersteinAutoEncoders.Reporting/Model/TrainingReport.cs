namespace WassersteinAutoEncoders.Reporting;

/// <summary>Everything a report shows, as data. Nothing in it refers to tensors, modules or the trainer.</summary>
internal sealed record TrainingReport
{
    /// <summary>Latent dimensions that can be chosen for the scatter plot, at most: those farthest from the prior.</summary>
    internal const int MaxScatterDimensions = 12;

    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>A line beneath the heading; may be empty.</summary>
    public string Subtitle { get; init; } = "";

    /// <summary>How far the run has come.</summary>
    public required RunProgress Progress { get; init; }

    /// <summary>Metrics over the steps.</summary>
    public IReadOnlyList<MetricSeries> Series { get; init; } = [];

    /// <summary>Where epochs end: steps done after each completed epoch, by epoch.</summary>
    public IReadOnlyList<EpochEnd> EpochEnds { get; init; } = [];

    /// <summary>The name of the cost's unit for axes and figures, such as <c>nats an image</c>; empty where it is not known.</summary>
    public string CostUnit { get; init; } = "";

    /// <summary>The probe's images as they went in.</summary>
    public TilePicture? Inputs { get; init; }

    /// <summary>Pictures and codes over the epochs, ascending.</summary>
    public IReadOnlyList<EpochSnapshot> Snapshots { get; init; } = [];

    /// <summary>The class of each code, an index into <see cref="ClassNames"/>; empty where codes have no classes.</summary>
    public IReadOnlyList<int> Labels { get; init; } = [];

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Samples of the prior, for densities and comparisons; <see langword="null"/> where there is no prior to compare with.</summary>
    public LatentCodes? Prior { get; init; }

    /// <summary>The diagnosis table: the codes of the last snapshot against the prior.</summary>
    public IReadOnlyList<DiagnosisRow> Diagnosis { get; init; } = [];

    /// <summary>Further lines of the table, of the caller's own measurements.</summary>
    public IReadOnlyList<DiagnosisRow> FurtherDiagnosis { get; init; } = [];

    /// <summary>Whether the codes of the last snapshot follow the prior; <see langword="null"/> where that was not looked at.</summary>
    public CodeMatch? CodeMatch { get; init; }

    /// <summary>The run's settings.</summary>
    public IReadOnlyList<ReportSetting> Settings { get; init; } = [];

    /// <summary>The machine and software it ran on.</summary>
    public IReadOnlyList<ReportSetting> Environment { get; init; } = [];

    /// <summary>Further remarks, such as what was left out.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
