namespace WassersteinAutoEncoders.Divergences.Slices;

/// <summary>Sorts float32 numbers and keeps where they came from: a pass for each byte, with no comparison whose branch could be mispredicted.</summary>
internal static class RadixSort
{
    private const int Bytes = sizeof(uint);
    private const int Buckets = 256;
    private const int PlaceBits = 32;
    private const uint SignBit = 0x8000_0000;

    /// <summary>Sorts ascending; −0 comes before +0, and NaN at an end.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="sorted">As long: receives the sorted entries, to be read with <see cref="Value"/> and <see cref="Place"/>.</param>
    /// <param name="scratch">As long.</param>
    public static void Sort(ReadOnlySpan<float> values, Span<ulong> sorted, Span<ulong> scratch)
    {
        Span<int> counts = stackalloc int[Bytes * Buckets];
        counts.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            var key = Key(values[i]);
            sorted[i] = ((ulong)key << PlaceBits) | (uint)i;
            for (var b = 0; b < Bytes; b++)
            {
                counts[(b * Buckets) + (int)((key >> (8 * b)) & 0xFF)]++;
            }
        }

        // An even number of passes, from the lowest byte to the highest, ends where it began.
        var from = sorted;
        var to = scratch;
        for (var b = 0; b < Bytes; b++)
        {
            Distribute(from, to, counts.Slice(b * Buckets, Buckets), PlaceBits + (8 * b));
            var previous = from;
            from = to;
            to = previous;
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

    private static void Distribute(ReadOnlySpan<ulong> from, Span<ulong> to, Span<int> counts, int shift)
    {
        var next = 0;
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            (next, counts[bucket]) = (next + counts[bucket], next);
        }

        foreach (var entry in from)
        {
            to[counts[(int)(entry >> shift) & 0xFF]++] = entry;
        }
    }
}
