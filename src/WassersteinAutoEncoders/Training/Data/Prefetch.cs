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
public static class Prefetch
{
    /// <summary>Prepares batches of examples.</summary>
    /// <param name="source">Batches <c>[n, …]</c>; enumerated on another thread, one enumeration after the other.</param>
    /// <param name="capacity">How many batches may wait, ≥ 1; 2 by default.</param>
    /// <returns>The same batches, the consumer's to dispose of.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public static IEpochBatches<torch.Tensor> Of(IEnumerable<torch.Tensor> source, int capacity = 2)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new Prefetched<torch.Tensor>(source, Guard.CheckAtLeast(capacity, 1), Batch.Of, b => b.Input);
    }

    /// <summary>Prepares batches of examples with labels.</summary>
    /// <param name="source">Batches <c>[n, …]</c> and labels <c>[n]</c> or <c>[n, …]</c>; enumerated on another thread, one enumeration after the other.</param>
    /// <param name="capacity">How many batches may wait, ≥ 1; 2 by default.</param>
    /// <returns>The same batches, the consumer's to dispose of.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public static IEpochBatches<(torch.Tensor Input, torch.Tensor Labels)> Of(IEnumerable<(torch.Tensor Input, torch.Tensor Labels)> source, int capacity = 2)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new Prefetched<(torch.Tensor Input, torch.Tensor Labels)>(source, Guard.CheckAtLeast(capacity, 1), Batch.Of, b => (b.Input, b.Labels!));
    }

    private sealed class Prefetched<TBatch>(
        IEnumerable<TBatch> source, long capacity, Func<IEnumerable<TBatch>, IEnumerable<Batch>> read, Func<Batch, TBatch> make) : IEpochBatches<TBatch>
    {
        public IEnumerable<TBatch> Epoch(int epoch, long skip = 0)
        {
            Guard.CheckAtLeast(epoch, 0);
            Guard.CheckAtLeast(skip, 0);
            return source is IEpochBatches<TBatch> numbered ? Run(() => numbered.Epoch(epoch, skip), 0) : Run(() => source, skip);
        }

        public IEnumerator<TBatch> GetEnumerator() => Run(() => source, 0).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private IEnumerable<TBatch> Run(Func<IEnumerable<TBatch>> open, long skip)
        {
            using var cancellation = new CancellationTokenSource();
            using var queue = new BlockingCollection<Batch>((int)capacity);
            ExceptionDispatchInfo? failure = null;
            var thread = new Thread(() =>
            {
                try
                {
                    Produce(read(open()), skip, queue, cancellation.Token);
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
                    var batch = Aliased(prepared);
                    Dispose(prepared);
                    yield return make(batch);
                }

                failure?.Throw();
            }
            finally
            {
                cancellation.Cancel();
                thread.Join();
                while (queue.TryTake(out var left))
                {
                    Dispose(left);
                }
            }
        }
    }

    private static void Produce(IEnumerable<Batch> batches, long skip, BlockingCollection<Batch> queue, CancellationToken cancellation)
    {
        using var noGrad = torch.no_grad();
        using var reader = new BatchReader(batches);
        while (!cancellation.IsCancellationRequested && reader.Next() is { } batch)
        {
            if (skip-- > 0)
            {
                continue;
            }

            var prepared = Aliased(batch);
            prepared.Input.DetachFromDisposeScope();
            prepared.Labels?.DetachFromDisposeScope();
            try
            {
                queue.Add(prepared, cancellation);
            }
            catch
            {
                Dispose(prepared);
                throw;
            }
        }
    }

    private static Batch Aliased(Batch batch) => new(batch.Input.alias(), batch.Labels?.alias());

    private static void Dispose(Batch batch)
    {
        batch.Input.Dispose();
        batch.Labels?.Dispose();
    }
}
