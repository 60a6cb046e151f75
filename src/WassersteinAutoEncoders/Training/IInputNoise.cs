using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Training;

/// <summary>Noise on what the encoder sees in a training step; the reconstruction cost still compares with the clean batch.</summary>
public interface IInputNoise
{
    /// <summary>The batch with noise.</summary>
    /// <param name="batch">x, <c>[n, …]</c>; not changed.</param>
    /// <param name="generator">The CPU generator to draw from.</param>
    /// <returns>A tensor of the same shape, element type and device.</returns>
    torch.Tensor Apply(torch.Tensor batch, torch.Generator generator);
}

/// <summary>Adds independent noise to each element: normal with mean 0 and deviation σ, restricted to ±2σ.</summary>
/// <remarks>
/// With σ = 0.01 the official code's <c>add_noise</c> (tolstikhin/wae, models.py), which makes a deterministic encoder
/// slightly random. Drawn by the inverse of the distribution function: x = σ√2 · erf⁻¹(u), u uniform on ±erf(√2).
/// </remarks>
public sealed class TruncatedGaussianNoise : IInputNoise, IDescribed
{
    /// <summary>erf(√2): the probability of a normal variable within two deviations.</summary>
    private const double Inside = 0.954499736103642;

    private readonly double _deviation;

    /// <summary>Creates the noise.</summary>
    /// <param name="deviation">σ, finite and &gt; 0; 0.01 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deviation"/> is not positive and finite.</exception>
    public TruncatedGaussianNoise(double deviation = 0.01) => _deviation = Guard.CheckPositive(deviation);

    /// <inheritdoc/>
    public torch.Tensor Apply(torch.Tensor batch, torch.Generator generator)
    {
        Guard.CheckTensor(batch, nameof(batch));
        ArgumentNullException.ThrowIfNull(generator);
        Guard.CheckGenerator(generator, nameof(generator));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var noise = torch.rand(batch.shape, dtype: batch.dtype, generator: generator).Times(2 * Inside).Minus(Inside).erfinv_().Times(_deviation * Math.Sqrt(2));
        return batch.Plus(noise.MovedTo(batch.device)).MoveToOuterDisposeScope();
    }

    string IDescribed.Describe() => FormattableString.Invariant($"deviation {_deviation:R}");
}
