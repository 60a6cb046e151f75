using System.Text.Json.Nodes;

namespace WassersteinAutoEncoders.Training.Schedules;

/// <summary>A controller that holds λ · |penalty| at a given ratio of the reconstruction cost.</summary>
/// <remarks>
/// Each <c>interval</c> steps it reads the step's terms r and p, smooths them, r̄ ← ½r̄ + ½r and p̄ ← ½p̄ + ½|p|, and
/// moves λ in the logarithm: λ ← clamp(λ · (target · r̄ / (λ · p̄))^gain, minimum, maximum). With gain 1 it jumps to the
/// target, with less it approaches it geometrically. A reading that is not finite, or a penalty of 0, changes nothing.
/// Has a state; use one instance for one trainer.
/// </remarks>
public sealed class RatioLambda : ISchedule, IStepFeedback, IResumable
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

    /// <summary>Creates the controller.</summary>
    /// <param name="initial">The first λ, finite and &gt; 0.</param>
    /// <param name="target">The ratio λ · |penalty| / reconstruction to hold, finite and &gt; 0; 0.1 by default.</param>
    /// <param name="gain">How much of the way a correction goes, in (0, 1]; 0.1 by default.</param>
    /// <param name="interval">After how many steps it corrects, ≥ 1; 10 by default.</param>
    /// <param name="minimum">The lowest λ, finite and &gt; 0; 1e-3 by default.</param>
    /// <param name="maximum">The highest λ, at least <paramref name="minimum"/>; 1e6 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public RatioLambda(double initial, double target = 0.1, double gain = 0.1, int interval = 10, double minimum = 1e-3, double maximum = 1e6)
    {
        _lambda = Guard.CheckPositive(initial);
        _target = Guard.CheckPositive(target);
        _gain = Guard.CheckBetween(Guard.CheckPositive(gain), 0, 1, nameof(gain));
        _interval = Guard.CheckAtLeast(interval, 1);
        _minimum = Guard.CheckPositive(minimum);
        _maximum = Guard.CheckBetween(maximum, minimum, double.MaxValue);
    }

    /// <inheritdoc/>
    public double Value(long step, int epoch) => _lambda;

    /// <inheritdoc/>
    public void StepTaken(long step, WaeStepResult result)
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

    /// <inheritdoc/>
    public JsonObject SaveState() => new()
    {
        ["lambda"] = JsonNumbers.Save(_lambda),
        ["reconstruction"] = JsonNumbers.Save(_reconstruction),
        ["penalty"] = JsonNumbers.Save(_penalty),
        ["seen"] = _seen,
    };

    /// <inheritdoc/>
    public void LoadState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (_lambda, _reconstruction, _penalty, _seen) = (
            JsonNumbers.Double(state, "lambda", 0), JsonNumbers.Double(state, "reconstruction", double.MinValue),
            JsonNumbers.Double(state, "penalty", 0), JsonNumbers.Bool(state, "seen"));
    }
}

/// <summary>The official code's adaptive rule for λ ("lambda_schedule = adaptive"): after each 1,000th step, λ ← ½λ + ½ · reconstruction / |penalty| of that step.</summary>
/// <remarks>
/// Drives λ · penalty towards the size of the reconstruction cost. A step whose penalty is exactly 0, or whose terms are
/// not finite, changes nothing. Reads from the device only in the steps that change λ. Has a state; use one instance for one trainer.
/// Source: tolstikhin/wae, wae.py, method train.
/// </remarks>
public sealed class OfficialAdaptiveLambda : ISchedule, IStepFeedback, IResumable
{
    private readonly int _interval;
    private double _lambda;

    /// <summary>Creates the rule.</summary>
    /// <param name="initial">The first λ, finite and ≥ 0.</param>
    /// <param name="interval">After how many steps λ changes, ≥ 1; 1000 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public OfficialAdaptiveLambda(double initial, int interval = 1000)
        => (_lambda, _interval) = (Guard.CheckNonNegative(initial), Guard.CheckAtLeast(interval, 1));

    /// <inheritdoc/>
    public double Value(long step, int epoch) => _lambda;

    /// <inheritdoc/>
    public void StepTaken(long step, WaeStepResult result)
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

    /// <inheritdoc/>
    public JsonObject SaveState() => new() { ["lambda"] = JsonNumbers.Save(_lambda) };

    /// <inheritdoc/>
    public void LoadState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _lambda = JsonNumbers.Double(state, "lambda", 0);
    }
}
