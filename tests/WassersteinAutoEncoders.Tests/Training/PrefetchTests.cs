using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

[Collection(LiveTensors.Name)]
public class PrefetchTests
{
    [Fact]
    public void Batches_are_the_source_s_in_order()
    {
        using var data = arange(100, dtype: ScalarType.Float32).unsqueeze(1);
        var source = new TensorBatcher(data, 7);
        var prefetch = Prefetch.Of(source, capacity: 3);

        Assert.Equal(TensorBatcherTests.Rows(source.Epoch(0)), TensorBatcherTests.Rows(prefetch));
        Assert.Equal(TensorBatcherTests.Rows(source.Epoch(4, 5)), TensorBatcherTests.Rows(prefetch.Epoch(4, 5)));
        var list = source.Epoch(1).ToList();
        Assert.Equal(TensorBatcherTests.Rows(list.Skip(2).Select(b => b.alias())), TensorBatcherTests.Rows(Prefetch.Of(list).Epoch(0, 2)));
        Assert.All(list, b => Assert.False(b.IsInvalid));
        list.ForEach(b => b.Dispose());
    }

    [Fact]
    public void No_more_than_the_capacity_waits()
    {
        var made = 0;
        using var enumerator = Prefetch.Of(Numbers(), capacity: 2).GetEnumerator();
        Assert.True(enumerator.MoveNext());
        // One in use, two waiting, one in the hand of the producer.
        Thread.Sleep(200);
        Assert.InRange(Volatile.Read(ref made), 1, 4);
        enumerator.Current.Dispose();

        IEnumerable<Tensor> Numbers()
        {
            while (true)
            {
                Interlocked.Increment(ref made);
                yield return zeros(1);
            }
        }
    }

    [Fact]
    public void An_exception_comes_after_the_batches_before_it_with_its_own_trace()
    {
        var seen = 0;
        var error = Assert.Throws<FormatException>(() =>
        {
            foreach (var batch in Prefetch.Of(Broken()))
            {
                seen++;
                batch.Dispose();
            }
        });

        Assert.Equal(3, seen);
        Assert.Contains(nameof(Broken), error.StackTrace, StringComparison.Ordinal);

        static IEnumerable<Tensor> Broken()
        {
            for (var i = 0; i < 3; i++)
            {
                yield return zeros(1);
            }

            throw new FormatException();
        }
    }

    [Fact]
    public void Leaving_early_frees_everything_that_was_prepared()
    {
        using var data = arange(1000, dtype: ScalarType.Float32).unsqueeze(1);
        var prefetch = Prefetch.Of(new TensorBatcher(data, 10), capacity: 5);
        var before = LiveTensors.Count();
        for (var i = 0; i < 20; i++)
        {
            using var scope = NewDisposeScope();
            foreach (var batch in prefetch.Epoch(i).Take(1 + i % 4))
            {
                Assert.Equal(10, batch.shape[0]);
            }
        }

        Assert.Equal(before, LiveTensors.Count());
    }

    [Fact]
    public void Batches_belong_to_the_consumer_s_scope()
    {
        using var data = zeros(10, 1);
        Tensor last;
        using (NewDisposeScope())
        {
            last = Prefetch.Of(new TensorBatcher(data, 5)).Last();
        }

        Assert.True(last.IsInvalid);
    }
}
