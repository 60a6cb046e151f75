using Microsoft.Extensions.Logging;
using WassersteinAutoEncoders.Training.Runs;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>Counts the steps that something not finite cost, and ends training with the one too many.</summary>
internal sealed class NonFiniteGuard(NonFinitePolicy policy, TrainerCounters counters, ILogger logger)
{
    /// <summary>After how many steps the means are looked at where single steps are not.</summary>
    public const int DeviceInterval = 50;

    /// <summary>The path named when training goes wrong.</summary>
    public string? LastCheckpoint { get; set; }

    /// <summary>Logs a step that is left out, or throws.</summary>
    public void Report(string what, double lambda, double reconstruction, double penalty)
    {
        if (counters.Skipped >= policy.MaximumSkips)
        {
            throw new NonFiniteException(what, counters.Step, lambda, reconstruction, penalty, LastCheckpoint);
        }

        counters.Skipped++;
        TrainerLog.StepSkipped(logger, what, counters.Step + 1, counters.Skipped, policy.MaximumSkips);
    }

    /// <summary>Where single steps are not looked at: throws if a mean over several is not finite.</summary>
    public void CheckMeans(List<Metric> means, double lambda)
    {
        if (!means.Exists(m => m.Name.StartsWith("loss/", StringComparison.Ordinal) && !double.IsFinite(m.Value)))
        {
            return;
        }

        throw new NonFiniteException(
            $"A loss was not finite within the last {DeviceInterval} steps, and weights may have been changed by it; found", counters.Step, lambda,
            means.Find(m => m.Name == "loss/reconstruction").Value, means.Find(m => m.Name == "loss/penalty").Value, LastCheckpoint);
    }
}
