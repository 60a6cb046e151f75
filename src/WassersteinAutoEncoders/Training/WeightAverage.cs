using TorchSharp;

namespace WassersteinAutoEncoders.Training;

/// <summary>An exponential moving average of parameters and buffers, w̄ ← δₜw̄ + (1−δₜ)w with δₜ = min(δ, (1+t)/(10+t)).</summary>
/// <remarks>
/// The statistics of batch normalisation belong to the weights they were taken with: beside averaged weights those of the
/// last ones shift and scale every activation.
/// </remarks>
internal sealed class WeightAverage : IDisposable
{
    private readonly IReadOnlyList<(string Name, torch.Tensor Value)> tensors;
    private readonly double decay;
    private readonly torch.Tensor[] averages;

    public WeightAverage(IReadOnlyList<(string Name, torch.Tensor Value)> tensors, double decay)
    {
        (this.tensors, this.decay) = (tensors, decay);
        using var noGrad = torch.no_grad();
        averages = [.. tensors.Select(p => p.Value.detach().clone().DetachFromDisposeScope())];
        for (var i = 0; i < averages.Length; i++) State.Add(tensors[i].Name, averages[i]);
    }

    /// <summary>The averages by the names of their parameters and buffers.</summary>
    public Dictionary<string, torch.Tensor> State { get; } = new(StringComparer.Ordinal);

    public void Update(long step)
    {
        var factor = Math.Min(decay, (1.0 + step) / (10.0 + step));
        using var noGrad = torch.no_grad();
        for (var i = 0; i < averages.Length; i++)
        {
            // As a step towards w: a buffer that never changes stays as it is, to the bit.
            using var difference = tensors[i].Value - averages[i];
            averages[i].add_(difference, alpha: 1 - factor);
        }
    }

    /// <summary>Puts the averages into the modules until the result is disposed, which restores the weights to the bit.</summary>
    public IDisposable Use() => new Exchange(this);

    public void Dispose()
    {
        foreach (var average in averages) average.Dispose();
    }

    private sealed class Exchange : IDisposable
    {
        private readonly WeightAverage owner;
        private readonly torch.Tensor[] weights;

        public Exchange(WeightAverage owner)
        {
            this.owner = owner;
            using var noGrad = torch.no_grad();
            weights = [.. owner.tensors.Select(p => p.Value.detach().clone().DetachFromDisposeScope())];
            for (var i = 0; i < weights.Length; i++) owner.tensors[i].Value.copy_(owner.averages[i]);
        }

        public void Dispose()
        {
            using var noGrad = torch.no_grad();
            for (var i = 0; i < weights.Length; i++)
            {
                owner.tensors[i].Value.copy_(weights[i]);
                weights[i].Dispose();
            }
        }
    }
}
