namespace WassersteinAutoEncoders.Training.Observers;

/// <summary>A value by which epochs are compared: for stopping early, for keeping the best checkpoint.</summary>
public sealed class MonitoredMetric
{
    private readonly Func<EpochCompleted, double?> _read;

    /// <summary>One of the means of an epoch.</summary>
    /// <param name="name">Such as <c>validation/total</c> (where the run has validation batches) or <c>loss/total</c>.</param>
    /// <param name="goal">Which direction is better; smaller by default.</param>
    public MonitoredMetric(string name, MetricGoal goal = MetricGoal.Minimize)
        : this(name, goal, epoch => Find(epoch, name))
    {
    }

    /// <summary>A value of one's own, such as a Fréchet distance.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="goal">Which direction is better.</param>
    /// <param name="read">Computes it when an epoch is over; null where this epoch has none.</param>
    public MonitoredMetric(string name, MetricGoal goal, Func<EpochCompleted, double?> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(read);
        Guard.CheckDefined(goal);
        Name = name;
        Goal = goal;
        _read = read;
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Which direction is better.</summary>
    public MetricGoal Goal { get; }

    /// <summary>The value after an epoch, or null where it has none.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <exception cref="InvalidOperationException">The epoch has no metric of this name; the message names those it has.</exception>
    public double? Read(EpochCompleted epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        return _read(epoch);
    }

    /// <summary>Whether a value is better than the best so far by more than a margin. NaN is never better; the first value that is not NaN always is.</summary>
    /// <param name="value">The new value.</param>
    /// <param name="best">The best so far, or null.</param>
    /// <param name="margin">The margin, ≥ 0, in the metric's own unit.</param>
    public bool IsBetter(double value, double? best, double margin = 0)
        => !double.IsNaN(value) && (best is not { } b || (Goal == MetricGoal.Minimize ? value < b - margin : value > b + margin));

    private static double? Find(EpochCompleted epoch, string name)
    {
        foreach (var metric in epoch.Metrics)
        {
            if (metric.Name == name)
            {
                return metric.Value;
            }
        }

        throw new InvalidOperationException($"Epoch {epoch.Epoch} has no metric '{name}'. It has: {string.Join(", ", epoch.Metrics.Select(m => m.Name))}. Metrics named validation/… need batches in FitOptions.Validation or LabeledValidation.");
    }
}

/// <summary>Which direction of a metric is better.</summary>
public enum MetricGoal
{
    /// <summary>Smaller is better, as of losses and distances.</summary>
    Minimize,

    /// <summary>Larger is better, as of likelihoods and accuracies.</summary>
    Maximize,
}
