using System.Collections;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Training.Data;

/// <summary>Batches over a data set of TorchSharp or TorchVision, such as <c>torchvision.datasets.MNIST</c>, with their labels, shuffled anew each epoch.</summary>
/// <remarks>
/// Unlike TorchSharp's own data loader, whose seeded order is the same in every epoch, the order of epoch e is a function of seed and e, so that a
/// resumed run sees the batches that are left. Examples are read one after another on the calling thread; <see cref="Prefetch"/> moves that to
/// another. The data set stays the caller's.
/// </remarks>
public sealed class DatasetBatcher : IEpochBatches<(torch.Tensor Input, torch.Tensor Labels)>
{
    private readonly torch.utils.data.Dataset _dataset;
    private readonly EpochOrder _order;
    private int _nextEpoch;

    /// <summary>Creates a batcher.</summary>
    /// <param name="dataset">Examples as dictionaries with a tensor <c>data</c> (or <c>image</c>, <c>input</c>) and a tensor <c>label</c> (or <c>labels</c>, <c>target</c>).</param>
    /// <param name="batchSize">n, ≥ 1, of all processes together where there are several.</param>
    /// <param name="shuffle">Whether each epoch has an order of its own (the default) or the data set's.</param>
    /// <param name="dropLast">Whether a last batch of fewer than n examples is left out; no by default.</param>
    /// <param name="seed">Decides the orders; 0 by default.</param>
    /// <param name="processes">
    /// Processes that train together: each gets its rows, ⌊n/p⌋ or ⌈n/p⌉ of them in the order of ranks, of the same batches. Of a last batch of fewer than p
    /// examples some get none, <c>[0, …]</c>. None by default: all rows.
    /// </param>
    /// <exception cref="ArgumentException">The data set is empty, or has fewer examples than one batch where the last is dropped.</exception>
    public DatasetBatcher(torch.utils.data.Dataset dataset, long batchSize, bool shuffle = true, bool dropLast = false, long seed = 0, IProcessGroup? processes = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        _dataset = dataset;
        _order = new EpochOrder(Guard.CheckAtLeast(dataset.Count, 1, nameof(dataset)), batchSize, shuffle, dropLast, seed, processes, nameof(dataset));
    }

    /// <summary>The number of examples N.</summary>
    public long Count => _order.Count;

    /// <summary>The number of batches in an epoch.</summary>
    public long BatchesPerEpoch => _order.BatchesPerEpoch;

    /// <inheritdoc/>
    public IEnumerable<(torch.Tensor Input, torch.Tensor Labels)> Epoch(int epoch, long skip = 0) => _order.Batches(epoch, skip, torch.CPU, Collect);

    /// <summary>The batches of the next epoch, beginning with 0.</summary>
    /// <returns>Pairs of a batch <c>[n, …]</c> and its labels <c>[n]</c>, the consumer's to dispose of.</returns>
    public IEnumerator<(torch.Tensor Input, torch.Tensor Labels)> GetEnumerator() => Epoch(_nextEpoch++).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private (torch.Tensor Input, torch.Tensor Labels) Collect(torch.Tensor? order, long number)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (start, length) = _order.Place(number);
        var places = order is null ? null : TensorSpan.ToArray<long>(order.narrow(0, start, length));
        var (inputs, labels) = (new List<torch.Tensor>(), new List<torch.Tensor>());

        // No rows still have a shape, which only an example tells.
        for (var i = 0; i < Math.Max(length, 1); i++)
        {
            var example = Batch.Of([_dataset.GetTensor(length == 0 ? 0 : places?[i] ?? start + i)]).Single();
            inputs.Add(example.Input);
            labels.Add(example.Labels ?? throw new InvalidOperationException("Expected examples with a label, but the data set gives none. Read its tensors yourself and pass them through TensorBatcher."));
        }

        // A data set may give the tensors that it keeps: stacking copies them, and no scope may end their life.
        return (Stacked(inputs).MoveToOuterDisposeScope(), Stacked(labels).MoveToOuterDisposeScope());

        torch.Tensor Stacked(List<torch.Tensor> examples) => length == 0 ? torch.stack(examples).narrow(0, 0, 0).clone() : torch.stack(examples);
    }
}
