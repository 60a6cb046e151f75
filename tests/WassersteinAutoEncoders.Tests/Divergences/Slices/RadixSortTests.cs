using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using WassersteinAutoEncoders.Divergences.Slices;

namespace WassersteinAutoEncoders.Tests.Divergences.Slices;

public class RadixSortTests
{
    /// <summary>Any bits that are no NaN: zeros of both signs, subnormal numbers and infinities among them.</summary>
    [Property(MaxTest = 200)]
    public Property Numbers_are_sorted_as_the_framework_sorts_them() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<int>().Select(BitConverter.Int32BitsToSingle).Where(v => !float.IsNaN(v)).ArrayOf().ToArbitrary(),
        values => CheckSorted([.. values, 0, -0f, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon, .. values]));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(5000)]
    public void Samples_of_any_length_are_sorted(int length)
    {
        var random = new Random(length);
        CheckSorted([.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20))))]);
    }

    [Fact]
    public void Equal_numbers_keep_their_order()
    {
        var (sorted, scratch) = (new ulong[6], new ulong[6]);
        RadixSort.Sort([2, 1, 2, 1, 2, 1], sorted, scratch);
        Assert.Equal([1, 3, 5, 0, 2, 4], sorted.Select(RadixSort.Place));
    }

    [Fact]
    public void What_is_not_a_number_stays_among_the_entries()
    {
        var (sorted, scratch) = (new ulong[4], new ulong[4]);
        RadixSort.Sort([1, float.NaN, -1, -float.NaN], sorted, scratch);
        Assert.Equal(2, sorted.Count(e => float.IsNaN(RadixSort.Value(e))));
        Assert.Equal([0, 1, 2, 3], sorted.Select(RadixSort.Place).Order());
    }

    private static void CheckSorted(float[] values)
    {
        var (sorted, scratch) = (new ulong[values.Length], new ulong[values.Length]);
        RadixSort.Sort(values, sorted, scratch);
        Assert.Equal(values.Order(), sorted.Select(RadixSort.Value));
        Assert.All(sorted, e => Assert.Equal(BitConverter.SingleToInt32Bits(values[RadixSort.Place(e)]), BitConverter.SingleToInt32Bits(RadixSort.Value(e))));
        Assert.Equal(values.Length, sorted.Select(RadixSort.Place).Distinct().Count());
    }

    /// <summary>Many numbers go by passes of more bits: just below and from the size where that begins.</summary>
    [Theory]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(20_000)]
    public void Many_numbers_come_in_order_each_from_where_it_was(int count)
    {
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, count).Select(i => i % 7 == 0 ? MathF.Round((float)random.NextDouble() * 10) : (float)(random.NextDouble() - 0.5) * MathF.Pow(10, random.Next(-30, 30)))];
        var (sorted, scratch) = (new ulong[count], new ulong[count]);
        RadixSort.Sort(values, sorted, scratch);
        Assert.Equal(values.Order(), sorted.Select(RadixSort.Value));
        Assert.All(sorted, entry => Assert.Equal(values[RadixSort.Place(entry)], RadixSort.Value(entry)));
    }
}
