using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training.Optimizers;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training;

/// <summary>One training step: forward, backward, guard, update.</summary>
internal sealed class StepRunner : IDisposable
{
    private const int CheckInterval = 100;
    private readonly Module<torch.Tensor, torch.Tensor> _encoder;
    private readonly Module<torch.Tensor, torch.Tensor> _decoder;
    private readonly IPrior _prior;
    private readonly ILatentDivergence _divergence;
    private readonly ITrainableDivergence? _trainable;
    private readonly WaeTrainerOptions _options;
    private readonly TrainerCounters _counters;
    private readonly ILogger _logger;
    private long _runs;
    private bool _saidSmallBatch;
    private bool _saidSmallEvaluation;

    public StepRunner(
        Module<torch.Tensor, torch.Tensor> encoder, Module<torch.Tensor, torch.Tensor> decoder, IPrior prior, ILatentDivergence divergence,
        WaeTrainerOptions options, TrainerCounters counters, ILogger logger)
    {
        (_encoder, _decoder, _prior, _divergence) = (encoder, decoder, prior, divergence);
        (_options, _counters, _logger) = (options, counters, logger);
        NonFinite = new NonFiniteGuard(options.NonFinite, counters, logger);
        _trainable = divergence as ITrainableDivergence;
        Parameters = ParameterSet.Of(("encoder", encoder), ("decoder", decoder));
        if (_trainable is not null)
        {
            CriticParameters = ParameterSet.Of(("critic", _trainable.Critic));
            Parameters.CheckSameKind(CriticParameters);
            Parameters.CheckApart(CriticParameters);
        }

        Optimizer = Created(options.Optimizer, Parameters);
        CriticOptimizer = CriticParameters is null ? null : Created(options.CriticOptimizer, CriticParameters);
        PriorGenerator = Generators.Create(options.Seed, Generators.Prior);
        NoiseGenerator = Generators.Create(options.Seed, Generators.Noise);
        Average = options.WeightAverageDecay is { } decay ? new WeightAverage(Parameters.Changing(), decay) : null;
        FirstBatch = new FirstBatchCheck(decoder, options.Cost, logger);
        MinimumBatch = CompositeDivergences.MinimumSampleSize(divergence);
        if (Parameters.OnCpu)
        {
            FreedMemory.Keep();
        }
    }

    public ParameterSet Parameters { get; }

    public ParameterSet? CriticParameters { get; }

    public IParameterOptimizer Optimizer { get; }

    public IParameterOptimizer? CriticOptimizer { get; }

    public torch.Generator PriorGenerator { get; }

    public torch.Generator NoiseGenerator { get; }

    public WeightAverage? Average { get; }

    public NonFiniteGuard NonFinite { get; }

    /// <summary>Looks at the first batch of a run.</summary>
    public FirstBatchCheck FirstBatch { get; }

    /// <summary>The number of examples below which the divergence cannot be estimated.</summary>
    public long MinimumBatch { get; }

    /// <summary>Whether the divergence can judge so many codes; says once that it leaves smaller ones out of an evaluation.</summary>
    public bool Judges(long count)
    {
        if (count >= MinimumBatch)
        {
            return true;
        }

        if (!_saidSmallEvaluation)
        {
            TrainerLog.SmallBatch(_logger, count, MinimumBatch, "an evaluation leaves it out of the penalty's mean");
            _saidSmallEvaluation = true;
        }

        return false;
    }

    /// <summary>Whether a batch is a remainder of an epoch that the divergence cannot take; says once that it is passed over.</summary>
    public bool PassesOver(torch.Tensor batch)
    {
        if (_counters.Batch == 0 || batch.IsInvalid || batch.dim() < 2 || batch.shape[0] >= MinimumBatch || batch.numel() == 0)
        {
            return false;
        }

        if (!_saidSmallBatch)
        {
            TrainerLog.SmallBatch(_logger, batch.shape[0], MinimumBatch, "training passes over it");
            _saidSmallBatch = true;
        }

        return true;
    }

    public double Lambda => Value(_options.Lambda, nameof(_options.Lambda));

    public double LearningRate => Value(_options.LearningRate, nameof(_options.LearningRate));

    public double CriticLearningRate => Value(_options.CriticLearningRate, nameof(_options.CriticLearningRate));

    /// <summary>Whether the modules still are what the trainer was made for.</summary>
    public void CheckCurrent()
    {
        Parameters.CheckCurrent();
        CriticParameters?.CheckCurrent();
    }

    /// <summary>Takes one batch. The result's tensors belong to no dispose scope.</summary>
    public WaeStepResult Run(torch.Tensor batch, out StepOutcome outcome)
    {
        StepChecks.Recording();
        StepChecks.Batch(batch, Parameters);
        CheckModules();
        var lambda = Lambda;
        var (rate, criticRate) = (LearningRate, CriticOptimizer is null ? 0 : CriticLearningRate);
        using var scope = torch.NewDisposeScope();
        if (_counters.Accumulated == 0)
        {
            ClearGradients();
        }

        if (Parameters.OnCpu && !FiniteCheck.IsFinite(batch))
        {
            NonFinite.Report("The batch holds NaN or an infinity", lambda, double.NaN, double.NaN);
            outcome = StepOutcome.Skipped;
            return Nothing(lambda);
        }

        var input = _options.EncoderNoise is { } noise ? noise.Apply(batch, NoiseGenerator) : batch;
        var codes = ModuleCalls.Encode(_encoder, input, _prior.Dimension);
        StepChecks.Differentiable(codes, "encoder", Parameters);
        var output = ModuleCalls.Decode(_decoder, codes);
        StepChecks.Differentiable(output, "decoder", Parameters);
        FirstBatch.Look(batch, output);
        var reconstruction = ModuleCalls.Cost(_options.Cost, batch, output);
        StepChecks.Differentiable(reconstruction, output, _options.Cost);
        var (penalty, latent, critic) = Latent(codes, lambda);
        var objective = reconstruction + latent;
        StepChecks.Trainable(objective);
        var result = Result(reconstruction + penalty * lambda, reconstruction, penalty, lambda, critic);
        try
        {
            outcome = Learn(objective, result, critic, rate, criticRate);
            return result;
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
        var scale = (double)_options.AccumulationSteps / _counters.Accumulated;
        Parameters.ScaleGradients(scale);
        CriticParameters?.ScaleGradients(scale);
        if (FindNonFiniteGradient() is { } name)
        {
            DropGradients();
            NonFinite.Report($"The gradient of '{name}' is not finite", Lambda, double.NaN, double.NaN);
            return false;
        }

        Update(LearningRate, CriticOptimizer is null ? 0 : CriticLearningRate);
        return true;
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        CriticOptimizer?.Dispose();
        PriorGenerator.Dispose();
        NoiseGenerator.Dispose();
        Average?.Dispose();
    }

    private static IParameterOptimizer Created(IOptimizerFactory factory, ParameterSet parameters)
        => factory.Create(parameters.Trainable)
            ?? throw new ArgumentException($"Expected the factory ({factory.GetType().Name}) to create an optimizer, but it returned null. Return one for the parameters given.", nameof(factory));

    /// <summary>Now and then is enough: it takes a walk through all modules.</summary>
    private void CheckModules()
    {
        if (_runs++ % CheckInterval == 0)
        {
            CheckCurrent();
        }
    }

    /// <summary>From the loss to new weights, or to a part of an accumulation; after an exception the gradients are those from before, or none.</summary>
    private StepOutcome Learn(torch.Tensor objective, WaeStepResult result, CriticLoss? critic, double rate, double criticRate)
    {
        if (Parameters.OnCpu)
        {
            if (!double.IsFinite(result.Total))
            {
                return Skip("The loss is not finite", result);
            }

            if (critic is not null && !double.IsFinite(Scalars.Read(critic.Loss)))
            {
                return Skip("The critic's loss is not finite", result);
            }
        }

        Backward(Share(objective));
        _counters.Accumulated++;
        if (_counters.Accumulated < _options.AccumulationSteps)
        {
            return StepOutcome.Accumulated;
        }

        if (FindNonFiniteGradient() is { } name)
        {
            DropGradients();
            return Skip($"The gradient of '{name}' is not finite", result);
        }

        Update(rate, criticRate);
        return StepOutcome.Updated;
    }

    private void Backward(torch.Tensor objective)
    {
        var saved = _counters.Accumulated > 0 ? new SavedGradients(Parameters.Trainable.Concat(CriticParameters?.Trainable ?? [])) : null;
        try
        {
            objective.backward();
            saved?.Join();
        }
        catch (Exception e)
        {
            if (saved is null)
            {
                ClearGradients();
            }
            else
            {
                saved.Restore();
            }

            if (e is ExternalException native)
            {
                throw new InvalidOperationException($"Expected a gradient of the loss, but its backward pass failed: {ModuleCalls.Reason(native)}. Look for a module, cost or divergence that changes in place what its own gradient needs.", e);
            }

            throw;
        }
    }

    /// <summary>The penalty's value, what is to be minimised beside the reconstruction, and the critic's loss where there is a critic.</summary>
    private (torch.Tensor Penalty, torch.Tensor Objective, CriticLoss? Critic) Latent(torch.Tensor codes, double lambda)
    {
        using var samples = new PriorSamples(_prior, codes.shape[0], PriorGenerator, codes.device, codes.dtype);
        if (_trainable is null)
        {
            var penalty = PenaltyOf(codes, samples);
            return (penalty, penalty * lambda, null);
        }

        if (_trainable is IJointDivergence joint)
        {
            var (objective, penalty, critic) = ModuleCalls.Critic(joint, codes, () => joint.EvaluateJointly(codes, samples, lambda));
            return (Guard.CheckScalarResult(penalty, "the divergence"), Guard.CheckScalarResult(objective, "the divergence's objective"), Checked(critic));
        }

        var apart = PenaltyAlone(codes, samples);
        var loss = Checked(ModuleCalls.Critic(_trainable, codes, () => _trainable.EvaluateCritic(codes.detach(), samples)));
        return (apart, apart * lambda + loss.Loss, loss);
    }

    private torch.Tensor PenaltyOf(torch.Tensor codes, PriorSamples samples)
        => ModuleCalls.Penalty(_divergence, codes, () => _divergence.Evaluate(codes, samples));

    private static CriticLoss Checked(CriticLoss? loss)
        => loss is null
            ? throw new ArgumentException("Expected the divergence to return its critic's loss, but it returned null. Return the record with its tensors.", nameof(loss))
            : loss with { Loss = Guard.CheckScalarResult(loss.Loss, "the critic's loss") };

    /// <summary>The penalty passes through the critic; gradients of the critic's own weights would be computed for nobody.</summary>
    private torch.Tensor PenaltyAlone(torch.Tensor codes, PriorSamples samples)
    {
        using var frozen = new FrozenParameters(_trainable!.Critic);
        return PenaltyOf(codes, samples);
    }

    private torch.Tensor Share(torch.Tensor loss) => _options.AccumulationSteps == 1 ? loss : loss / _options.AccumulationSteps;

    private void Update(double rate, double criticRate)
    {
        try
        {
            Apply(Parameters, Optimizer, rate, _options.MaximumGradientNorm);
            if (CriticOptimizer is not null)
            {
                Apply(CriticParameters!, CriticOptimizer, criticRate, _options.MaximumCriticGradientNorm);
            }
        }
        catch
        {
            // An optimizer that failed may have changed weights: a second step on the same gradients would be another.
            DropGradients();
            throw;
        }

        _counters.Accumulated = 0;
        _counters.Step++;
        Average?.Update(_counters.Step);
    }

    private static void Apply(ParameterSet parameters, IParameterOptimizer optimizer, double learningRate, double? maximum)
    {
        if (maximum is { } limit)
        {
            parameters.Clip(limit);
        }

        optimizer.LearningRate = learningRate;
        optimizer.Step();
    }

    /// <summary>Takes the norms of the gradients where that waits for nothing; the name of a parameter whose gradient is not finite.</summary>
    private string? FindNonFiniteGradient()
    {
        if (!Parameters.OnCpu)
        {
            return null;
        }

        if (!double.IsFinite(Parameters.MeasureGradient()))
        {
            return Parameters.FirstNonFiniteGradient();
        }

        return CriticParameters is not null && !double.IsFinite(CriticParameters.MeasureGradient()) ? CriticParameters.FirstNonFiniteGradient() : null;
    }

    private void DropGradients()
    {
        ClearGradients();
        _counters.Accumulated = 0;
    }

    private void ClearGradients()
    {
        Parameters.ClearGradients();
        CriticParameters?.ClearGradients();
    }

    private StepOutcome Skip(string what, WaeStepResult result)
    {
        NonFinite.Report(what, result.Lambda, result.Reconstruction, result.Penalty);
        return StepOutcome.Skipped;
    }

    private WaeStepResult Result(torch.Tensor total, torch.Tensor reconstruction, torch.Tensor penalty, double lambda, CriticLoss? critic)
    {
        List<(string, torch.Tensor)> measurements = [];
        if (critic is not null)
        {
            measurements.Add(("critic/loss", critic.Loss.detach().DetachFromDisposeScope()));
            foreach (var (name, value) in critic.Measurements)
            {
                measurements.Add((name, value.detach().DetachFromDisposeScope()));
            }
        }

        return new WaeStepResult(
            total.detach().DetachFromDisposeScope(), reconstruction.detach().DetachFromDisposeScope(), penalty.detach().DetachFromDisposeScope(), lambda, measurements)
        {
            Values = Parameters.OnCpu ? (Scalars.Read(total), Scalars.Read(reconstruction), Scalars.Read(penalty)) : null,
        };
    }

    private WaeStepResult Nothing(double lambda)
    {
        torch.Tensor Missing() => torch.full([], double.NaN, dtype: Parameters.Dtype).DetachFromDisposeScope();
        return new WaeStepResult(Missing(), Missing(), Missing(), lambda, []) { Values = (double.NaN, double.NaN, double.NaN) };
    }

    private double Value(ISchedule schedule, string name)
    {
        var value = schedule.Value(_counters.Step, _counters.Epoch);
        return double.IsFinite(value) && value >= 0
            ? value
            : throw new InvalidOperationException(FormattableString.Invariant($"The schedule {name} ({schedule.GetType().Name}) gave {value} at step {_counters.Step}, epoch {_counters.Epoch}; expected a finite value of at least 0."));
    }
}
