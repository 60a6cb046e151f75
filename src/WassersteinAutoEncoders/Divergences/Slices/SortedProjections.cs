using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WassersteinAutoEncoders.Divergences.Slices;

/// <summary>The projections of one slice in ascending order, with where each came from.</summary>
/// <remarks>Of float32 by <see cref="RadixSort"/>, linear in their number, and read from its entries. Arrays are rented: dispose it.</remarks>
internal readonly ref struct SortedProjections<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ulong[] _entries = [];
    private readonly T[] _values = [];
    private readonly int[] _places = [];

    /// <summary>Sorts numbers; NaN stand at an end.</summary>
    public SortedProjections(ReadOnlySpan<T> values)
    {
        Count = values.Length;
        if (typeof(T) == typeof(float))
        {
            var scratch = ArrayPool<ulong>.Shared.Rent(Count);
            _entries = ArrayPool<ulong>.Shared.Rent(Count);
            RadixSort.Sort(MemoryMarshal.Cast<T, float>(values), _entries.AsSpan(0, Count), scratch.AsSpan(0, Count));
            ArrayPool<ulong>.Shared.Return(scratch);
            return;
        }

        _values = ArrayPool<T>.Shared.Rent(Count);
        _places = ArrayPool<int>.Shared.Rent(Count);
        values.CopyTo(_values);
        for (var i = 0; i < Count; i++)
        {
            _places[i] = i;
        }

        _values.AsSpan(0, Count).Sort(_places.AsSpan(0, Count));
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The i-th smallest number.</summary>
    public T this[int i] => typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>(RadixSort.Value(_entries[i])) : _values[i];

    /// <summary>Where the i-th smallest came from.</summary>
    public int Place(int i) => typeof(T) == typeof(float) ? RadixSort.Place(_entries[i]) : _places[i];

    /// <summary>Gives the arrays back.</summary>
    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(_entries);
        ArrayPool<T>.Shared.Return(_values);
        ArrayPool<int>.Shared.Return(_places);
    }
}

/// <summary>Sorts float32 numbers and keeps where they came from: passes over a few bits each, with no comparison whose branch could be mispredicted.</summary>
/// <remarks>By pointers: the place an entry goes to comes from a count, which no compiler can see within bounds, and checking it would take a third of the time.</remarks>
internal static unsafe class RadixSort
{
    private const int PlaceBits = 32;
    private const uint SignBit = 0x8000_0000;

    /// <summary>From here on three passes of eleven bits are quicker than four of eight, whose counts are cleared and summed sooner.</summary>
    private const int Many = 8192;

    /// <summary>Sorts ascending; −0 comes before +0, and NaN at an end.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="sorted">As long: receives the sorted entries, to be read with <see cref="Value"/> and <see cref="Place"/>.</param>
    /// <param name="scratch">As long.</param>
    public static void Sort(ReadOnlySpan<float> values, Span<ulong> sorted, Span<ulong> scratch)
    {
        // What is written through pointers is as long as what is read.
        sorted = sorted[..values.Length];
        scratch = scratch[..values.Length];
        fixed (float* numbers = values)
        {
            fixed (ulong* first = sorted, second = scratch)
            {
                if (values.Length < Many)
                {
                    SortByBytes(numbers, values.Length, first, second);
                }
                else
                {
                    SortByElevenBits(numbers, values.Length, first, second);
                }
            }
        }
    }

    private static void SortByBytes(float* values, int count, ulong* sorted, ulong* scratch)
    {
        const int Buckets = 1 << 8;
        var counts = stackalloc int[4 * Buckets];
        new Span<int>(counts, 4 * Buckets).Clear();
        for (var i = 0; i < count; i++)
        {
            var key = Key(values[i]);
            sorted[i] = ((ulong)key << PlaceBits) | (uint)i;
            counts[key & 0xFF]++;
            counts[Buckets + ((key >> 8) & 0xFF)]++;
            counts[2 * Buckets + ((key >> 16) & 0xFF)]++;
            counts[3 * Buckets + (key >> 24)]++;
        }

        // From the lowest bits to the highest, from one array to the other and back.
        Distribute(sorted, scratch, count, counts, Buckets, PlaceBits);
        Distribute(scratch, sorted, count, counts + Buckets, Buckets, PlaceBits + 8);
        Distribute(sorted, scratch, count, counts + 2 * Buckets, Buckets, PlaceBits + 16);
        Distribute(scratch, sorted, count, counts + 3 * Buckets, Buckets, PlaceBits + 24);
    }

    private static void SortByElevenBits(float* values, int count, ulong* sorted, ulong* scratch)
    {
        const int Buckets = 1 << 11;
        var counts = stackalloc int[3 * Buckets];
        new Span<int>(counts, 3 * Buckets).Clear();
        for (var i = 0; i < count; i++)
        {
            var key = Key(values[i]);
            scratch[i] = ((ulong)key << PlaceBits) | (uint)i;
            counts[key & 0x7FF]++;
            counts[Buckets + ((key >> 11) & 0x7FF)]++;
            counts[2 * Buckets + (key >> 22)]++;
        }

        Distribute(scratch, sorted, count, counts, Buckets, PlaceBits);
        Distribute(sorted, scratch, count, counts + Buckets, Buckets, PlaceBits + 11);
        Distribute(scratch, sorted, count, counts + 2 * Buckets, Buckets, PlaceBits + 22);
    }

    private static void Distribute(ulong* from, ulong* to, int count, int* counts, int buckets, int shift)
    {
        var next = 0;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            (next, counts[bucket]) = (next + counts[bucket], next);
        }

        var mask = (uint)buckets - 1;
        for (var i = 0; i < count; i++)
        {
            var entry = from[i];
            to[counts[(uint)(entry >> shift) & mask]++] = entry;
        }
    }

    /// <summary>The number of an entry.</summary>
    public static float Value(ulong entry)
    {
        var key = (uint)(entry >> PlaceBits);
        return BitConverter.UInt32BitsToSingle(key ^ ((key & SignBit) != 0 ? SignBit : uint.MaxValue));
    }

    /// <summary>Where the number of an entry came from.</summary>
    public static int Place(ulong entry) => (int)(uint)entry;

    /// <summary>Bits that order as the numbers do: the sign is turned over, and so are the other bits of negative numbers, whose order is reversed.</summary>
    private static uint Key(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return bits ^ ((uint)((int)bits >> 31) | SignBit);
    }
}
