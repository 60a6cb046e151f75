using TorchSharp;
using TorchSharp.Modules;

namespace WassersteinAutoEncoders.Training.Optimizers;

/// <summary>Any optimizer of TorchSharp, for those this library does not have itself. Its state cannot be saved in checkpoints.</summary>
public sealed class TorchOptimizerFactory : IOptimizerFactory
{
    private readonly Func<IReadOnlyList<Parameter>, torch.optim.Optimizer> _create;

    /// <summary>Creates the factory.</summary>
    /// <param name="create">Makes the optimizer, for instance <c>p => torch.optim.RMSProp(p)</c>; its learning rate is set before each step.</param>
    public TorchOptimizerFactory(Func<IReadOnlyList<Parameter>, torch.optim.Optimizer> create)
    {
        _create = create ?? throw new ArgumentNullException(nameof(create), "The function that makes the optimizer is null. Pass one, for instance p => torch.optim.RMSProp(p).");
    }

    /// <inheritdoc/>
    public IParameterOptimizer Create(IReadOnlyList<NamedParameter> parameters)
        => new Adapter(_create([.. NamedParameter.Check(parameters).Select(p => p.Value)]) ?? throw new InvalidOperationException("The function that was to make an optimizer returned null."));

    private sealed class Adapter(torch.optim.Optimizer optimizer) : IParameterOptimizer
    {
        public double LearningRate
        {
            get => optimizer.ParamGroups.First().LearningRate;
            set
            {
                foreach (var group in optimizer.ParamGroups)
                {
                    group.LearningRate = value;
                }
            }
        }

        public IReadOnlyDictionary<string, torch.Tensor> State => throw new NotSupportedException(
            $"The state of TorchSharp's {optimizer.GetType().Name} is not accessible, so there can be no checkpoints with it. Use AdamFactory, AdamWFactory or SgdFactory, or implement IParameterOptimizer; weights alone can be saved with ModuleWeights.");

        public void Step() => optimizer.step();

        public void Dispose() => optimizer.Dispose();
    }
}
