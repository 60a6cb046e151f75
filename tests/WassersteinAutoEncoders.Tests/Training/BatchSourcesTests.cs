using TorchSharp;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>What people have: tensors, pairs, data sets, data loaders. All train alike on the same examples in the same order.</summary>
public class BatchSourcesTests
{
    [Fact]
    public void Pairs_a_data_loader_and_a_data_set_train_as_tensors_do()
    {
        var tensors = Weights((trainer, models) => trainer.Fit(models.Batches(), 2));

        Assert.Equal(tensors, Weights((trainer, models) => trainer.Fit(models.Batches().Select(b => (b, zeros(b.shape[0], dtype: int64))), 2)));
        Assert.Equal(tensors, Weights((trainer, models) =>
        {
            using var dataset = new RowDataset(models.Data);
            using var loader = utils.data.DataLoader(dataset, 10);
            trainer.Fit(loader, 2);
        }));
        Assert.Equal(tensors, Weights((trainer, models) =>
        {
            using var dataset = new RowDataset(models.Data);
            trainer.Fit(new DatasetBatcher(dataset, 10, shuffle: false), 2);
        }));
    }

    [Fact]
    public void A_data_set_has_the_order_of_a_tensor()
    {
        using var models = new TestModels();
        using var dataset = new RowDataset(models.Data);
        using var scope = NewDisposeScope();
        var expected = new TensorBatcher(models.Data, 7, seed: 3).Epoch(4, skip: 2).Select(b => b.data<float>().ToArray()).ToArray();
        var found = new DatasetBatcher(dataset, 7, seed: 3).Epoch(4, skip: 2).Select(b => (b.Input.data<float>().ToArray(), b.Labels.data<long>().ToArray())).ToArray();
        Assert.Equal(expected, found.Select(b => b.Item1));
        // The label of a row is its number.
        Assert.All(found, b => Assert.Equal(models.Data[b.Item2[0]].data<float>().ToArray(), b.Item1[..TestModels.Width]));
    }

    [Fact]
    public void Labels_go_with_their_examples()
    {
        using var models = new TestModels();
        using var numbers = arange(50, dtype: ScalarType.Int64);
        using var scope = NewDisposeScope();
        var batcher = new TensorBatcher(models.Data, 7, seed: 3);
        foreach (var (input, labels) in Prefetch.Of(batcher.WithLabels(numbers)).Epoch(2, skip: 1))
        {
            Assert.True(input.eq(models.Data.index_select(0, labels)).all().ToBoolean());
        }

        Assert.Equal(batcher.Epoch(2).Count(), batcher.WithLabels(numbers).Epoch(2).Count());
    }

    [Fact]
    public void Batches_without_a_known_name_are_refused()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();
        var batch = new Dictionary<string, Tensor> { ["x"] = models.Data, ["y"] = models.Data };
        Assert.Contains("x, y", Assert.Throws<ArgumentException>(() => trainer.Fit([batch], 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_takes_two_batches_through_everything()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer(new WaeTrainerOptions { Pretraining = new EncoderPretraining { BatchSize = 10, Threshold = 0 } });
        var (read, validated) = (0, 0);
        var run = trainer.Fit(Counted(models.Batches(), () => read++), 3, new FitOptions { BatchLimit = 2, Validation = Counted(models.Batches(), () => validated++) });

        Assert.Equal((6L, 3), (run.Steps, run.Epochs));
        // Three epochs and the two steps of pretraining, which may look at one batch more.
        Assert.InRange(read, 8, 9);
        Assert.Equal(6, validated);
        Assert.All(run.History, means => Assert.Contains(means, m => m.Name == "validation/total"));
    }

    private static IEnumerable<Tensor> Counted(IEnumerable<Tensor> batches, Action count)
    {
        foreach (var batch in batches)
        {
            count();
            yield return batch;
        }
    }

    private static float[] Weights(Action<WaeTrainer, TestModels> fit)
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();
        fit(trainer, models);
        return models.Weights();
    }
}

/// <summary>The rows of a matrix as a data set, labeled with their numbers.</summary>
internal sealed class RowDataset(Tensor data) : utils.data.Dataset
{
    public override long Count => data.shape[0];

    public override Dictionary<string, Tensor> GetTensor(long index) => new() { ["data"] = data[index].clone(), ["label"] = tensor(index) };
}
