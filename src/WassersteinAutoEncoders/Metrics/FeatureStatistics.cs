using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>Mean and covariance of features, accumulated batch by batch in float64.</summary>
/// <remarks>
/// Batches are merged with Chan, Golub and LeVeque's update (1979), so that a large mean does not swallow the
/// covariance. Kept on the CPU; the instance owns its two tensors. Not safe for concurrent use.
/// </remarks>
public sealed class FeatureStatistics : IDisposable
{
    private readonly Tensor _mean;
    private readonly Tensor _scatter;

    /// <summary>Creates empty statistics.</summary>
    /// <param name="dimension">The number f of features, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is below 1.</exception>
    public FeatureStatistics(long dimension)
    {
        Dimension = Guard.CheckAtLeast(dimension, 1);
        Guard.CheckAllocation(nameof(dimension), sizeof(double), dimension, dimension);
        _mean = zeros([dimension], dtype: ScalarType.Float64).DetachFromDisposeScope();
        _scatter = zeros([dimension, dimension], dtype: ScalarType.Float64).DetachFromDisposeScope();
    }

    /// <summary>The number f of features.</summary>
    public long Dimension { get; }

    /// <summary>Examples added so far.</summary>
    public long Count { get; private set; }

    /// <summary>The mean, <c>[f]</c>, float64, a copy that the caller owns.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been added.</exception>
    public Tensor Mean => Count > 0 ? _mean.clone() : throw TooFew(1);

    /// <summary>The unbiased covariance (divisor n − 1), <c>[f, f]</c>, float64, a copy that the caller owns.</summary>
    /// <exception cref="InvalidOperationException">Fewer than 2 examples have been added.</exception>
    public Tensor Covariance => Count > 1 ? _scatter.Over(Count - 1) : throw TooFew(2);

    /// <summary>The statistics of one tensor of features.</summary>
    /// <param name="features">Features, <c>[n, f]</c> with n ≥ 2, float32 or float64, finite.</param>
    /// <returns>Statistics that the caller disposes.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, there is one example only, or a value is not finite.</exception>
    public static FeatureStatistics FromFeatures(Tensor features)
    {
        Guard.CheckPoints(features, nameof(features));
        if (features.shape[0] < 2)
        {
            throw new ArgumentException($"Expected at least 2 examples for a covariance, but '{nameof(features)}' has shape {Guard.Shape(features)}. Pass more.", nameof(features));
        }

        Guard.CheckFiniteValues(features, nameof(features));
        var statistics = new FeatureStatistics(features.shape[1]);
        statistics.Add(features);
        return statistics;
    }

    /// <summary>The statistics of a module's output over batches.</summary>
    /// <remarks>The module is called in evaluation mode without gradient and left in the mode it was found in. Outputs are flattened to <c>[n, f]</c>.</remarks>
    /// <param name="module">What turns a batch <c>[n, …]</c> into features; the user's own, neither moved nor disposed.</param>
    /// <param name="batches">Batches, <c>[n, …]</c>, on the module's device; enumerated once, not disposed. At least 2 examples in all.</param>
    /// <returns>Statistics that the caller disposes.</returns>
    /// <exception cref="ArgumentException">There are fewer than 2 examples, or the features' number changes or a feature is not finite.</exception>
    public static FeatureStatistics FromModule(nn.Module<Tensor, Tensor> module, IEnumerable<Tensor> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        FeatureStatistics? statistics = null;
        try
        {
            ModuleOutputs.ForEach(module, batches, output =>
            {
                var features = output.reshape(output.shape[0], -1);
                statistics ??= new FeatureStatistics(features.shape[1]);
                statistics.Add(features);
            });
            return statistics is { Count: > 1 }
                ? statistics
                : throw new ArgumentException($"Expected at least 2 examples for a covariance, but {statistics?.Count ?? 0} came. Pass more, and an enumerable that can still be enumerated.", nameof(batches));
        }
        catch
        {
            statistics?.Dispose();
            throw;
        }
    }

    /// <summary>Adds a batch of features.</summary>
    /// <param name="features">Features, <c>[n, f]</c>, float32 or float64, finite, on any device.</param>
    /// <exception cref="ArgumentException">The shape does not fit, or a value is not finite.</exception>
    public void Add(Tensor features)
    {
        Guard.CheckPoints(features, nameof(features), Dimension);
        Guard.CheckFiniteValues(features, nameof(features));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var values = TensorData.Float64Cpu(features);
        double n = values.shape[0], total = Count + n;
        var mean = values.mean([0L], keepdim: true);
        var centred = values - mean;
        var shift = mean - _mean.unsqueeze(0);
        _scatter.Accumulate(centred.t().mm(centred).Plus(shift.t().mm(shift).Times(Count * n / total)));
        _mean.Accumulate(shift.squeeze(0).Times(n / total));
        Count += values.shape[0];
    }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        _mean.Dispose();
        _scatter.Dispose();
    }

    private InvalidOperationException TooFew(int needed)
        => new($"Expected at least {needed} examples, but {Count} were added. Call {nameof(Add)} first.");
}
