using System.Numerics;

namespace WassersteinAutoEncoders.Training;

/// <summary>Several processes that train one model together, as one of them sees the others: the seam between a trainer and a transport such as MPI.</summary>
/// <remarks>
/// <para>
/// Every process calls the same methods in the same order with spans of the same lengths; each call waits until what it needs of the others has come. The
/// results must not depend on timing: a sum has the same bits in all processes, and in each run with as many processes.
/// </para>
/// <para>
/// Given to a trainer as <see cref="WaeTrainerOptions.Processes"/> and to batchers, which then give each process its part of a batch. Package
/// <c>WassersteinAutoEncoders.Distributed</c> implements it over MPI. Used by one thread at a time.
/// </para>
/// </remarks>
public interface IProcessGroup
{
    /// <summary>The number of this process, 0 ≤ rank &lt; <see cref="Size"/>. Process 0 writes checkpoints.</summary>
    int Rank { get; }

    /// <summary>The number of processes p, ≥ 1.</summary>
    int Size { get; }

    /// <summary>Replaces each element by its sum over the processes, added up in the order of their ranks.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="values">As many elements in every process.</param>
    void Sum<T>(Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Puts the elements of all processes one behind the other, in the order of their ranks.</summary>
    /// <typeparam name="T">Any unmanaged type, the same in all processes.</typeparam>
    /// <param name="own">What this process has: <c>counts[Rank]</c> elements.</param>
    /// <param name="counts">How many elements each process has, p numbers ≥ 0.</param>
    /// <param name="all">Receives the elements of all processes, as many as <paramref name="counts"/> add up to.</param>
    void Gather<T>(ReadOnlySpan<T> own, ReadOnlySpan<int> counts, Span<T> all)
        where T : unmanaged;

    /// <summary>Gives the elements of process 0 to all others.</summary>
    /// <typeparam name="T">Any unmanaged type, the same in all processes.</typeparam>
    /// <param name="values">Read in process 0, written in the others; as many elements in every process.</param>
    void Broadcast<T>(Span<T> values)
        where T : unmanaged;
}
