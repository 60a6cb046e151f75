using TorchSharp;

namespace WassersteinAutoEncoders.Training.Optimizers;

/// <summary>Adam and AdamW. On the CPU one vectorised pass a parameter; elsewhere the composition of tensor operations.</summary>
internal sealed class AdamOptimizer : IParameterOptimizer
{
    private readonly IReadOnlyList<NamedParameter> _parameters;
    private readonly AdamSettings _settings;
    private readonly torch.Tensor[] _means;
    private readonly torch.Tensor[] _squares;
    private readonly torch.Tensor _steps;
    private readonly Dictionary<string, torch.Tensor> _state = new(StringComparer.Ordinal);

    public AdamOptimizer(IReadOnlyList<NamedParameter> parameters, AdamSettings settings)
    {
        _parameters = parameters;
        _settings = settings;
        _means = new torch.Tensor[parameters.Count];
        _squares = new torch.Tensor[parameters.Count];
        _steps = torch.zeros(parameters.Count, dtype: torch.ScalarType.Int64).DetachFromDisposeScope();
        _state.Add("steps", _steps);
        using var noGrad = torch.no_grad();
        for (var i = 0; i < parameters.Count; i++)
        {
            var (name, parameter) = parameters[i];
            _state.Add(name + "/exp_avg", _means[i] = torch.zeros_like(parameter).DetachFromDisposeScope());
            _state.Add(name + "/exp_avg_sq", _squares[i] = torch.zeros_like(parameter).DetachFromDisposeScope());
        }
    }

    public double LearningRate { get; set; } = 1e-3;

    public IReadOnlyDictionary<string, torch.Tensor> State => _state;

    public void Step()
    {
        using var noGrad = torch.no_grad();
        var counts = TensorSpan.Of<long>(_steps);
        for (var i = 0; i < _parameters.Count; i++)
        {
            using var gradient = _parameters[i].Value.grad;
            if (gradient is null)
            {
                continue;
            }

            counts[i]++;
            Update(_parameters[i].Value, gradient, _means[i], _squares[i], counts[i]);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _state.Values)
        {
            tensor.Dispose();
        }
    }

    private void Update(torch.Tensor parameter, torch.Tensor gradient, torch.Tensor mean, torch.Tensor square, long step)
    {
        if (!TensorSpan.IsOpen(parameter) || !TensorSpan.IsOpen(gradient) || !TensorSpan.IsOpen(mean) || !TensorSpan.IsOpen(square)
            || gradient.dtype != parameter.dtype)
        {
            Compose(parameter, gradient, mean, square, step);
            return;
        }

        switch (parameter.dtype)
        {
            case torch.ScalarType.Float32:
                AdamUpdate.Apply(TensorSpan.Of<float>(parameter), TensorSpan.Of<float>(gradient), TensorSpan.Of<float>(mean), TensorSpan.Of<float>(square), _settings, LearningRate, step);
                break;
            case torch.ScalarType.Float64:
                AdamUpdate.Apply(TensorSpan.Of<double>(parameter), TensorSpan.Of<double>(gradient), TensorSpan.Of<double>(mean), TensorSpan.Of<double>(square), _settings, LearningRate, step);
                break;
            default:
                Compose(parameter, gradient, mean, square, step);
                break;
        }
    }

    private void Compose(torch.Tensor parameter, torch.Tensor gradient, torch.Tensor mean, torch.Tensor square, long step)
    {
        using var scope = torch.NewDisposeScope();
        var g = gradient;
        if (_settings.WeightDecay != 0)
        {
            if (_settings.Decoupled)
            {
                parameter.mul_(1 - LearningRate * _settings.WeightDecay);
            }
            else
            {
                g = gradient.add(parameter, alpha: _settings.WeightDecay);
            }
        }

        mean.mul_(_settings.Beta1).add_(g, alpha: 1 - _settings.Beta1);
        square.mul_(_settings.Beta2).addcmul_(g, g, value: 1 - _settings.Beta2);
        var denominator = square.sqrt().div_(Math.Sqrt(1 - Math.Pow(_settings.Beta2, step))).add_(_settings.Epsilon);
        parameter.addcdiv_(mean, denominator, value: -LearningRate / (1 - Math.Pow(_settings.Beta1, step)));
    }
}
