using System.Diagnostics;
using FsCheck.Xunit;

namespace WassersteinAutoEncoders.Reporting.Tests.Recording;

public class StoreTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Snapshots_stay_within_the_budget_evenly_with_the_first_and_the_newest(int count)
    {
        var store = new SnapshotStore(20 * 1000);
        for (var epoch = 0; epoch < count; epoch++)
        {
            store.Add(new EpochSnapshot(epoch, epoch) { Samples = new TilePicture(new byte[750], 1, 1, 1, 1) });
            var epochs = store.Snapshots.Select(snapshot => snapshot.Epoch).ToArray();
            Assert.Equal(0, epochs[0]);
            Assert.Equal(epoch, epochs[^1]);
            Assert.InRange(epochs.Length, Math.Min(10, epoch + 1), 20);
            Assert.All(epochs.SkipLast(1).Select((e, i) => e - i * store.Stride), offset => Assert.Equal(0, offset));
        }
    }

    [Property(MaxTest = 60)]
    public bool Series_keep_their_mean_in_bounded_memory(int seed)
    {
        var random = new Random(seed);
        var collector = new SeriesCollector("m", MetricSource.Interval);
        var values = Enumerable.Range(0, random.Next(1, 3000)).Select(_ => random.NextDouble()).ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            collector.Add(i + 1, values[i]);
        }

        var points = collector.ToSeries(values.Length).Points;
        // Each point stands for the values since the point before.
        var before = 0L;
        var sum = 0.0;
        foreach (var point in points)
        {
            sum += point.Value * (point.Step - before);
            before = point.Step;
        }
        return points.Count <= 601 && points[^1].Step == values.Length && Math.Abs(sum - values.Sum()) < Tolerances.Float64 * values.Length;
    }

    [Fact]
    public void A_budget_is_never_spent_before_it_is_there()
    {
        var clock = Stopwatch.StartNew();
        var budget = new TimeBudget(clock, 0.2);
        var (spent, times) = (TimeSpan.Zero, 0);
        while (clock.ElapsedMilliseconds < 400)
        {
            Thread.Sleep(1);
            budget.Spend(() =>
            {
                Assert.True(spent <= clock.Elapsed * 0.2);
                var start = clock.Elapsed;
                Thread.Sleep(5);
                spent += clock.Elapsed - start;
                times++;
            });
        }
        Assert.True(times >= 2);
    }
}
