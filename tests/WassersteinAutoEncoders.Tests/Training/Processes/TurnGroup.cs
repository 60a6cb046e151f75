using System.Numerics;
using System.Runtime.InteropServices;
using WassersteinAutoEncoders.Training;

namespace WassersteinAutoEncoders.Tests.Training.Processes;

/// <summary>Processes within this one: threads that take turns, so that no two run at a time and every exchange is a full round.</summary>
internal sealed class TurnGroup : IProcessGroup
{
    private readonly Ring _ring;
    private int _round;

    private TurnGroup(Ring ring, int rank) => (_ring, Rank) = (ring, rank);

    public int Rank { get; }

    public int Size => _ring.Size;

    /// <summary>How often something was exchanged.</summary>
    public int Calls { get; private set; }

    /// <summary>Runs a function once a process and returns what each returned, or what it threw.</summary>
    public static (T? Result, Exception? Error)[] Run<T>(int size, Func<TurnGroup, T> body)
    {
        var ring = new Ring(size);
        var results = new (T? Result, Exception? Error)[size];
        var threads = Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            ring.Await(rank);
            try
            {
                results[rank] = (body(new TurnGroup(ring, rank)), null);
            }
            catch (Exception e)
            {
                results[rank] = (default, e);
            }
            finally
            {
                ring.Leave(rank);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return results;
    }

    public void Sum<T>(Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var all = Exchange<T>(values);
        values.Clear();
        foreach (var part in all)
        {
            var added = MemoryMarshal.Cast<byte, T>(part);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] += added[i];
            }
        }
    }

    public void Gather<T>(ReadOnlySpan<T> own, ReadOnlySpan<int> counts, Span<T> all)
        where T : unmanaged
    {
        Assert.Equal(counts[Rank], own.Length);
        var place = 0;
        foreach (var (rank, part) in Exchange(own).Index())
        {
            Assert.Equal(counts[rank], MemoryMarshal.Cast<byte, T>(part).Length);
            MemoryMarshal.Cast<byte, T>(part).CopyTo(all[place..]);
            place += counts[rank];
        }

        Assert.Equal(place, all.Length);
    }

    public void Broadcast<T>(Span<T> values)
        where T : unmanaged
        => MemoryMarshal.Cast<byte, T>(Exchange<T>(values)[0]).CopyTo(values);

    private byte[][] Exchange<T>(ReadOnlySpan<T> own)
        where T : unmanaged
    {
        Calls++;
        return _ring.Exchange(Rank, ++_round, MemoryMarshal.AsBytes(own).ToArray());
    }

    private sealed class Ring(int size)
    {
        private readonly object _lock = new();
        private readonly byte[]?[,] _given = new byte[]?[2, size];
        private readonly int[] _rounds = new int[size];
        private readonly bool[] _left = new bool[size];
        private int _turn;

        public int Size => size;

        public byte[][] Exchange(int rank, int round, byte[] own)
        {
            lock (_lock)
            {
                (_given[round % 2, rank], _rounds[rank]) = (own, round);
                Pass();
                Await(rank);
                if (Array.FindIndex(_rounds, r => r < round) is >= 0 and var missing)
                {
                    throw new InvalidOperationException($"Process {missing} left while {rank} waited for it.");
                }

                return [.. Enumerable.Range(0, size).Select(r => _given[round % 2, r]!)];
            }
        }

        public void Await(int rank)
        {
            lock (_lock)
            {
                while (_turn != rank)
                {
                    Monitor.Wait(_lock);
                }
            }
        }

        public void Leave(int rank)
        {
            lock (_lock)
            {
                _left[rank] = true;
                Pass();
            }
        }

        private void Pass()
        {
            for (var tried = 0; tried < size; tried++)
            {
                _turn = (_turn + 1) % size;
                if (!_left[_turn])
                {
                    break;
                }
            }

            Monitor.PulseAll(_lock);
        }
    }
}
