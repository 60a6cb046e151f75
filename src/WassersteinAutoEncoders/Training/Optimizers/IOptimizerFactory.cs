using TorchSharp;
using TorchSharp.Modules;

namespace WassersteinAutoEncoders.Training.Optimizers;

/// <summary>Makes an optimizer for parameters that are known only once the trainer has the modules.</summary>
public interface IOptimizerFactory
{
    /// <summary>Makes an optimizer; its learning rate is set before each step.</summary>
    /// <param name="parameters">The parameters to optimize, at least one, without repetition.</param>
    /// <returns>An optimizer that the caller disposes of.</returns>
    IParameterOptimizer Create(IReadOnlyList<NamedParameter> parameters);
}

/// <summary>Changes parameters after their gradients, and shows its state to checkpoints.</summary>
/// <remarks>The trainer clears gradients, clips them and sets the learning rate; the optimizer does nothing but the update.</remarks>
public interface IParameterOptimizer : IDisposable
{
    /// <summary>The learning rate of the next step, finite and ≥ 0.</summary>
    double LearningRate { get; set; }

    /// <summary>
    /// Everything beside the learning rate that decides what the next step does, by name. Live tensors, of fixed names,
    /// shapes and element types from the beginning on: a checkpoint is loaded by copying into them.
    /// </summary>
    IReadOnlyDictionary<string, torch.Tensor> State { get; }

    /// <summary>Updates every parameter that has a gradient.</summary>
    void Step();
}

/// <summary>A parameter and the name under which checkpoints hold what belongs to it.</summary>
/// <param name="Name">Such as <c>encoder/0.weight</c>; unique within one optimizer.</param>
/// <param name="Value">The parameter; it stays its module's.</param>
public readonly record struct NamedParameter(string Name, Parameter Value)
{
    /// <summary>What every factory of this library asks of its parameters: a name of its own and a live tensor each.</summary>
    internal static IReadOnlyList<NamedParameter> Check(IReadOnlyList<NamedParameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in parameters)
        {
            if (name is null || value is null || value.IsInvalid)
            {
                throw new ArgumentException($"Expected a name and a live parameter each, but '{name ?? "null"}' has {(value is null ? "none" : value.IsInvalid ? "a disposed one" : "no name")}. Pass what named_parameters() gives.", nameof(parameters));
            }

            Guard.CheckStored(value, name);
            if (!names.Add(name))
            {
                throw new ArgumentException($"Expected names that differ, but '{name}' came twice. Put the module's name before the parameter's.", nameof(parameters));
            }
        }

        return parameters;
    }
}
