using System.Text.Json.Nodes;

namespace WassersteinAutoEncoders.Training.Schedules;

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
