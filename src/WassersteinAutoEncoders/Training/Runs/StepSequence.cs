using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Steps;

namespace WassersteinAutoEncoders.Training.Runs;

/// <summary>Steps and epochs one after another, with their bookkeeping: counters, means, schedules.</summary>
internal sealed class StepSequence(TrainerState state) : IDisposable
{
    private WaeStepResult? _last;
    private long _examples;

    private bool OnCpu => state.Step.Update.Parameters.Kind.OnCpu;

    /// <summary>Takes one batch, of which several processes may have agreed on their shares.</summary>
    public StepReport Take(Batch batch, BatchShare? share = null)
    {
        _last?.DisposeTensors();
        _last = null;
        share ??= state.Step.Joined?.Agree(batch, state.Step.Update.Parameters.Kind);
        var report = state.Step.Run(batch, share);
        _last = report.Result;
        if (report.Outcome != StepOutcome.Skipped)
        {
            state.Metrics.Add(report.Result);
        }

        state.Counters.Batch++;
        _examples += share?.Total ?? batch.Input.shape[0];
        if (report.Outcome == StepOutcome.Updated)
        {
            AfterUpdate(report.Result);
        }

        return report;
    }

    /// <summary>Takes the step that an incomplete accumulation waits for. Returns the terms of its last batch if there was one.</summary>
    public WaeStepResult? Flush()
    {
        if (!state.Step.Flush() || _last is null)
        {
            return null;
        }

        AfterUpdate(_last);
        return _last;
    }

    /// <summary>Ends the epoch; <paramref name="validated"/> joins its means.</summary>
    public IReadOnlyList<Metric> EndEpoch(IEnumerable<Metric> validated)
    {
        Flush();
        var means = state.Metrics.TakeEpoch();
        CheckMeans(means);
        List<Metric> all = [.. means, .. Rates(), .. validated];
        state.Counters.Epoch++;
        state.Counters.Batch = 0;
        state.Step.Rates.EpochCompleted(all);
        return all;
    }

    /// <summary>The means since the last call, with λ and the learning rates.</summary>
    public IReadOnlyList<Metric> TakeInterval() => [.. state.Metrics.TakeInterval(), .. Rates()];

    public void Dispose() => _last?.DisposeTensors();

    private void AfterUpdate(WaeStepResult result)
    {
        (result.Count, _examples) = (_examples, 0);
        if (OnCpu)
        {
            state.Metrics.Add("gradient/norm", state.Step.Update.Parameters.GradientNorm);
        }
        else if (state.Counters.Step % NonFiniteGuard.DeviceInterval == 0)
        {
            CheckMeans(state.Metrics.PeekInterval());
        }

        state.Step.Rates.StepTaken(result);
    }

    /// <summary>Looks for what is not finite where single steps are not looked at.</summary>
    private void CheckMeans(List<Metric> means)
    {
        if (!OnCpu)
        {
            state.Step.NonFinite.CheckMeans(means, state.Step.Rates.Lambda);
        }
    }

    private IEnumerable<Metric> Rates()
    {
        yield return new Metric("lambda", state.Step.Rates.Lambda);
        yield return new Metric("learning_rate", state.Step.Rates.LearningRate);
        if (state.Step.Update.CriticOptimizer is not null)
        {
            yield return new Metric("critic/learning_rate", state.Step.Rates.CriticLearningRate);
        }
    }
}
