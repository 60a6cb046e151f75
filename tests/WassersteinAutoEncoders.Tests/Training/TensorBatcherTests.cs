using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TorchSharp;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

public class TensorBatcherTests
{
    [Property(MaxTest = 30)]
    public void An_epoch_holds_every_row_once(PositiveInt count, PositiveInt size, bool shuffle, int seed)
    {
        using var data = arange(count.Get, dtype: ScalarType.Float32).unsqueeze(1);
        var rows = Rows(new TensorBatcher(data, size.Get, shuffle, seed: seed).Epoch(3));

        Assert.Equal(Enumerable.Range(0, count.Get).Select(i => (float)i), shuffle ? rows.SelectMany(r => r).Order() : rows.SelectMany(r => r));
        Assert.All(rows.SkipLast(1), r => Assert.Equal(size.Get, r.Length));
        Assert.Equal((count.Get + size.Get - 1) / size.Get, rows.Count);
    }

    [Fact]
    public void Epochs_differ_and_come_again_with_their_number_and_seed()
    {
        using var data = arange(40, dtype: ScalarType.Float32).unsqueeze(1);
        var batcher = new TensorBatcher(data, 7, seed: 5);
        var first = Rows(batcher);
        var second = Rows(batcher);

        Assert.NotEqual(first, second);
        Assert.Equal(first, Rows(batcher.Epoch(0)));
        Assert.Equal(second, Rows(new TensorBatcher(data, 7, seed: 5).Epoch(1)));
        Assert.NotEqual(first, Rows(new TensorBatcher(data, 7, seed: 6).Epoch(0)));
    }

    [Fact]
    public void Skipping_leaves_the_rest_as_it_was_also_with_a_random_transform()
    {
        using var data = arange(40, dtype: ScalarType.Float32).unsqueeze(1);
        var batcher = new TensorBatcher(data, 7, transform: (x, g) => x + rand(x.shape, generator: g));

        Assert.Equal(Rows(batcher.Epoch(2)).Skip(4), Rows(batcher.Epoch(2, skip: 4)));
        Assert.Empty(Rows(batcher.Epoch(2, skip: 6)));
    }

    [Fact]
    public void The_last_smaller_batch_is_kept_or_dropped()
    {
        using var data = arange(10, dtype: ScalarType.Float32).unsqueeze(1);
        Assert.Equal([4, 4, 2], Rows(new TensorBatcher(data, 4)).Select(r => r.Length));
        Assert.Equal([4, 4], Rows(new TensorBatcher(data, 4, dropLast: true)).Select(r => r.Length));
        Assert.Throws<ArgumentException>(() => new TensorBatcher(data, 11, dropLast: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TensorBatcher(data, 0));
    }

    [Fact]
    public void Without_shuffling_a_batch_is_a_copy()
    {
        using var data = zeros(4, 1);
        foreach (var batch in new TensorBatcher(data, 4, shuffle: false))
        {
            batch.add_(1);
            batch.Dispose();
        }

        Assert.Equal(0, data.sum().ToSingle());
    }

    internal static List<float[]> Rows(IEnumerable<Tensor> batches)
    {
        var rows = new List<float[]>();
        foreach (var batch in batches)
        {
            rows.Add(batch.data<float>().ToArray());
            batch.Dispose();
        }

        return rows;
    }

    [Theory]
    [InlineData(0, 0, "1")]
    [InlineData(2, 2, "1")]
    [InlineData(-1, 2, "0")]
    public void A_group_of_processes_that_cannot_be_is_refused(int rank, int size, string expected)
    {
        using var data = torch.zeros(6, 2);
        var error = Assert.Throws<ArgumentOutOfRangeException>("processes", () => new TensorBatcher(data, 2, processes: new Group(rank, size)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sparse_and_meta_data_are_refused()
    {
        using var dense = torch.ones(4, 2);
        using var sparse = dense.to_sparse();
        using var meta = torch.zeros(4, 2, device: torch.META);
        Assert.Throws<ArgumentException>("data", () => new TensorBatcher(sparse, 2));
        Assert.Throws<ArgumentException>("data", () => new TensorBatcher(meta, 2));
    }

    private sealed class Group(int rank, int size) : IProcessGroup
    {
        public int Rank => rank;

        public int Size => size;

        public void Sum<T>(Span<T> values)
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
            => throw new InvalidOperationException();

        public void Gather<T>(ReadOnlySpan<T> own, ReadOnlySpan<int> counts, Span<T> all)
            where T : unmanaged
            => throw new InvalidOperationException();

        public void Broadcast<T>(Span<T> values)
            where T : unmanaged
            => throw new InvalidOperationException();
    }
}
