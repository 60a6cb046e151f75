using TorchSharp;

namespace WassersteinAutoEncoders.Training.Optimizers;

/// <summary>b ← μb + g, p ← p − lr·b; or p ← p − lr·(g + μb).</summary>
internal sealed class SgdOptimizer : IParameterOptimizer
{
    private readonly IReadOnlyList<NamedParameter> _parameters;
    private readonly double _momentum;
    private readonly double _weightDecay;
    private readonly bool _nesterov;
    private readonly Dictionary<string, torch.Tensor> _state = new(StringComparer.Ordinal);

    public SgdOptimizer(IReadOnlyList<NamedParameter> parameters, double momentum, double weightDecay, bool nesterov)
    {
        (_parameters, _momentum, _weightDecay, _nesterov) = (parameters, momentum, weightDecay, nesterov);
        if (momentum == 0)
        {
            return;
        }

        using var noGrad = torch.no_grad();
        foreach (var (name, parameter) in parameters)
        {
            _state.Add(BufferName(name), torch.zeros_like(parameter).DetachFromDisposeScope());
        }
    }

    public double LearningRate { get; set; } = 1e-3;

    public IReadOnlyDictionary<string, torch.Tensor> State => _state;

    public void Step()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var (name, parameter) in _parameters)
        {
            var g = parameter.grad;
            if (g is null)
            {
                continue;
            }

            if (_weightDecay != 0)
            {
                g = g.add(parameter, alpha: _weightDecay);
            }

            if (_momentum != 0)
            {
                var buffer = _state[BufferName(name)];
                buffer.mul_(_momentum).add_(g);
                g = _nesterov ? g.add(buffer, alpha: _momentum) : buffer;
            }

            parameter.add_(g, alpha: -LearningRate);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _state.Values)
        {
            tensor.Dispose();
        }
    }

    private static string BufferName(string name) => name + "/momentum_buffer";
}
