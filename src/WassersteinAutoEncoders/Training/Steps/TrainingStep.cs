using Microsoft.Extensions.Logging;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Models;
using WassersteinAutoEncoders.Training.Runs;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>What a batch led to.</summary>
internal enum StepOutcome
{
    /// <summary>The weights were changed.</summary>
    Updated,

    /// <summary>The gradient was added to those of earlier batches.</summary>
    Accumulated,

    /// <summary>Something was not finite; nothing was changed.</summary>
    Skipped,
}

/// <summary>A batch's terms and what they led to.</summary>
internal readonly record struct StepReport(WaeStepResult Result, StepOutcome Outcome);

/// <summary>One training step: forward, backward, guard, update.</summary>
internal sealed partial class TrainingStep : IDisposable
{
    private const int CheckInterval = 100;
    private readonly WaeModel _model;
    private readonly LatentObjective _latent;
    private readonly WaeTrainerOptions _options;
    private readonly TrainerCounters _counters;
    private long _runs;

    public TrainingStep(WaeModel model, LatentObjective latent, WaeTrainerOptions options, TrainerCounters counters, ILogger logger)
    {
        (_model, _latent, _options, _counters) = (model, latent, options, counters);
        Rates = new TrainingRates(options, counters);
        Joined = options.Processes is { Size: > 1 } processes ? new JoinedProcesses(processes, counters, RatesNow) : null;
        Normalization = Joined is not null && options.SynchronizeBatchNormalization ? new JoinedNormalization(Joined, model.Modules) : null;
        Update = new WeightUpdate(model, latent, options, Joined, Normalization);
        _buffers = Joined is null ? null : new JoinedBuffers(Update.Parameters.Buffers());
        NonFinite = new NonFiniteGuard(options.NonFinite, counters, logger);
        FirstBatch = new FirstBatchCheck(model.Decoder, options.Cost, logger);
        PriorGenerator = Generators.Create(options.Seed, Generators.Prior);
        NoiseGenerator = Generators.Create(options.Seed, Generators.Noise);
    }

    /// <summary>The processes that take each step together; none where this one is alone.</summary>
    public JoinedProcesses? Joined { get; }

    public WeightUpdate Update { get; }

    public TrainingRates Rates { get; }

    public NonFiniteGuard NonFinite { get; }

    /// <summary>Looks at the first batch of a run.</summary>
    public FirstBatchCheck FirstBatch { get; }

    public torch.Generator PriorGenerator { get; }

    public torch.Generator NoiseGenerator { get; }

    private ParameterSet Parameters => Update.Parameters;

    private bool OnCpu => Parameters.Kind.OnCpu;

    /// <summary>Takes one batch. The result's tensors belong to no dispose scope.</summary>
    /// <param name="batch">The batch, or this process's rows of it.</param>
    /// <param name="share">What the processes agreed on, where there are several and they have.</param>
    public StepReport Run(Batch batch, BatchShare? share = null)
    {
        if (Joined is { } joined)
        {
            return RunJoined(joined, batch, share ?? joined.Agree(batch, Parameters.Kind));
        }

        StepChecks.Recording();
        StepChecks.Batch(batch.Input, Parameters.Kind);
        CheckModules();
        var lambda = Rates.Lambda;
        var (rate, criticRate) = LearningRates();
        using var scope = torch.NewDisposeScope();
        if (_counters.Accumulated == 0)
        {
            Update.ClearGradients();
        }

        if (OnCpu && !FiniteCheck.IsFinite(batch.Input))
        {
            NonFinite.Report("The batch holds NaN or an infinity", lambda, double.NaN, double.NaN);
            return new StepReport(Nothing(lambda), StepOutcome.Skipped);
        }

        using var reduced = Update.Reduced?.Begin();
        var codes = Codes(batch);
        StepChecks.Differentiable(codes, "encoder", Parameters);
        var output = Decoded(codes, batch.Labels);
        StepChecks.Differentiable(output, "decoder", Parameters);
        FirstBatch.Look(batch.Input, output);
        var reconstruction = ModuleCalls.Cost(_options.Cost, batch.Input, output);
        StepChecks.Differentiable(reconstruction, output, _options.Cost);
        using var samples = new PriorSamples(_model.Prior, codes.shape[0], PriorGenerator, codes.device, codes.dtype) { Labels = batch.Labels };
        var latent = _latent.Evaluate(codes, samples, lambda);
        var objective = reconstruction.Plus(latent.Objective);
        StepChecks.Trainable(objective);
        var result = Result(reconstruction.Plus(latent.Penalty.Times(lambda)), reconstruction, latent, lambda);
        try
        {
            return new StepReport(result, Learn(objective, result, latent.Critics, rate, criticRate));
        }
        catch
        {
            result.DisposeTensors();
            throw;
        }
    }

    /// <summary>Takes the optimizer step that an epoch's last, incomplete accumulation waits for. Returns whether there was one.</summary>
    public bool Flush()
    {
        if (_counters.Accumulated == 0)
        {
            return false;
        }

        using var scope = torch.NewDisposeScope();
        Update.ScaleGradients((double)_options.AccumulationSteps / _counters.Accumulated);
        if (Update.FindNonFiniteGradient() is { } name)
        {
            DropGradients();
            NonFinite.Report($"The gradient of '{name}' is not finite", Rates.Lambda, double.NaN, double.NaN);
            return false;
        }

        var (rate, criticRate) = LearningRates();
        Apply(rate, criticRate);
        return true;
    }

    /// <summary>What the encoder sees of a batch.</summary>
    private torch.Tensor Noisy(torch.Tensor input) => _options.EncoderNoise is { } noise ? ModuleCall.Present(noise.Apply(input, NoiseGenerator), $"the noise ({noise.GetType().Name})") : input;

    /// <summary>What the encoder makes of a batch in training, in the weights' element type.</summary>
    public torch.Tensor Codes(Batch batch)
    {
        var seen = batch with { Input = Noisy(batch.Input) };
        return Update.Reduced?.Codes(_model, seen) ?? _model.Codes(seen);
    }

    public void Dispose()
    {
        Update.Dispose();
        PriorGenerator.Dispose();
        NoiseGenerator.Dispose();
    }

    private torch.Tensor Decoded(torch.Tensor codes, torch.Tensor? labels) => Update.Reduced?.Decoded(_model, codes, labels) ?? _model.Decoded(codes, labels);

    private (double Lambda, double Rate, double CriticRate) RatesNow() => (Rates.Lambda, Rates.LearningRate, Update.CriticOptimizer is null ? 0 : Rates.CriticLearningRate);

    private (double Own, double Critic) LearningRates() => (Rates.LearningRate, Update.CriticOptimizer is null ? 0 : Rates.CriticLearningRate);

    /// <summary>Now and then is enough: it takes a walk through all modules.</summary>
    private void CheckModules()
    {
        if (_runs++ % CheckInterval == 0)
        {
            Update.CheckCurrent();
        }
    }

    /// <summary>From the loss to new weights, or to a part of an accumulation; after an exception the gradients are those from before, or none.</summary>
    private StepOutcome Learn(torch.Tensor objective, WaeStepResult result, IReadOnlyList<CriticLoss> critics, double rate, double criticRate)
    {
        if (OnCpu)
        {
            if (!double.IsFinite(result.Total))
            {
                return Skip("The loss is not finite", result);
            }

            if (critics.Any(c => !double.IsFinite(Scalars.Read(c.Loss))))
            {
                return Skip("The critic's loss is not finite", result);
            }
        }

        Update.Backward(_options.AccumulationSteps == 1 ? objective : objective.Over(_options.AccumulationSteps), _counters.Accumulated > 0);
        _buffers?.Apply();
        _counters.Accumulated++;
        if (_counters.Accumulated < _options.AccumulationSteps)
        {
            return StepOutcome.Accumulated;
        }

        if (Update.FindNonFiniteGradient() is { } name)
        {
            DropGradients();
            return Skip($"The gradient of '{name}' is not finite", result);
        }

        Apply(rate, criticRate);
        return StepOutcome.Updated;
    }

    private void Apply(double rate, double criticRate)
    {
        try
        {
            Update.Apply(rate, criticRate);
        }
        catch
        {
            // An optimizer that failed may have changed weights: a second step on the same gradients would be another.
            DropGradients();
            throw;
        }

        _counters.Accumulated = 0;
        _counters.Step++;
        Update.Average?.Update(_counters.Step);
    }

    private void DropGradients()
    {
        Update.ClearGradients();
        _counters.Accumulated = 0;
    }

    private StepOutcome Skip(string what, WaeStepResult result)
    {
        NonFinite.Report(what, result.Lambda, result.Reconstruction, result.Penalty);
        return StepOutcome.Skipped;
    }

    private WaeStepResult Result(torch.Tensor total, torch.Tensor reconstruction, LatentTerms latent, double lambda)
    {
        List<(string, torch.Tensor)> measurements = [];
        foreach (var (index, critic) in latent.Critics.Index())
        {
            var prefix = _latent.Critics[index].Name;
            measurements.Add(($"{prefix}/loss", critic.Loss.detach().DetachFromDisposeScope()));
            foreach (var (name, value) in critic.Measurements)
            {
                measurements.Add((index == 0 ? name : name.Replace("critic/", prefix + "/", StringComparison.Ordinal), value.detach().DetachFromDisposeScope()));
            }
        }

        return new WaeStepResult(
            total.detach().DetachFromDisposeScope(), reconstruction.detach().DetachFromDisposeScope(), latent.Penalty.detach().DetachFromDisposeScope(), lambda, measurements)
        {
            Values = OnCpu ? (Scalars.Read(total), Scalars.Read(reconstruction), Scalars.Read(latent.Penalty)) : null,
        };
    }

    private WaeStepResult Nothing(double lambda)
    {
        torch.Tensor Missing() => torch.tensor(double.NaN, Parameters.Kind.Dtype).DetachFromDisposeScope();
        return new WaeStepResult(Missing(), Missing(), Missing(), lambda, []) { Values = (double.NaN, double.NaN, double.NaN) };
    }
}
