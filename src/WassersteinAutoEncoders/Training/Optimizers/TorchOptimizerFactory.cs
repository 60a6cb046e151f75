using TorchSharp;
using TorchSharp.Modules;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Training.Optimizers;

/// <summary>Any optimizer of TorchSharp that takes one gradient a step.</summary>
internal sealed class TorchOptimizerFactory : IOptimizerFactory
{
    private readonly Func<IReadOnlyList<Parameter>, torch.optim.Optimizer> _create;

    public TorchOptimizerFactory(Func<IReadOnlyList<Parameter>, torch.optim.Optimizer> create)
    {
        _create = create ?? throw new ArgumentNullException(nameof(create), "The function that makes the optimizer is null. Pass one, for instance p => torch.optim.SGD(p, 1e-3, momentum: 0.9).");
    }

    public IParameterOptimizer Create(IReadOnlyList<(string Name, Parameter Value)> parameters)
    {
        var optimizer = _create([.. NamedParameters.Check(parameters).Select(p => p.Value)])
            ?? throw new InvalidOperationException("Expected the function to make an optimizer, but it returned null. Return one made of the parameters given.");
        return new TorchOptimizer(optimizer, parameters);
    }
}

/// <summary>An optimizer of TorchSharp whose state checkpoints can hold.</summary>
/// <remarks>
/// Its tensors are TorchSharp's own. Its numbers (counts of steps and the like) are fields of managed objects there; here
/// they are tensors, written into those fields before each step and read back after it: what a checkpoint copies into
/// them is what the next step works with.
/// </remarks>
internal sealed class TorchOptimizer : IParameterOptimizer
{
    private readonly optim.Optimizer _optimizer;
    private readonly List<(string Name, Parameter Parameter, OptimizerOptions Options, OptimizerState State)> _entries = [];
    private readonly Tensor? _steps;
    private readonly Tensor[] _numbers = [];
    private readonly string[] _numberNames = [];

    /// <summary>Takes over an optimizer; it is disposed of where it is refused.</summary>
    public TorchOptimizer(optim.Optimizer optimizer, IReadOnlyList<(string Name, Parameter Value)> parameters)
    {
        _optimizer = optimizer;
        try
        {
            if (optimizer is LBFGS)
            {
                throw new ArgumentException("Expected an optimizer that takes one gradient a step, but got LBFGS, which evaluates the loss several times a step. Use another optimizer, such as OptimizerFactory.Adam, or train with LBFGS in a loop of your own.", nameof(optimizer));
            }

            if (optimizer.ParamGroups?.Any() != true)
            {
                throw new ArgumentException($"Expected an optimizer with parameter groups, but {Kind} has none. Make it of the parameters given.", nameof(optimizer));
            }

            if (optimizer is not OptimizerHelper helper)
            {
                return;
            }

            var names = parameters.ToDictionary(p => p.Value.Handle, p => p.Name);
            var states = helper.state_dict().State;
            var all = helper.ParamGroups.Cast<ParamGroup>().SelectMany(g => g.Parameters.Select(p => (Parameter: p, g.Options))).ToList();
            foreach (var ((parameter, options), state) in all.Zip(states))
            {
                if (!names.Remove(parameter.Handle, out var name))
                {
                    throw new ArgumentException($"Expected each of the parameters given at most once, but {Kind} has one of shape [{string.Join(", ", parameter.shape)}] twice or from elsewhere. Make the optimizer of the list that the function is called with.", nameof(optimizer));
                }

                _entries.Add((name, parameter, options, state));
            }
        }
        catch
        {
            optimizer.Dispose();
            throw;
        }

        if (_entries.Count == 0 || !_entries.TrueForAll(e => TorchOptimizerState.IsKnown(e.State)))
        {
            return;
        }

        _steps = zeros(_entries.Count, dtype: ScalarType.Int64).DetachFromDisposeScope();
        _numberNames = TorchOptimizerState.NumberNames(_entries[0].State);
        _numbers = [.. _numberNames.Select(_ => zeros(_entries.Count, dtype: ScalarType.Float64).DetachFromDisposeScope())];
        ReadNumbers();
    }

    /// <summary>The optimizer's type, which a resumed run must agree with.</summary>
    public string Kind => _optimizer.GetType().Name;

    public double LearningRate
    {
        get => _optimizer.ParamGroups.First().LearningRate;
        set
        {
            foreach (var group in _optimizer.ParamGroups)
            {
                group.LearningRate = value;
            }
        }
    }

    public IReadOnlyDictionary<string, Tensor> State
    {
        get
        {
            if (_steps is null)
            {
                throw new NotSupportedException(
                    $"Expected one of TorchSharp's own optimizers, but {Kind} keeps its state in a type unknown here, so there can be no checkpoints with it. Use one of those, or implement IParameterOptimizer; weights alone can be saved with ModuleWeights.");
            }

            var state = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["steps"] = _steps };
            foreach (var (number, values) in _numberNames.Zip(_numbers))
            {
                state.Add(number, values);
            }

            foreach (var entry in _entries)
            {
                foreach (var (name, tensor) in TorchOptimizerState.Tensors(entry.State))
                {
                    state.Add($"{entry.Name}/{name}", tensor);
                }
            }

            return state;
        }
    }

    public void Step()
    {
        if (_steps is null)
        {
            _optimizer.step();
            return;
        }

        WriteNumbers();
        try
        {
            _optimizer.step();
        }
        finally
        {
            ReadNumbers();
        }
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _steps?.Dispose();
        foreach (var number in _numbers)
        {
            number.Dispose();
        }
    }

    private void WriteNumbers()
    {
        var steps = TensorSpan.Of<long>(_steps!);
        for (var i = 0; i < _entries.Count; i++)
        {
            TorchOptimizerState.SetNumbers(_entries[i].State, steps[i], [.. _numbers.Select(n => TensorSpan.Of<double>(n)[i])]);
        }

        GC.KeepAlive(this);
    }

    private void ReadNumbers()
    {
        var steps = TensorSpan.Of<long>(_steps!);
        for (var i = 0; i < _entries.Count; i++)
        {
            var (_, parameter, options, state) = _entries[i];
            (steps[i], var others) = TorchOptimizerState.Numbers(state);
            for (var k = 0; k < others.Length; k++)
            {
                TensorSpan.Of<double>(_numbers[k])[i] = others[k];
            }

            TorchOptimizerState.Complete(state, parameter, options);
        }

        GC.KeepAlive(this);
    }
}
