using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Training.Optimizers;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>From an objective to gradients, and from gradients to new weights: of encoder and decoder, and of the critics beside them.</summary>
internal sealed class WeightUpdate : IDisposable
{
    private readonly WaeTrainerOptions _options;
    private readonly JoinedProcesses? _joined;
    private readonly JoinedNormalization? _normalization;

    public WeightUpdate(WaeModel model, LatentObjective latent, WaeTrainerOptions options, JoinedProcesses? joined, JoinedNormalization? normalization)
    {
        (_options, _joined, _normalization) = (options, joined, normalization);
        Parameters = ParameterSet.Of(model.Modules);
        if (latent.Critics.Count > 0)
        {
            CriticParameters = ParameterSet.Of([.. latent.Critics]);
            Parameters.CheckSameKind(CriticParameters);
            Parameters.CheckApart(CriticParameters);
        }

        Reduced = options.Precision == ComputePrecision.BFloat16 ? new ReducedWeights(Parameters, model.Modules.Select(m => m.Module)) : null;
        Optimizer = Created(options.Optimizer, Parameters);
        CriticOptimizer = CriticParameters is null ? null : Created(options.Critic.Optimizer, CriticParameters);
        Average = options.EmaDecay is { } decay ? new WeightAverage(Parameters.Changing(), decay) : null;
        if (Parameters.Kind.OnCpu)
        {
            FreedMemory.Keep();
        }
    }

    public ParameterSet Parameters { get; }

    public ParameterSet? CriticParameters { get; }

    public IParameterOptimizer Optimizer { get; }

    public IParameterOptimizer? CriticOptimizer { get; }

    public WeightAverage? Average { get; }

    /// <summary>The bfloat16 values that the modules compute with, where they do.</summary>
    public ReducedWeights? Reduced { get; }

    /// <summary>Everything that a gradient is computed for.</summary>
    public IEnumerable<(string Name, Parameter Value)> Trainable => Parameters.Trainable.Concat(CriticParameters?.Trainable ?? []);

    /// <summary>Whether the modules still are what the trainer was made for.</summary>
    public void CheckCurrent()
    {
        Parameters.CheckCurrent();
        CriticParameters?.CheckCurrent();
    }

    public void ClearGradients()
    {
        Parameters.ClearGradients();
        CriticParameters?.ClearGradients();
    }

    public void ScaleGradients(double factor)
    {
        Parameters.ScaleGradients(factor);
        CriticParameters?.ScaleGradients(factor);
    }

    /// <summary>Adds the objective's gradient to what an accumulation holds; after an exception the gradients are those from before, or none.</summary>
    public void Backward(torch.Tensor objective, bool accumulating)
    {
        var saved = accumulating ? new SavedGradients(Trainable) : null;
        try
        {
            if (_joined is null)
            {
                Differentiate(objective);
            }
            else
            {
                BackwardJoined(_joined, objective);
            }

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
                throw Explained(native);
            }

            throw;
        }
    }

    /// <summary>The gradients in the weights' own type; the modules have their weights again afterwards.</summary>
    private void Differentiate(torch.Tensor objective)
    {
        try
        {
            // A process without rows of its own has nothing to go back to, unless there is a critic.
            if (_normalization is not null)
            {
                if (_normalization.Backward(objective) is { } failure)
                {
                    ExceptionDispatchInfo.Throw(failure);
                }
            }
            else if (_joined is null || objective.requires_grad)
            {
                objective.backward();
            }
        }
        finally
        {
            Reduced?.End();
        }
    }

    /// <summary>The gradient of all processes' objectives together; of critics, whose loss all evaluate on the codes of all, that of process 0.</summary>
    private void BackwardJoined(JoinedProcesses joined, torch.Tensor objective)
    {
        Exception? failure = null;
        try
        {
            Differentiate(objective);
        }
        catch (Exception e) when (!joined.Knows(e))
        {
            failure = e is ExternalException native ? Explained(native) : e;
        }

        joined.SumGradients(Parameters, failure);
        if (CriticParameters is not null)
        {
            joined.BroadcastGradients(CriticParameters);
        }
    }

    /// <summary>Takes the norms of the gradients where that waits for nothing; the name of a parameter whose gradient is not finite.</summary>
    public string? FindNonFiniteGradient()
    {
        if (!Parameters.Kind.OnCpu)
        {
            return null;
        }

        if (!double.IsFinite(Parameters.MeasureGradient()))
        {
            return Parameters.FirstNonFiniteGradient();
        }

        return CriticParameters is not null && !double.IsFinite(CriticParameters.MeasureGradient()) ? CriticParameters.FirstNonFiniteGradient() : null;
    }

    /// <summary>One step of the optimizers.</summary>
    public void Apply(double learningRate, double criticLearningRate)
    {
        Apply(Parameters, Optimizer, learningRate, _options.MaximumGradientNorm);
        if (CriticOptimizer is not null)
        {
            Apply(CriticParameters!, CriticOptimizer, criticLearningRate, _options.Critic.MaximumGradientNorm);
        }
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        CriticOptimizer?.Dispose();
        Average?.Dispose();
    }

    private InvalidOperationException Explained(ExternalException e)
        => new($"Expected a gradient of the loss, but its backward pass failed: {ModuleCall.Reason(e)}. Look for a module, cost or divergence that changes in place what its own gradient needs.{(Reduced is null ? "" : ReducedWeights.BackwardAdvice)}", e);

    /// <summary>What a factory creates for parameters, which is not nothing.</summary>
    public static IParameterOptimizer Created(IOptimizerFactory factory, ParameterSet parameters)
        => factory.Create(parameters.Trainable)
            ?? throw new ArgumentException($"Expected the factory ({factory.GetType().Name}) to create an optimizer, but it returned null. Return one for the parameters given.", nameof(factory));

    private static void Apply(ParameterSet parameters, IParameterOptimizer optimizer, double learningRate, double? maximum)
    {
        if (maximum is { } limit)
        {
            parameters.Clip(limit);
        }

        optimizer.LearningRate = learningRate;
        optimizer.Step();
    }
}

/// <summary>The gradients that an accumulation holds, set aside during a backward pass: one that fails halfway has added to some of them only.</summary>
/// <remarks>Takes no copies: the pass writes gradients of its own, which are added afterwards.</remarks>
internal sealed class SavedGradients
{
    private readonly (string Name, Parameter Value)[] _parameters;
    private readonly torch.Tensor?[] _gradients;

    public SavedGradients(IEnumerable<(string Name, Parameter Value)> parameters)
    {
        _parameters = [.. parameters];
        _gradients = new torch.Tensor?[_parameters.Length];
        for (var i = 0; i < _parameters.Length; i++)
        {
            _gradients[i] = _parameters[i].Value.grad;
            _parameters[i].Value.grad = null;
        }
    }

    /// <summary>Adds what the pass has written; to be called in the dispose scope of the step.</summary>
    public void Join()
    {
        using var noGrad = torch.no_grad();
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (_gradients[i] is not { } saved)
            {
                continue;
            }

            if (_parameters[i].Value.grad is { } added)
            {
                saved.Accumulate(added);
            }

            _parameters[i].Value.grad = saved;
        }
    }

    /// <summary>Puts the gradients back as they were before the pass.</summary>
    public void Restore()
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            _parameters[i].Value.grad = _gradients[i];
        }
    }
}
