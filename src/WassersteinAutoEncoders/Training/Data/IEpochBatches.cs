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
