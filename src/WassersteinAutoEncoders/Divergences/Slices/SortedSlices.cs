using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Slices;

/// <summary>The mean of W₂² over slices of two samples of equal size, with its gradient in closed form.</summary>
/// <remarks>With x₍ₖ₎ and y₍ₖ₎ the k-th smallest projections, W₂² = Σₖ (x₍ₖ₎ − y₍ₖ₎)²/n, and its derivative in x₍ₖ₎ is 2·(x₍ₖ₎ − y₍ₖ₎)/n.</remarks>
internal static class SortedSlices
{
    /// <summary>Whether managed code can take these points: float32, on the CPU, as many codes as samples, and only the codes to be differentiated.</summary>
    public static bool Accepts(Tensor encoded, Tensor prior, int directions)
        => encoded.device_type == DeviceType.CPU && encoded.dtype == ScalarType.Float32 && encoded.shape[0] == prior.shape[0]
            && !(prior.requires_grad && is_grad_enabled()) && directions * encoded.shape[0] * sizeof(float) <= int.MaxValue;

    /// <summary>The mean over the directions, a scalar differentiable once in <paramref name="encoded"/>.</summary>
    /// <param name="encoded">Codes, <c>[n, d]</c>.</param>
    /// <param name="prior">Prior samples, <c>[n, d]</c>.</param>
    /// <param name="directions">Unit vectors, <c>[L, d]</c>.</param>
    public static Tensor Evaluate(Tensor encoded, Tensor prior, Tensor directions)
    {
        using var scope = NewDisposeScope();
        var differentiated = encoded.requires_grad && is_grad_enabled();
        Tensor slices;
        double value;
        using (no_grad())
        {
            slices = directions.mm(encoded.t()).contiguous();
            var samples = directions.mm(prior.t()).contiguous();

            // The derivative in each projection takes its place.
            value = Differentiate(TensorSpan.Of<float>(slices), TensorSpan.Of<float>(samples), (int)encoded.shape[0]);
        }

        var result = differentiated ? ClosedForm.Attach(encoded, slices.t().mm(directions), value) : ClosedForm.Scalar(value, encoded.dtype);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Replaces the projections of the codes, row by row, with the derivative of the mean in them, and returns the mean.</summary>
    private static double Differentiate(Span<float> codes, ReadOnlySpan<float> samples, int n)
    {
        var rented = ArrayPool<ulong>.Shared.Rent(3 * n);
        var first = rented.AsSpan(0, n);
        var second = rented.AsSpan(n, n);
        var scratch = rented.AsSpan(2 * n, n);
        var factor = 2f / codes.Length;
        var sum = 0.0;
        for (var start = 0; start < codes.Length; start += n)
        {
            var row = codes.Slice(start, n);
            RadixSort.Sort(row, first, scratch);
            RadixSort.Sort(samples.Slice(start, n), second, scratch);
            var ofRow = 0.0;
            for (var k = 0; k < n; k++)
            {
                var difference = RadixSort.Value(first[k]) - RadixSort.Value(second[k]);
                ofRow += (double)difference * difference;
                row[RadixSort.Place(first[k])] = factor * difference;
            }

            sum += ofRow;
        }

        ArrayPool<ulong>.Shared.Return(rented);
        return sum / codes.Length;
    }
}

/// <summary>The projections of one slice in ascending order, with where each came from.</summary>
/// <remarks>Of float32 by <see cref="RadixSort"/>, linear in their number. Arrays are rented: dispose it.</remarks>
internal readonly ref struct SortedProjections<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _values;
    private readonly int[] _places;
    private readonly int _count;

    /// <summary>Sorts numbers; NaN stand at an end.</summary>
    public SortedProjections(ReadOnlySpan<T> values)
    {
        _count = values.Length;
        _values = ArrayPool<T>.Shared.Rent(_count);
        _places = ArrayPool<int>.Shared.Rent(_count);
        if (typeof(T) == typeof(float))
        {
            var rented = ArrayPool<ulong>.Shared.Rent(2 * _count);
            var sorted = rented.AsSpan(0, _count);
            RadixSort.Sort(MemoryMarshal.Cast<T, float>(values), sorted, rented.AsSpan(_count, _count));
            for (var i = 0; i < _count; i++)
            {
                _values[i] = (T)(object)RadixSort.Value(sorted[i]);
                _places[i] = RadixSort.Place(sorted[i]);
            }

            ArrayPool<ulong>.Shared.Return(rented);
            return;
        }

        values.CopyTo(_values);
        for (var i = 0; i < _count; i++)
        {
            _places[i] = i;
        }

        Values.Sort(Places);
    }

    /// <summary>The numbers in ascending order.</summary>
    public Span<T> Values => _values.AsSpan(0, _count);

    /// <summary>Where each came from.</summary>
    public Span<int> Places => _places.AsSpan(0, _count);

    /// <summary>Gives the arrays back.</summary>
    public void Dispose()
    {
        ArrayPool<T>.Shared.Return(_values);
        ArrayPool<int>.Shared.Return(_places);
    }
}

/// <summary>Sorts float32 numbers and keeps where they came from: passes over a few bits each, with no comparison whose branch could be mispredicted.</summary>
internal static class RadixSort
{
    private const int KeyBits = 32;
    private const int PlaceBits = 32;

    /// <summary>From here on three passes of eleven bits are quicker than four of eight, whose counts are cleared and summed sooner.</summary>
    private const int Many = 8192;
    private const uint SignBit = 0x8000_0000;

    /// <summary>Sorts ascending; −0 comes before +0, and NaN at an end.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="sorted">As long: receives the sorted entries, to be read with <see cref="Value"/> and <see cref="Place"/>.</param>
    /// <param name="scratch">As long.</param>
    public static void Sort(ReadOnlySpan<float> values, Span<ulong> sorted, Span<ulong> scratch)
    {
        if (values.Length < Many)
        {
            Sort(values, sorted, scratch, stackalloc int[4 << 8], 8);
        }
        else
        {
            Sort(values, sorted, scratch, stackalloc int[3 << 11], 11);
        }
    }

    private static void Sort(ReadOnlySpan<float> values, Span<ulong> sorted, Span<ulong> scratch, Span<int> counts, int bits)
    {
        counts.Clear();
        var passes = (KeyBits + bits - 1) / bits;
        var mask = (1u << bits) - 1;

        // From the lowest bits to the highest, from one array to the other and back: it starts where the last pass ends in the one asked for.
        var from = passes % 2 == 0 ? sorted : scratch;
        var to = passes % 2 == 0 ? scratch : sorted;
        for (var i = 0; i < values.Length; i++)
        {
            var key = Key(values[i]);
            from[i] = ((ulong)key << PlaceBits) | (uint)i;
            for (var pass = 0; pass < passes; pass++)
            {
                counts[(pass << bits) + (int)((key >> (bits * pass)) & mask)]++;
            }
        }

        for (var pass = 0; pass < passes; pass++)
        {
            Distribute(from, to, counts.Slice(pass << bits, 1 << bits), PlaceBits + bits * pass);
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
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            (next, counts[bucket]) = (next + counts[bucket], next);
        }

        var mask = (uint)counts.Length - 1;
        foreach (var entry in from)
        {
            to[counts[(int)((uint)(entry >> shift) & mask)]++] = entry;
        }
    }
}
