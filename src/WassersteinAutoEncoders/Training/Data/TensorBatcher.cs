using System.Collections;
using TorchSharp;

namespace WassersteinAutoEncoders.Training.Data;

/// <summary>Batches over the rows of a tensor, shuffled anew each epoch.</summary>
/// <remarks>
/// The order of epoch e is a function of seed and e alone: a resumed run needs no state to see the same batches. The
/// tensor stays the caller's and must live as long as the batcher is used. Enumerations do not disturb each other, but
/// share the count of epochs; not safe for several threads at once.
/// </remarks>
public sealed class TensorBatcher : IEpochBatches<torch.Tensor>
{
    private readonly torch.Tensor _data;
    private readonly EpochOrder _order;
    private readonly Func<torch.Tensor, torch.Generator, torch.Tensor>? _transform;
    private int _nextEpoch;

    /// <summary>Creates a batcher.</summary>
    /// <param name="data">Examples <c>[N, …]</c>, N ≥ 1, on any device.</param>
    /// <param name="batchSize">n, ≥ 1, of all processes together where there are several.</param>
    /// <param name="shuffle">Whether each epoch has an order of its own (the default) or the tensor's.</param>
    /// <param name="dropLast">Whether a last batch of fewer than n examples is left out; no by default. A trainer passes over one that is too small for its divergence in any case.</param>
    /// <param name="seed">Decides the orders and what <paramref name="transform"/> draws; 0 by default.</param>
    /// <param name="transform">
    /// Applied to each batch <c>[n, …]</c>, for instance to convert, move or augment it; what it draws from the generator, a CPU
    /// generator seeded for this very batch, is the same in a resumed run. Its result takes the batch's place; none by default.
    /// </param>
    /// <param name="processes">
    /// Processes that train together: each gets its rows, ⌊n/p⌋ or ⌈n/p⌉ of them in the order of ranks, of the same batches. Of a last batch of fewer than p
    /// examples some get none, <c>[0, …]</c>. None by default: all rows.
    /// </param>
    /// <exception cref="ArgumentException">The tensor has no rows, is sparse or of the meta device, or has fewer than one batch where the last is dropped.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1, or the rank of <paramref name="processes"/> is not below their number.</exception>
    public TensorBatcher(
        torch.Tensor data, long batchSize, bool shuffle = true, bool dropLast = false, long seed = 0,
        Func<torch.Tensor, torch.Generator, torch.Tensor>? transform = null, IProcessGroup? processes = null)
    {
        CheckRows(data, nameof(data));
        (_data, _transform) = (data, transform);
        _order = new EpochOrder(data.shape[0], batchSize, shuffle, dropLast, seed, processes, nameof(data));
    }

    /// <summary>The number of examples N.</summary>
    public long Count => _order.Count;

    /// <summary>The number of batches in an epoch.</summary>
    public long BatchesPerEpoch => _order.BatchesPerEpoch;

    /// <inheritdoc/>
    public IEnumerable<torch.Tensor> Epoch(int epoch, long skip = 0) => _order.Batches(epoch, skip, _data.device, (order, number) => Batch(order, epoch, number));

    /// <summary>The batches of the next epoch, beginning with 0.</summary>
    /// <returns>Batches <c>[n, …]</c>, the consumer's to dispose of.</returns>
    public IEnumerator<torch.Tensor> GetEnumerator() => Epoch(_nextEpoch++).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The same batches, each with its labels, for conditional models and divergences that look at labels.</summary>
    /// <param name="labels">One label for each example, <c>[N]</c> or <c>[N, …]</c>, on any device; stays the caller's.</param>
    /// <returns>Pairs of a batch <c>[n, …]</c> and its labels <c>[n]</c> or <c>[n, …]</c>, in the orders of this batcher.</returns>
    /// <exception cref="ArgumentException">The labels are missing, disposed or not as many as the examples.</exception>
    public IEpochBatches<(torch.Tensor Input, torch.Tensor Labels)> WithLabels(torch.Tensor labels)
    {
        CheckRows(labels, nameof(labels));
        return labels.shape[0] == Count
            ? new Labeled(this, labels)
            : throw new ArgumentException($"Expected {Count} labels, one for each example, but got the shape {Guard.Shape(labels)}. Pass the labels of these very examples, in their order.", nameof(labels));
    }

    private static void CheckRows(torch.Tensor data, string name)
    {
        ArgumentNullException.ThrowIfNull(data, name);
        if (data.IsInvalid)
        {
            throw new ArgumentException("The tensor has been disposed. Keep it alive as long as the batcher.", name);
        }

        Guard.CheckStored(data, name);
        if (data.dim() < 1 || data.shape[0] < 1)
        {
            throw new ArgumentException($"Expected examples of shape [N, …] with N ≥ 1, but the tensor has shape {Guard.Shape(data)}. Pass at least one example, the examples along the first dimension.", name);
        }
    }

    private torch.Tensor Batch(torch.Tensor? order, int epoch, long number)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var batch = Rows(_data, order, number);
        if (_transform is not null && batch.shape[0] > 0)
        {
            using var generator = _order.GeneratorOf(epoch, number);
            batch = _transform(batch, generator) ?? throw new InvalidOperationException("The transform returned null instead of a batch.");
        }

        return batch.MoveToOuterDisposeScope();
    }

    /// <summary>The rows of a batch. A copy also without shuffling: a view would let the consumer dispose of, or write into, nothing of its own.</summary>
    private torch.Tensor Rows(torch.Tensor of, torch.Tensor? order, long number)
    {
        var (start, length) = _order.Place(number);
        if (order is null)
        {
            using var view = of.narrow(0, start, length);
            return view.clone();
        }

        using var places = order.narrow(0, start, length);
        using var onDevice = places.to(of.device);
        return of.index_select(0, onDevice);
    }

    private sealed class Labeled(TensorBatcher batcher, torch.Tensor labels) : IEpochBatches<(torch.Tensor Input, torch.Tensor Labels)>
    {
        public IEnumerable<(torch.Tensor Input, torch.Tensor Labels)> Epoch(int epoch, long skip = 0)
            => batcher._order.Batches(epoch, skip, batcher._data.device, (order, number) => (batcher.Batch(order, epoch, number), batcher.Rows(labels, order, number)));

        public IEnumerator<(torch.Tensor Input, torch.Tensor Labels)> GetEnumerator() => Epoch(batcher._nextEpoch++).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
