using System.Collections;
using TorchSharp;

namespace WassersteinAutoEncoders.Training.Data;

/// <summary>Batches over the rows of a tensor, shuffled anew each epoch.</summary>
/// <remarks>
/// The order of epoch e is a function of seed and e alone: a resumed run needs no state to see the same batches. The
/// tensor stays the caller's and must live as long as the batcher is used. Enumerations do not disturb each other, but
/// share the count of epochs; not safe for several threads at once.
/// </remarks>
public sealed class TensorBatcher : IEpochBatches
{
    private readonly torch.Tensor _data;
    private readonly long _batchSize;
    private readonly bool _shuffle;
    private readonly bool _dropLast;
    private readonly long _seed;
    private readonly Func<torch.Tensor, torch.Generator, torch.Tensor>? _transform;
    private int _nextEpoch;

    /// <summary>Creates a batcher.</summary>
    /// <param name="data">Examples <c>[N, …]</c>, N ≥ 1, on any device.</param>
    /// <param name="batchSize">n, ≥ 1.</param>
    /// <param name="shuffle">Whether each epoch has an order of its own (the default) or the tensor's.</param>
    /// <param name="dropLast">Whether a last batch of fewer than n examples is left out; no by default. A trainer passes over one that is too small for its divergence in any case.</param>
    /// <param name="seed">Decides the orders and what <paramref name="transform"/> draws; 0 by default.</param>
    /// <param name="transform">
    /// Applied to each batch <c>[n, …]</c>, for instance to convert, move or augment it; what it draws from the generator, a CPU
    /// generator seeded for this very batch, is the same in a resumed run. Its result takes the batch's place; none by default.
    /// </param>
    /// <exception cref="ArgumentException">The tensor has no rows, or fewer than one batch where the last is dropped.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    public TensorBatcher(
        torch.Tensor data, long batchSize, bool shuffle = true, bool dropLast = false, long seed = 0,
        Func<torch.Tensor, torch.Generator, torch.Tensor>? transform = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.IsInvalid)
        {
            throw new ArgumentException("The tensor has been disposed. Keep it alive as long as the batcher.", nameof(data));
        }

        if (data.dim() < 1 || data.shape[0] < 1)
        {
            throw new ArgumentException($"Expected examples of shape [N, …] with N ≥ 1, but the tensor has shape {ModuleCalls.Shape(data)}. Pass at least one example, the examples along the first dimension.", nameof(data));
        }

        (_data, _batchSize, _shuffle, _dropLast, _seed, _transform) = (data, Check.AtLeast(batchSize, 1), shuffle, dropLast, seed, transform);
        Count = data.shape[0];
        Guard.CheckAllocation(nameof(data), sizeof(long), Count);
        if (dropLast && Count < batchSize)
        {
            throw new ArgumentException($"{Count} examples are fewer than one batch of {batchSize}, and the last, smaller batch is to be dropped: nothing would be left. Lower the batch size or keep the last batch.", nameof(data));
        }
    }

    /// <summary>The number of examples N.</summary>
    public long Count { get; }

    /// <summary>The number of batches in an epoch.</summary>
    public long BatchesPerEpoch => _dropLast ? Count / _batchSize : (Count + _batchSize - 1) / _batchSize;

    /// <inheritdoc/>
    public IEnumerable<torch.Tensor> Epoch(int epoch, long skip = 0)
    {
        Check.AtLeast(epoch, 0);
        Check.AtLeast(skip, 0);
        return Batches(epoch, skip);
    }

    /// <summary>The batches of the next epoch, beginning with 0.</summary>
    /// <returns>Batches <c>[n, …]</c>, the consumer's to dispose of.</returns>
    public IEnumerator<torch.Tensor> GetEnumerator() => Epoch(_nextEpoch++).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<torch.Tensor> Batches(int epoch, long skip)
    {
        using var order = _shuffle ? Order(epoch) : null;
        for (var number = skip; number < BatchesPerEpoch; number++)
        {
            yield return Batch(order, epoch, number);
        }
    }

    private torch.Tensor Order(int epoch)
    {
        using var generator = new torch.Generator(Generators.Mix(unchecked((ulong)_seed), (ulong)epoch << 1), torch.CPU);
        using var scope = torch.NewDisposeScope();
        return torch.randperm(Count, torch.ScalarType.Int64, generator: generator).to(_data.device).DetachFromDisposeScope();
    }

    private torch.Tensor Batch(torch.Tensor? order, int epoch, long number)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var start = number * _batchSize;
        var length = Math.Min(_batchSize, Count - start);
        // A copy also without shuffling: a view would let the consumer dispose of, or write into, nothing of its own.
        var batch = order is null ? _data.narrow(0, start, length).clone() : _data.index_select(0, order.narrow(0, start, length));
        if (_transform is not null)
        {
            using var generator = new torch.Generator(Generators.Mix(Generators.Mix(unchecked((ulong)_seed), ((ulong)epoch << 1) + 1), (ulong)number), torch.CPU);
            batch = _transform(batch, generator) ?? throw new InvalidOperationException("The transform returned null instead of a batch.");
        }

        return batch.MoveToOuterDisposeScope();
    }
}
