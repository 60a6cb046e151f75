using System.Collections;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using TorchSharp;

namespace WassersteinAutoEncoders.Training.Data;

/// <summary>Prepares the next batches on a thread of its own while the current one is used.</summary>
/// <remarks>
/// At most <c>capacity</c> batches wait. Order and content are the source's; what it throws reaches the consumer after
/// the batches before it. An enumeration that is left early stops the thread, waits for it and disposes of what was
/// prepared in vain. Each batch of the source must be a tensor with memory of its own, not a buffer that the next batch
/// overwrites; and only one enumeration may run at a time unless the source allows several.
/// </remarks>
public sealed class Prefetch : IEpochBatches
{
    private readonly IEnumerable<torch.Tensor> _source;
    private readonly int _capacity;

    /// <summary>Creates the decorator.</summary>
    /// <param name="source">Batches <c>[n, …]</c>; enumerated on another thread, one enumeration after the other.</param>
    /// <param name="capacity">How many batches may wait, ≥ 1; 2 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public Prefetch(IEnumerable<torch.Tensor> source, int capacity = 2)
    {
        ArgumentNullException.ThrowIfNull(source);
        (_source, _capacity) = (source, Check.AtLeast(capacity, 1));
    }

    /// <inheritdoc/>
    public IEnumerable<torch.Tensor> Epoch(int epoch, long skip = 0)
    {
        Check.AtLeast(epoch, 0);
        Check.AtLeast(skip, 0);
        return _source is IEpochBatches numbered ? Run(() => numbered.Epoch(epoch, skip), 0) : Run(() => _source, skip);
    }

    /// <summary>The batches of the source, or of its next epoch.</summary>
    /// <returns>Batches <c>[n, …]</c>, the consumer's to dispose of.</returns>
    public IEnumerator<torch.Tensor> GetEnumerator() => Run(() => _source, 0).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<torch.Tensor> Run(Func<IEnumerable<torch.Tensor>> open, long skip)
    {
        using var cancellation = new CancellationTokenSource();
        using var queue = new BlockingCollection<torch.Tensor>(_capacity);
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Produce(open(), skip, queue, cancellation.Token);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // The consumer has left.
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                queue.CompleteAdding();
            }
        })
        { IsBackground = true, Name = nameof(Prefetch) };
        thread.Start();
        try
        {
            foreach (var prepared in queue.GetConsumingEnumerable())
            {
                // Dispose scopes belong to threads: a second handle on the same memory enters the consumer's.
                var batch = prepared.alias();
                prepared.Dispose();
                yield return batch;
            }

            failure?.Throw();
        }
        finally
        {
            cancellation.Cancel();
            thread.Join();
            while (queue.TryTake(out var left))
            {
                left.Dispose();
            }
        }
    }

    private static void Produce(IEnumerable<torch.Tensor> batches, long skip, BlockingCollection<torch.Tensor> queue, CancellationToken cancellation)
    {
        using var noGrad = torch.no_grad();
        using var reader = new BatchReader(batches);
        while (!cancellation.IsCancellationRequested && reader.Next() is { } batch)
        {
            if (skip-- > 0)
            {
                continue;
            }

            var prepared = batch.alias().DetachFromDisposeScope();
            try
            {
                queue.Add(prepared, cancellation);
            }
            catch
            {
                prepared.Dispose();
                throw;
            }
        }
    }
}
