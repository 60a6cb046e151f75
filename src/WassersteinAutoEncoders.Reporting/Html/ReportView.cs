namespace WassersteinAutoEncoders.Reporting;

/// <summary>A report with what several panels need to know about it.</summary>
internal sealed class ReportView
{
    private const int MaxHistograms = 32;

    public ReportView(TrainingReport report)
    {
        Report = report;
        Verdict = RunDoctor.Judge(report);
        Epochs = new EpochAxis(report.EpochEnds);
        Latest = report.Snapshots.Count > 0 ? report.Snapshots[^1] : null;
        HasCodes = Latest?.Codes is not null;
        if (!HasCodes)
        {
            return;
        }

        Range = LatentRange.Of(report.Prior, Latest!.Codes);
        var farthestFirst = FarthestFirst();
        Histograms = [.. farthestFirst.Take(MaxHistograms).Order()];
        Plane = new LatentPlane(report, [.. farthestFirst.Take(TrainingReport.MaxScatterDimensions).Order()], Range);
    }

    public TrainingReport Report { get; }

    public Verdict Verdict { get; }

    public EpochAxis Epochs { get; }

    public EpochSnapshot? Latest { get; }

    public bool HasCodes { get; }

    /// <summary>The ends of every latent axis.</summary>
    public (double Low, double High) Range { get; }

    /// <summary>The dimensions with a histogram, ascending.</summary>
    public int[] Histograms { get; } = [];

    /// <summary>The scatter plot's coordinates.</summary>
    public LatentPlane? Plane { get; }

    private int[] FarthestFirst()
    {
        var dimensions = Enumerable.Range(0, Latest!.Codes!.Dimension);
        if (Report.Prior is not { } prior)
        {
            return [.. dimensions];
        }

        var figures = PriorFigures.Of(prior).Compare(Latest.Codes);
        return [.. dimensions.OrderByDescending(d => figures[d].Distance)];
    }
}
