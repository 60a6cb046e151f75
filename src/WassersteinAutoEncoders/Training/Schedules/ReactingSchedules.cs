using System.Text.Json.Nodes;

namespace WassersteinAutoEncoders.Training.Schedules;

/// <summary>See <see cref="Schedule.Plateau"/>.</summary>
internal sealed class PlateauSchedule : Schedule, IResumable
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

    public override double Value(long step, int epoch) => _value;

    public override void EpochCompleted(int epoch, IReadOnlyList<Metric> metrics)
    {
        MetricNames.Check(metrics, nameof(metrics));
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

    public JsonObject SaveState() => new() { ["value"] = JsonNumbers.Save(_value), ["best"] = JsonNumbers.Save(_best), ["bad"] = _bad };

    public void LoadState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (_value, _best, _bad) = (JsonNumbers.Double(state, "value", 0), JsonNumbers.Double(state, "best"), JsonNumbers.Int(state, "bad", 0));
    }
}

/// <summary>See <see cref="Schedule.Ratio"/>.</summary>
internal sealed class RatioLambda : Schedule, IResumable
{
    private readonly double _target;
    private readonly double _gain;
    private readonly int _interval;
    private readonly double _minimum;
    private readonly double _maximum;
    private double _lambda;
    private double _reconstruction;
    private double _penalty;
    private bool _seen;

    public RatioLambda(double initial, double target = 0.1, double gain = 0.1, int interval = 10, double minimum = 1e-3, double maximum = 1e6)
    {
        _lambda = Guard.CheckPositive(initial);
        _target = Guard.CheckPositive(target);
        _gain = Guard.CheckBetween(Guard.CheckPositive(gain), 0, 1, nameof(gain));
        _interval = Guard.CheckAtLeast(interval, 1);
        _minimum = Guard.CheckPositive(minimum);
        _maximum = Guard.CheckBetween(maximum, minimum, double.MaxValue);
    }

    public override double Value(long step, int epoch) => _lambda;

    public override void StepTaken(long step, WaeStepResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (step % _interval != 0)
        {
            return;
        }

        var (r, p) = (result.Reconstruction, Math.Abs(result.Penalty));
        if (!double.IsFinite(r) || !double.IsFinite(p))
        {
            return;
        }

        (_reconstruction, _penalty) = _seen ? (0.5 * _reconstruction + 0.5 * r, 0.5 * _penalty + 0.5 * p) : (r, p);
        _seen = true;
        var next = _lambda * Math.Pow(_target * _reconstruction / (_lambda * _penalty), _gain);
        if (double.IsFinite(next))
        {
            _lambda = Math.Clamp(next, _minimum, _maximum);
        }
    }

    public JsonObject SaveState() => new()
    {
        ["lambda"] = JsonNumbers.Save(_lambda),
        ["reconstruction"] = JsonNumbers.Save(_reconstruction),
        ["penalty"] = JsonNumbers.Save(_penalty),
        ["seen"] = _seen,
    };

    public void LoadState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (_lambda, _reconstruction, _penalty, _seen) = (
            JsonNumbers.Double(state, "lambda", 0), JsonNumbers.Double(state, "reconstruction", double.MinValue),
            JsonNumbers.Double(state, "penalty", 0), JsonNumbers.Bool(state, "seen"));
    }
}

/// <summary>See <see cref="Schedule.OfficialAdaptive"/>.</summary>
internal sealed class OfficialAdaptiveLambda : Schedule, IResumable
{
    private readonly int _interval;
    private double _lambda;

    public OfficialAdaptiveLambda(double initial, int interval = 1000)
        => (_lambda, _interval) = (Guard.CheckNonNegative(initial), Guard.CheckAtLeast(interval, 1));

    public override double Value(long step, int epoch) => _lambda;

    public override void StepTaken(long step, WaeStepResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (step % _interval != 0)
        {
            return;
        }

        var next = 0.5 * _lambda + 0.5 * result.Reconstruction / Math.Abs(result.Penalty);
        if (double.IsFinite(next) && next >= 0)
        {
            _lambda = next;
        }
    }

    public JsonObject SaveState() => new() { ["lambda"] = JsonNumbers.Save(_lambda) };

    public void LoadState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _lambda = JsonNumbers.Double(state, "lambda", 0);
    }
}
