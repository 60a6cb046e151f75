using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Metrics;

public class MemorizationTests
{
    [Fact]
    public void Neighbours_are_those_of_a_double_loop()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var queries = randn([600, 2, 2], dtype: float64, generator: generator);
        var references = randn([50, 2, 2], dtype: float64, generator: generator);
        var found = NearestNeighbors.Find(queries, references);
        var (q, r) = (TensorData.ToArray(queries), TensorData.ToArray(references));
        for (var i = 0; i < 600; i++)
        {
            var (distance, index) = Enumerable.Range(0, 50)
                .Select(j => (Math.Sqrt(Enumerable.Range(0, 4).Sum(k => Math.Pow(q[4 * i + k] - r[4 * j + k], 2))), j)).Min();
            Assert.Equal(index, found[i].Index);
            Assert.Equal(distance, found[i].Distance, Tolerances.Float64);
        }
    }

    [Fact]
    public void Blocks_of_references_agree_with_one_another()
    {
        // More references than one block holds; the neighbour is a copy in a later one.
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var references = randn([20_000, 3], generator: generator) + 50;
        var rows = tensor(new long[] { 3, 8191, 8192, 19_999 });
        var found = NearestNeighbors.Find(references.index_select(0, rows), references);
        Assert.Equal([3, 8191, 8192, 19_999], found.Select(n => n.Index));
        Assert.All(found.Select(n => n.Distance), d => Assert.Equal(0, d));
    }

    [Fact]
    public void Self_can_be_excluded()
    {
        using var scope = NewDisposeScope();
        var points = tensor(new double[] { 0, 1, 5, 5.5 }).reshape(4, 1);
        Assert.Equal([0, 1, 2, 3], NearestNeighbors.Find(points, points).Select(n => n.Index));
        var others = NearestNeighbors.Find(points, points, excludeSelf: true);
        Assert.Equal([1, 0, 3, 2], others.Select(n => n.Index));
        Assert.Equal([1, 1, 0.5, 0.5], others.Select(n => n.Distance));
    }

    [Fact]
    public void Copies_of_training_data_are_found()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var training = randn([500, 10], generator: generator);
        var validation = randn([300, 10], generator: generator);
        var fresh = randn([200, 10], generator: generator);
        var copies = cat([fresh.slice(0, 0, 180, 1), training.slice(0, 100, 120, 1) + randn([20, 10], generator: generator) * 1e-3], 0);

        var honest = Memorization.Evaluate(fresh, training, validation);
        Assert.InRange(honest.ZScore, -Tolerances.FailureSigmas, Tolerances.FailureSigmas);
        Assert.Contains("no sign of copying", honest.ToString());

        var result = Memorization.Evaluate(copies, training, validation);
        Assert.Equal(Enumerable.Range(180, 20), result.Suspects.Take(20).Order());
        Assert.Equal(Enumerable.Range(100, 20).Select(i => (long)i), result.Samples.Skip(180).Select(n => n.Index));
        Assert.True(result.CopyFraction >= 0.1);
        Assert.Contains("some samples copy training data", result.ToString());

        var thief = Memorization.Evaluate(training.slice(0, 0, 200, 1), training, validation);
        Assert.Equal(1, thief.Closer);
        Assert.True(thief.PValue < Tolerances.FailureRate);
        Assert.Contains("training data are being copied", thief.ToString());

        var wrong = Memorization.Evaluate(fresh * 3, training, validation);
        Assert.Contains("farther off", wrong.ToString());
    }

    [Fact]
    public void Mann_whitney_has_its_hand_computed_values()
    {
        // x = {1, 2}, y = {2, 3}: pairs 1<2, 1<3, 2=2, 2<3 → 3.5/4. Ties: one pair, variance 4/12·(5 − 6/12) = 1.5, z = 1.5/√1.5.
        var (probability, z) = Memorization.MannWhitney([1, 2], [2, 3]);
        Assert.Equal(0.875, probability, Tolerances.Float64);
        Assert.Equal(1.5 / Math.Sqrt(1.5), z, Tolerances.Float64);
        Assert.Equal((0.5, 0), Memorization.MannWhitney([1, 1], [1, 1, 1]));
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>("references", () => NearestNeighbors.Find(zeros(4, 2), zeros(4, 3)));
        Assert.Throws<ArgumentException>("references", () => NearestNeighbors.Find(zeros(1, 2), zeros(1, 2), excludeSelf: true));
        Assert.Throws<ArgumentException>("queries", () => NearestNeighbors.Find(zeros(4), zeros(4, 3)));
        Assert.Throws<ArgumentException>("queries", () => NearestNeighbors.Find(full([4, 2], float.NaN), zeros(4, 2)));
    }
}
