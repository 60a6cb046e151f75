namespace WassersteinAutoEncoders.Reporting;

/// <summary>Where a run stands.</summary>
internal enum RunState
{
    /// <summary>It goes on.</summary>
    Running,

    /// <summary>All epochs were completed.</summary>
    Completed,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>An observer asked to stop.</summary>
    StoppedEarly,

    /// <summary>It ended in the middle, by an error.</summary>
    Failed,
}

/// <summary>How far a run has come.</summary>
internal sealed record RunProgress(RunState State, long Step, int Epoch, int Epochs, TimeSpan Elapsed, TimeSpan ReportTime);

/// <summary>The end of an epoch.</summary>
internal readonly record struct EpochEnd(int Epoch, long Step, TimeSpan Elapsed);

/// <summary>What the values of a series are means of.</summary>
internal enum MetricSource
{
    /// <summary>The training steps of a logging interval.</summary>
    Interval,

    /// <summary>All training steps of an epoch.</summary>
    Epoch,

    /// <summary>Validation data.</summary>
    Validation,
}

/// <summary>A value of a metric.</summary>
internal readonly record struct MetricPoint(long Step, double Value);

/// <summary>One named value over a run.</summary>
internal sealed record MetricSeries(string Name, MetricSource Source, IReadOnlyList<MetricPoint> Points);

/// <summary>Images of one size side by side in one PNG, without gaps.</summary>
internal sealed record TilePicture(byte[] Png, int Count, int Columns, int TileWidth, int TileHeight)
{
    /// <summary>Rows of images.</summary>
    public int Rows => (Count + Columns - 1) / Columns;
}

/// <summary>What the model did with the probe at the end of an epoch. What the probe lacks is <see langword="null"/>.</summary>
internal sealed record EpochSnapshot(int Epoch, long Step)
{
    /// <summary>Reconstructions of the probe's images, in the layout of <see cref="TrainingReport.Inputs"/>.</summary>
    public TilePicture? Reconstructions { get; init; }

    /// <summary>Decoded prior samples, the same samples in every epoch.</summary>
    public TilePicture? Samples { get; init; }

    /// <summary>Decoded codes on the way from one input to another, a row each.</summary>
    public TilePicture? Interpolations { get; init; }

    /// <summary>The decoded grid of quantiles of a two-dimensional prior, the second dimension upwards.</summary>
    public TilePicture? Manifold { get; init; }

    /// <summary>Codes of the labelled inputs.</summary>
    public LatentCodes? Codes { get; init; }

    /// <summary>About how many bytes it adds to a report file.</summary>
    public long Bytes => Size(Reconstructions) + Size(Samples) + Size(Interpolations) + Size(Manifold)
        + (Codes is null ? 0 : Math.Min(Codes.Dimension, TrainingReport.MaxScatterDimensions + 2) * 2L * Codes.Count * 4 / 3);

    // Base64 makes 4 characters of 3 bytes.
    private static long Size(TilePicture? picture) => picture is null ? 0 : picture.Png.Length * 4L / 3;
}
