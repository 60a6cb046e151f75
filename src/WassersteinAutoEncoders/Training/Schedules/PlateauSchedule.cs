using System.Text.Json.Nodes;

namespace WassersteinAutoEncoders.Training.Schedules;

/// <summary>A value that falls when a metric stops improving.</summary>
/// <remarks>
/// An epoch improves when its metric is below best − threshold · |best|. After more than <c>patience</c> epochs in a row
/// without improvement the value is multiplied with <c>factor</c>, not below <c>minimum</c>, and the counting begins anew.
/// Epochs up to <c>warmup</c> are not counted. Has a state; use one instance for one trainer.
/// </remarks>
public sealed class PlateauSchedule : ISchedule, IEpochFeedback, IResumable
{
    private readonly double _factor;
    private readonly int _patience;
    private readonly double _threshold;
    private readonly double _minimum;
    private readonly int _warmup;
    private readonly string _metric;
    private double _value;
    private double _best = double.PositiveInfinity;
    private int _bad;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initial">The first value, finite and ≥ 0.</param>
    /// <param name="factor">What the value is multiplied with, in (0, 1); 1/1.4 by default, as in the official code.</param>
    /// <param name="patience">How many epochs without improvement are borne, ≥ 0; 10 by default.</param>
    /// <param name="threshold">The relative improvement that counts, in [0, 1); 1e-4 by default.</param>
    /// <param name="minimum">The lowest value, finite and ≥ 0; 0 by default.</param>
    /// <param name="warmup">How many first epochs are not counted, ≥ 0; 0 by default, 30 in the official code.</param>
    /// <param name="metric">The metric, lower being better: <c>loss/total</c> by default, or for instance <c>validation/total</c> where there are validation batches.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public PlateauSchedule(
        double initial, double factor = 1 / 1.4, int patience = 10, double threshold = 1e-4, double minimum = 0, int warmup = 0, string metric = "loss/total")
    {
        ArgumentException.ThrowIfNullOrEmpty(metric);
        _value = Guard.CheckNonNegative(initial);
        _factor = Guard.CheckPositive(Guard.CheckFraction(factor), nameof(factor));
        _patience = Guard.CheckAtLeast(patience, 0);
        _threshold = Guard.CheckFraction(threshold);
        _minimum = Guard.CheckNonNegative(minimum);
        _warmup = Guard.CheckAtLeast(warmup, 0);
        _metric = metric;
    }

    /// <inheritdoc/>
    public double Value(long step, int epoch) => _value;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The metrics lack the one that is watched.</exception>
    public void EpochCompleted(int epoch, IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        var index = metrics.ToList().FindIndex(m => m.Name == _metric);
        if (index < 0)
        {
            throw new InvalidOperationException($"The plateau schedule watches '{_metric}', but the epoch has only {string.Join(", ", metrics.Select(m => m.Name))}.");
        }

        if (epoch <= _warmup)
        {
            return;
        }

        var current = metrics[index].Value;
        if (double.IsPositiveInfinity(_best) || current < _best - _threshold * Math.Abs(_best))
        {
            _best = current;
            _bad = 0;
        }
        else if (++_bad > _patience)
        {
            _value = Math.Max(_value * _factor, Math.Min(_value, _minimum));
            _bad = 0;
        }
    }

    /// <inheritdoc/>
    public JsonObject SaveState() => new() { ["value"] = JsonNumbers.Save(_value), ["best"] = JsonNumbers.Save(_best), ["bad"] = _bad };

    /// <inheritdoc/>
    public void LoadState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (_value, _best, _bad) = (JsonNumbers.Double(state, "value", 0), JsonNumbers.Double(state, "best"), JsonNumbers.Int(state, "bad", 0));
    }
}
