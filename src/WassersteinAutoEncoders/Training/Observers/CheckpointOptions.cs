namespace WassersteinAutoEncoders.Training.Observers;

/// <summary>When a <see cref="CheckpointObserver"/> writes, and what it keeps.</summary>
public sealed record CheckpointOptions
{
    /// <summary>Write after every so many epochs.</summary>
    /// <value>≥ 0; 0 for never by epochs. Default 1.</value>
    public int EveryEpochs { get; init; } = 1;

    /// <summary>Write after every so many optimizer steps, in the middle of epochs too.</summary>
    /// <value>≥ 0; 0, the default, for never by steps.</value>
    public long EverySteps { get; init; }

    /// <summary>How many of the newest checkpoints are kept; the best one is kept beside them.</summary>
    /// <value>≥ 1. Default 3: should the newest be damaged by what no program prevents, there is another.</value>
    public int Keep { get; init; } = 3;

    /// <summary>The metric by which the best epoch is kept as <c>best.safetensors</c>.</summary>
    /// <value>Default: none is kept.</value>
    public MonitoredMetric? Best { get; init; }

    /// <summary>What happens when a checkpoint cannot be written.</summary>
    /// <value>Default: <see cref="CheckpointFailure.Continue"/>.</value>
    public CheckpointFailure OnFailure { get; init; } = CheckpointFailure.Continue;

    internal void Validate()
    {
        Guard.CheckAtLeast(EveryEpochs, 0);
        Guard.CheckAtLeast(EverySteps, 0);
        Guard.CheckAtLeast(Keep, 1);
        Guard.CheckDefined(OnFailure);
    }
}
