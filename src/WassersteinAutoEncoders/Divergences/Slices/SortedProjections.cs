using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace WassersteinAutoEncoders.Divergences.Slices;

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
