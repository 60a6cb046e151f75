using WassersteinAutoEncoders.Training.Runs;
using WassersteinAutoEncoders.Training.Schedules;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>λ and the learning rates of the next step, from their schedules.</summary>
internal sealed class TrainingRates(WaeTrainerOptions options, TrainerCounters counters)
{
    private readonly Schedule[] _schedules = [.. new[] { options.Lambda, options.LearningRate, options.Critic.LearningRate }.Distinct()];

    public double Lambda => Value(options.Lambda, nameof(options.Lambda));

    public double LearningRate => Override ?? Value(options.LearningRate, nameof(options.LearningRate));

    public double CriticLearningRate => Value(options.Critic.LearningRate, $"{nameof(options.Critic)}.{nameof(options.Critic.LearningRate)}");

    /// <summary>A learning rate that takes the schedule's place.</summary>
    public double? Override { get; set; }

    /// <summary>Tells the schedules of a step.</summary>
    public void StepTaken(WaeStepResult result)
    {
        foreach (var schedule in _schedules)
        {
            schedule.StepTaken(counters.Step, result);
        }
    }

    /// <summary>Tells the schedules of an epoch.</summary>
    public void EpochCompleted(IReadOnlyList<Metric> means)
    {
        foreach (var schedule in _schedules)
        {
            schedule.EpochCompleted(counters.Epoch, means);
        }
    }

    private double Value(Schedule schedule, string name)
    {
        var value = schedule.Value(counters.Step, counters.Epoch);
        return double.IsFinite(value) && value >= 0
            ? value
            : throw new InvalidOperationException(FormattableString.Invariant($"The schedule {name} ({schedule.GetType().Name}) gave {value} at step {counters.Step}, epoch {counters.Epoch}; expected a finite value of at least 0."));
    }
}
