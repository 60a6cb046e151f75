using TorchSharp;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Training.Data;

/// <summary>Batches whose order is a function of the epoch's number, so that a resumed run sees exactly those that are left.</summary>
/// <remarks>Enumerated without a number, as any enumerable, each enumeration takes the next epoch, beginning with 0.</remarks>
/// <typeparam name="TBatch">A tensor <c>[n, …]</c>, or a pair of a tensor and its labels.</typeparam>
public interface IEpochBatches<out TBatch> : IEnumerable<TBatch>
{
    /// <summary>The batches of one epoch.</summary>
    /// <param name="epoch">The number of the epoch, from 0.</param>
    /// <param name="skip">How many batches of it to leave out at the beginning, ≥ 0; leaving them out costs nothing.</param>
    /// <returns>Batches <c>[n, …]</c>, each made when it is asked for and the consumer's to dispose of.</returns>
    IEnumerable<TBatch> Epoch(int epoch, long skip = 0);
}

/// <summary>Which examples each batch of an epoch holds: a function of seed, epoch and number alone.</summary>
internal sealed class EpochOrder
{
    private readonly bool _shuffle;
    private readonly bool _dropLast;
    private readonly ulong _seed;
    private readonly (int Rank, int Size) _process;

    public EpochOrder(long count, long batchSize, bool shuffle, bool dropLast, long seed, IProcessGroup? processes, string name)
    {
        (Count, BatchSize, _shuffle, _dropLast, _seed) = (count, Guard.CheckAtLeast(batchSize, 1), shuffle, dropLast, unchecked((ulong)seed));
        _process = processes is null ? (0, 1) : (processes.Rank, processes.Size);
        Guard.CheckAtLeast(_process.Size, 1, nameof(processes));
        Guard.CheckBetween(_process.Rank, 0, _process.Size - 1, nameof(processes));
        Guard.CheckAllocation(name, sizeof(long), count);
        if (dropLast && count < batchSize)
        {
            throw new ArgumentException($"{count} examples are fewer than one batch of {batchSize}, and the last, smaller batch is to be dropped: nothing would be left. Lower the batch size or keep the last batch.", name);
        }
    }

    public long Count { get; }

    public long BatchSize { get; }

    public long BatchesPerEpoch => _dropLast ? Count / BatchSize : (Count + BatchSize - 1) / BatchSize;

    /// <summary>The batches of an epoch after the first few, each made by a function of the epoch's order, which is null without shuffling, and the batch's number.</summary>
    public IEnumerable<TBatch> Batches<TBatch>(int epoch, long skip, torch.Device device, Func<torch.Tensor?, long, TBatch> make)
    {
        Guard.CheckAtLeast(epoch, 0);
        Guard.CheckAtLeast(skip, 0);
        return Run();

        IEnumerable<TBatch> Run()
        {
            using var order = _shuffle ? Order(epoch, device) : null;
            for (var number = skip; number < BatchesPerEpoch; number++)
            {
                yield return make(order, number);
            }
        }
    }

    /// <summary>Where a batch, or this process's part of it, begins in the order and how long it is; the parts of n rows have ⌊n/p⌋ or ⌈n/p⌉.</summary>
    public (long Start, long Length) Place(long number)
    {
        var (start, length) = (number * BatchSize, Math.Min(BatchSize, Count - number * BatchSize));
        var (first, end) = (length * _process.Rank / _process.Size, length * (_process.Rank + 1) / _process.Size);
        return (start + first, end - first);
    }

    /// <summary>A CPU generator for what is drawn for this very batch, or this process's part of it.</summary>
    public torch.Generator GeneratorOf(int epoch, long number)
    {
        var seed = Generators.Mix(Generators.Mix(_seed, ((ulong)epoch << 1) + 1), (ulong)number);
        return new(_process.Rank == 0 ? seed : Generators.Mix(seed, (ulong)_process.Rank), torch.CPU);
    }

    private torch.Tensor Order(int epoch, torch.Device device)
    {
        using var generator = new torch.Generator(Generators.Mix(_seed, (ulong)epoch << 1), torch.CPU);
        using var scope = torch.NewDisposeScope();
        return torch.randperm(Count, torch.ScalarType.Int64, generator: generator).to(device).DetachFromDisposeScope();
    }
}
