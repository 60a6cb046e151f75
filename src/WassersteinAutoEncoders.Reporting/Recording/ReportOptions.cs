namespace WassersteinAutoEncoders.Reporting;

/// <summary>Settings of a report.</summary>
public sealed record ReportOptions
{
    /// <summary>The heading.</summary>
    /// <value>Default: "Wasserstein auto-encoder".</value>
    public string Title { get; init; } = "Wasserstein auto-encoder";

    /// <summary>A line beneath the heading, such as the data set and the divergence.</summary>
    /// <value>Default: empty.</value>
    public string Subtitle { get; init; } = "";

    /// <summary>The unit of the reconstruction cost, for axes and figures, such as <c>nats an image</c>.</summary>
    /// <value>Default: empty, no unit.</value>
    public string CostUnit { get; init; } = "";

    /// <summary>Settings of the run to be listed.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>Images reconstructed, at most.</summary>
    /// <value>≥ 1; default 32.</value>
    public int MaxImages { get; init; } = 32;

    /// <summary>Prior samples decoded.</summary>
    /// <value>≥ 1; default 40.</value>
    public int Samples { get; init; } = 40;

    /// <summary>Codes drawn and compared with the prior, at most.</summary>
    /// <value>≥ 2; default 1000.</value>
    public int MaxCodes { get; init; } = 1000;

    /// <summary>Images along a side of the manifold of a two-dimensional latent space.</summary>
    /// <value>≥ 2; default 15.</value>
    public int ManifoldSize { get; init; } = 15;

    /// <summary>The seed of the prior samples that are decoded and compared with.</summary>
    /// <value>Default 1.</value>
    public long Seed { get; init; } = 1;

    /// <summary>The part of the run's time that the report may take; where it would take more, the file is written less often and epochs are passed over. Only the first and the last write are always made: together about a second of one core.</summary>
    /// <value>In (0, 1]; default 0.03.</value>
    public double MaxTimeShare { get; init; } = 0.03;

    /// <summary>Bytes that pictures and codes of all epochs may take in the file; where they would take more, every second epoch is dropped.</summary>
    /// <value>≥ 1; default 14,000,000, which keeps the whole file below 20 MB.</value>
    public long MaxSnapshotBytes { get; init; } = 14_000_000;

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Title);
        ArgumentNullException.ThrowIfNull(Subtitle);
        ArgumentNullException.ThrowIfNull(CostUnit);
        ArgumentNullException.ThrowIfNull(Settings);
        if (Settings.Any(setting => setting.Key is null || setting.Value is null))
        {
            throw new ArgumentException($"Expected a name and a value for each of '{nameof(Settings)}', but one is null. Give an empty text.", nameof(Settings));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(MaxImages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxCodes, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(ManifoldSize, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSnapshotBytes, 1);
        if (!(MaxTimeShare > 0) || MaxTimeShare > 1)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxTimeShare), MaxTimeShare, "Expected a share above 0 and at most 1.");
        }
    }
}
