using TorchSharp;
using TorchSharp.Modules;

namespace WassersteinAutoEncoders.Training.Optimizers;

/// <summary>Makes an optimizer for parameters that are known only once the trainer has the modules.</summary>
public interface IOptimizerFactory
{
    /// <summary>Makes an optimizer; its learning rate is set before each step.</summary>
    /// <param name="parameters">The parameters to optimize, at least one, without repetition; they stay their modules'. Checkpoints hold what belongs to each under its name, such as <c>encoder/0.weight</c>, unique within one optimizer.</param>
    /// <returns>An optimizer that the caller disposes of.</returns>
    IParameterOptimizer Create(IReadOnlyList<(string Name, Parameter Value)> parameters);
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

/// <summary>The optimizers at hand.</summary>
public static class OptimizerFactory
{
    /// <summary>Adam (Kingma and Ba, ICLR 2015, algorithm 1), with weight decay added to the gradient where asked for.</summary>
    /// <param name="beta1">β₁, the decay of the mean of gradients, in [0, 1); 0.9 by default. The official WAE code takes 0.5.</param>
    /// <param name="beta2">β₂, the decay of the mean of squared gradients, in [0, 1); 0.999 by default.</param>
    /// <param name="epsilon">ε, added to the denominator, finite and &gt; 0; 1e-8 by default.</param>
    /// <param name="weightDecay">The factor of the parameters that is added to the gradients, finite and ≥ 0; 0 by default.</param>
    /// <returns>A factory that keeps no state.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static IOptimizerFactory Adam(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        => new AdamFactory(beta1, beta2, epsilon, weightDecay);

    /// <summary>AdamW: Adam with weight decay applied to the parameters themselves (Loshchilov and Hutter, ICLR 2019, algorithm 2).</summary>
    /// <param name="beta1">β₁, the decay of the mean of gradients, in [0, 1); 0.9 by default.</param>
    /// <param name="beta2">β₂, the decay of the mean of squared gradients, in [0, 1); 0.999 by default.</param>
    /// <param name="epsilon">ε, added to the denominator, finite and &gt; 0; 1e-8 by default.</param>
    /// <param name="weightDecay">w: each step first multiplies the parameters with 1 − learning rate · w; finite and ≥ 0, 0.01 by default.</param>
    /// <returns>A factory that keeps no state.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static IOptimizerFactory AdamW(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
        => new AdamWFactory(beta1, beta2, epsilon, weightDecay);

    /// <summary>Any optimizer of TorchSharp that takes one gradient a step.</summary>
    /// <remarks>
    /// Checkpoints hold the state of Adam, AdamW, NAdam, RAdam, Adamax, RMSProp, Rprop, Adagrad, Adadelta, ASGD and SGD, and a
    /// resumed run goes on to the bit. An optimizer class of one's own trains, but <see cref="WaeTrainer.SaveCheckpoint"/>
    /// throws a <see cref="NotSupportedException"/> with it. LBFGS is refused: it evaluates the loss several times a step.
    /// Before each step the trainer sets the learning rate of every parameter group. Two optimizers of TorchSharp read theirs
    /// when they are made: Rprop its first step size, and ASGD the size of its first step; Rprop never looks at it again.
    /// </remarks>
    /// <param name="create">Makes the optimizer of the parameters it is given, all or some of them, for instance <c>p => torch.optim.SGD(p, 1e-3, momentum: 0.9)</c>.</param>
    /// <returns>
    /// A factory; its <see cref="IOptimizerFactory.Create"/> throws an <see cref="ArgumentException"/> where the function makes an optimizer of other
    /// parameters or LBFGS, and an <see cref="InvalidOperationException"/> where it returns null.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="create"/> is null.</exception>
    public static IOptimizerFactory Of(Func<IReadOnlyList<Parameter>, torch.optim.Optimizer> create) => new TorchOptimizerFactory(create);
}

internal static class NamedParameters
{
    /// <summary>What every factory of this library asks of its parameters: a name of its own and a live tensor each.</summary>
    public static IReadOnlyList<(string Name, Parameter Value)> Check(IReadOnlyList<(string Name, Parameter Value)> parameters)
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
