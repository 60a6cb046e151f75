using TorchSharp;
using TorchSharp.Modules;

namespace WassersteinAutoEncoders.Training.Optimizers;

/// <summary>Any optimizer of TorchSharp that takes one gradient a step.</summary>
/// <remarks>
/// Checkpoints hold the state of Adam, AdamW, NAdam, RAdam, Adamax, RMSProp, Rprop, Adagrad, Adadelta, ASGD and SGD, and a
/// resumed run goes on to the bit. An optimizer class of one's own trains, but <see cref="WaeTrainer.SaveCheckpoint"/>
/// throws a <see cref="NotSupportedException"/> with it. LBFGS is refused: it evaluates the loss several times a step.
/// Before each step the trainer sets the learning rate of every parameter group. Two optimizers of TorchSharp read theirs
/// when they are made: Rprop its first step size, and ASGD the size of its first step; Rprop never looks at it again.
/// </remarks>
public sealed class TorchOptimizerFactory : IOptimizerFactory
{
    private readonly Func<IReadOnlyList<Parameter>, torch.optim.Optimizer> _create;

    /// <summary>Creates the factory.</summary>
    /// <param name="create">Makes the optimizer of the parameters it is given, all or some of them, for instance <c>p => torch.optim.SGD(p, 1e-3, momentum: 0.9)</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="create"/> is null.</exception>
    public TorchOptimizerFactory(Func<IReadOnlyList<Parameter>, torch.optim.Optimizer> create)
    {
        _create = create ?? throw new ArgumentNullException(nameof(create), "The function that makes the optimizer is null. Pass one, for instance p => torch.optim.SGD(p, 1e-3, momentum: 0.9).");
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The function made an optimizer of other parameters, or LBFGS.</exception>
    /// <exception cref="InvalidOperationException">The function returned null.</exception>
    public IParameterOptimizer Create(IReadOnlyList<NamedParameter> parameters)
    {
        var optimizer = _create([.. NamedParameter.Check(parameters).Select(p => p.Value)])
            ?? throw new InvalidOperationException("Expected the function to make an optimizer, but it returned null. Return one made of the parameters given.");
        return new TorchOptimizer(optimizer, parameters);
    }
}
