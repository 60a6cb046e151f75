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

    public WeightUpdate(WaeModel model, LatentObjective latent, WaeTrainerOptions options, JoinedProcesses? joined)
    {
        (_options, _joined) = (options, joined);
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
            if (_joined is null || objective.requires_grad)
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
        catch (Exception e)
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
