using TorchSharp;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Training.Steps;

/// <summary>An exponential moving average of parameters and buffers, w̄ ← δₜw̄ + (1−δₜ)w with δₜ = min(δ, (1+t)/(10+t)).</summary>
/// <remarks>
/// The statistics of batch normalisation belong to the weights they were taken with: beside averaged weights those of the
/// last ones shift and scale every activation.
/// </remarks>
internal sealed class WeightAverage : IDisposable
{
    private readonly IReadOnlyList<(string Name, torch.Tensor Value)> _tensors;
    private readonly double _decay;
    private readonly torch.Tensor[] _averages;

    public WeightAverage(IReadOnlyList<(string Name, torch.Tensor Value)> tensors, double decay)
    {
        (_tensors, _decay) = (tensors, decay);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _averages = [.. tensors.Select(p => p.Value.clone().DetachFromDisposeScope())];
        for (var i = 0; i < _averages.Length; i++)
        {
            State.Add(tensors[i].Name, _averages[i]);
        }
    }

    /// <summary>The averages by the names of their parameters and buffers.</summary>
    public Dictionary<string, torch.Tensor> State { get; } = new(StringComparer.Ordinal);

    public void Update(long step)
    {
        var factor = Math.Min(_decay, (1.0 + step) / (10.0 + step));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        for (var i = 0; i < _averages.Length; i++)
        {
            // As a step towards w: a buffer that never changes stays as it is, to the bit.
            var difference = _tensors[i].Value - _averages[i];
            _averages[i].Add(difference, 1 - factor);
        }
    }

    /// <summary>Puts the averages into the modules until the result is disposed, which restores the weights to the bit.</summary>
    public IDisposable Use() => new Exchange(this);

    public void Dispose()
    {
        foreach (var average in _averages)
        {
            average.Dispose();
        }
    }

    private sealed class Exchange : IDisposable
    {
        private readonly WeightAverage _owner;
        private readonly torch.Tensor[] _weights;

        public Exchange(WeightAverage owner)
        {
            _owner = owner;
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            _weights = [.. owner._tensors.Select(p => p.Value.clone().DetachFromDisposeScope())];
            for (var i = 0; i < _weights.Length; i++)
            {
                owner._tensors[i].Value.copy_(owner._averages[i]);
            }
        }

        public void Dispose()
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            for (var i = 0; i < _weights.Length; i++)
            {
                _owner._tensors[i].Value.copy_(_weights[i]);
                _weights[i].Dispose();
            }
        }
    }
}
