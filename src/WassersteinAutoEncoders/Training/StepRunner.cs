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
    private long _runs;

    public StepRunner(
        Module<torch.Tensor, torch.Tensor> encoder, Module<torch.Tensor, torch.Tensor> decoder, IPrior prior, ILatentDivergence divergence,
        WaeTrainerOptions options, TrainerCounters counters, ILogger logger)
    {
        (_encoder, _decoder, _prior, _divergence) = (encoder, decoder, prior, divergence);
        (_options, _counters) = (options, counters);
        Guard = new NonFiniteGuard(options.NonFinite, counters, logger);
        _trainable = divergence as ITrainableDivergence;
        Parameters = ParameterSet.Of(("encoder", encoder), ("decoder", decoder));
        if (_trainable is not null)
        {
            CriticParameters = ParameterSet.Of(("critic", _trainable.Critic));
            Parameters.CheckSameKind(CriticParameters);
        }

        Optimizer = options.Optimizer.Create(Parameters.Trainable);
        CriticOptimizer = CriticParameters is null ? null : options.CriticOptimizer.Create(CriticParameters.Trainable);
        PriorGenerator = Generators.Create(options.Seed, Generators.Prior);
        NoiseGenerator = Generators.Create(options.Seed, Generators.Noise);
        Average = options.WeightAverageDecay is { } decay ? new WeightAverage(Parameters.Changing(), decay) : null;
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

    public NonFiniteGuard Guard { get; }

    public double Lambda => Value(_options.Lambda, nameof(_options.Lambda));

    public double LearningRate => Value(_options.LearningRate, nameof(_options.LearningRate));

    public double CriticLearningRate => Value(_options.CriticLearningRate, nameof(_options.CriticLearningRate));

    /// <summary>Takes one batch. The result's tensors belong to no dispose scope.</summary>
    public WaeStepResult Run(torch.Tensor batch, out StepOutcome outcome)
    {
        CheckBatch(batch, Parameters);
        CheckModules();
        var lambda = Lambda;
        var learningRate = LearningRate;
        using var scope = torch.NewDisposeScope();
        if (_counters.Accumulated == 0)
        {
            Parameters.ClearGradients();
            CriticParameters?.ClearGradients();
        }

        if (Parameters.OnCpu && !FiniteCheck.IsFinite(batch))
        {
            return Skip("The batch holds NaN or an infinity", Nothing(lambda), out outcome);
        }

        var input = _options.EncoderNoise is { } noise ? noise.Apply(batch, NoiseGenerator) : batch;
        var codes = ModuleCalls.Encode(_encoder, input, _prior.Dimension);
        var reconstruction = _options.Cost.Evaluate(batch, ModuleCalls.Decode(_decoder, codes));
        var (penalty, latent, critic) = Latent(codes, lambda);
        var total = reconstruction + penalty * lambda;
        var result = Result(total, reconstruction, penalty, lambda, critic);

        if (Parameters.OnCpu)
        {
            if (!double.IsFinite(result.Total))
            {
                return Skip("The loss is not finite", result, out outcome);
            }

            if (critic is not null && !double.IsFinite(Scalars.Read(critic.Loss)))
            {
                return Skip("The critic's loss is not finite", result, out outcome);
            }
        }

        Share(reconstruction + latent).backward();
        _counters.Accumulated++;
        if (_counters.Accumulated < _options.AccumulationSteps)
        {
            outcome = StepOutcome.Accumulated;
            return result;
        }

        if (FindNonFiniteGradient() is { } name)
        {
            DropGradients();
            return Skip($"The gradient of '{name}' is not finite", result, out outcome);
        }

        Update(learningRate);
        outcome = StepOutcome.Updated;
        return result;
    }

    /// <summary>Takes the optimizer step that an epoch's last, incomplete accumulation waits for. Returns whether there was one.</summary>
    public bool Flush()
    {
        if (_counters.Accumulated == 0)
        {
            return false;
        }

        var scale = (double)_options.AccumulationSteps / _counters.Accumulated;
        Parameters.ScaleGradients(scale);
        CriticParameters?.ScaleGradients(scale);
        if (FindNonFiniteGradient() is { } name)
        {
            DropGradients();
            Guard.Report($"The gradient of '{name}' is not finite", Lambda, double.NaN, double.NaN);
            return false;
        }

        Update(LearningRate);
        return true;
    }

    public static void CheckBatch(torch.Tensor batch, ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.IsInvalid)
        {
            throw new ArgumentException("The batch has been disposed. Keep it alive until the step is done.", nameof(batch));
        }

        if (batch.dim() < 2)
        {
            throw new ArgumentException($"Expected a batch of shape [n, …] with at least two dimensions, but it has shape {ModuleCalls.Shape(batch)}. Add the batch dimension with unsqueeze(0).", nameof(batch));
        }

        if (batch.numel() == 0)
        {
            throw new ArgumentException($"The batch of shape {ModuleCalls.Shape(batch)} is empty. Skip empty batches.", nameof(batch));
        }

        if (batch.dtype != parameters.Dtype)
        {
            throw new ArgumentException($"Expected a batch of type {parameters.Dtype}, which the modules' parameters have, but it is {batch.dtype}. Convert it with batch.to({parameters.Dtype}).", nameof(batch));
        }

        if (batch.device_type != parameters.Device.type || batch.device_index != parameters.Device.index)
        {
            throw new ArgumentException($"Expected a batch on {parameters.Device}, where the modules' parameters are, but it is on {batch.device}. Move it with batch.to({parameters.Device}).", nameof(batch));
        }
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        CriticOptimizer?.Dispose();
        PriorGenerator.Dispose();
        NoiseGenerator.Dispose();
        Average?.Dispose();
    }

    /// <summary>Now and then is enough: it takes a walk through all modules.</summary>
    private void CheckModules()
    {
        if (_runs++ % CheckInterval != 0)
        {
            return;
        }

        Parameters.CheckCurrent();
        CriticParameters?.CheckCurrent();
    }

    /// <summary>The penalty's value, what is to be minimised beside the reconstruction, and the critic's loss where there is a critic.</summary>
    private (torch.Tensor Penalty, torch.Tensor Objective, CriticLoss? Critic) Latent(torch.Tensor codes, double lambda)
    {
        using var samples = new PriorSamples(_prior, codes.shape[0], PriorGenerator, codes.device, codes.dtype);
        if (_trainable is null)
        {
            var penalty = _divergence.Evaluate(codes, samples);
            return (penalty, penalty * lambda, null);
        }

        if (_trainable is IJointDivergence joint)
        {
            var (objective, penalty, critic) = joint.EvaluateJointly(codes, samples, lambda);
            return (penalty, objective, critic);
        }

        var apart = PenaltyAlone(codes, samples);
        var loss = _trainable.EvaluateCritic(codes.detach(), samples);
        return (apart, apart * lambda + loss.Loss, loss);
    }

    /// <summary>The penalty passes through the critic; gradients of the critic's own weights would be computed for nobody.</summary>
    private torch.Tensor PenaltyAlone(torch.Tensor codes, PriorSamples samples)
    {
        CriticParameters!.RequireGradients(false);
        try
        {
            return _divergence.Evaluate(codes, samples);
        }
        finally
        {
            CriticParameters.RequireGradients(true);
        }
    }

    private torch.Tensor Share(torch.Tensor loss) => _options.AccumulationSteps == 1 ? loss : loss / _options.AccumulationSteps;

    private void Update(double learningRate)
    {
        Apply(Parameters, Optimizer, learningRate, _options.MaximumGradientNorm);
        if (CriticOptimizer is not null)
        {
            Apply(CriticParameters!, CriticOptimizer, CriticLearningRate, _options.MaximumCriticGradientNorm);
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
        Parameters.ClearGradients();
        CriticParameters?.ClearGradients();
        _counters.Accumulated = 0;
    }

    private WaeStepResult Skip(string what, WaeStepResult result, out StepOutcome outcome)
    {
        outcome = StepOutcome.Skipped;
        try
        {
            Guard.Report(what, result.Lambda, result.Reconstruction, result.Penalty);
        }
        catch
        {
            result.DisposeTensors();
            throw;
        }

        return result;
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
