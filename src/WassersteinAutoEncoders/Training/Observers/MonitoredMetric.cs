namespace WassersteinAutoEncoders.Training.Observers;

/// <summary>A value by which epochs are compared: for stopping early, for keeping the best checkpoint.</summary>
public sealed class MonitoredMetric
{
    private readonly Func<EpochCompleted, double?> _read;

    /// <summary>One of the means of an epoch.</summary>
    /// <param name="name">Such as <c>validation/total</c> (where the run has validation batches) or <c>loss/total</c>.</param>
    /// <param name="largerIsBetter">Whether a larger value is better, as of likelihoods and accuracies; <see langword="false"/>, as of losses and distances, by default.</param>
    public MonitoredMetric(string name, bool largerIsBetter = false)
        : this(name, epoch => Find(epoch, name), largerIsBetter)
    {
    }

    /// <summary>A value of one's own, such as a Fréchet distance.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="read">Computes it when an epoch is over; null where this epoch has none.</param>
    /// <param name="largerIsBetter">Whether a larger value is better; <see langword="false"/> by default.</param>
    public MonitoredMetric(string name, Func<EpochCompleted, double?> read, bool largerIsBetter = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(read);
        Name = name;
        LargerIsBetter = largerIsBetter;
        _read = read;
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Whether a larger value is better.</summary>
    public bool LargerIsBetter { get; }

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
        => !double.IsNaN(value) && (best is not { } b || (LargerIsBetter ? value > b + margin : value < b - margin));

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
