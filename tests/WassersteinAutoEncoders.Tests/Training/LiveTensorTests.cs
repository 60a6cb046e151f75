using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

[Collection(LiveTensors.Name)]
public class LiveTensorTests
{
    [Fact]
    public void Training_from_any_source_leaves_no_tensors()
    {
        using var models = new TestModels();
        using var dataset = new RowDataset(models.Data);
        using var loader = utils.data.DataLoader(dataset, 10);
        using var trainer = models.Trainer();
        using var numbers = arange(50, dtype: ScalarType.Int64);
        Fit(1);
        var before = LiveTensors.Count();
        Fit(5);
        Assert.Equal(before, LiveTensors.Count());

        void Fit(int epochs)
        {
            trainer.Fit(loader, trainer.Epoch + epochs);
            trainer.Fit(new DatasetBatcher(dataset, 8), trainer.Epoch + epochs);
            trainer.Fit(Prefetch.Of(new TensorBatcher(models.Data, 8).WithLabels(numbers)), trainer.Epoch + epochs);
        }
    }

    [Fact]
    public void Two_thousand_steps_leave_the_number_of_live_tensors_unchanged()
    {
        using var models = new TestModels();
        using var divergence = new ToyCriticDivergence();
        using var trainer = models.Trainer(new WaeTrainerOptions { AccumulationSteps = 2, EmaDecay = 0.9, MaximumGradientNorm = 1, EncoderNoise = new TruncatedGaussianNoise() }, divergence);
        for (var i = 0; i < 10; i++)
        {
            trainer.Step(models.Data);
        }

        var before = LiveTensors.Count();
        for (var i = 0; i < 2000; i++)
        {
            trainer.Step(models.Data);
        }

        Assert.Equal(before, LiveTensors.Count());
    }

    [Fact]
    public void Fit_frees_what_its_batches_were_made_of_and_leaves_what_was_there()
    {
        using var models = new TestModels();
        var fit = new FitOptions { Validation = models.Batches() };
        using var trainer = models.Trainer();
        var existing = models.Batches().ToList();
        Fit(2);
        var before = LiveTensors.Count();
        Fit(20);

        Assert.Equal(before, LiveTensors.Count());
        Assert.All(existing, b => Assert.False(b.IsInvalid));
        existing.ForEach(b => b.Dispose());

        void Fit(int epochs)
        {
            trainer.Fit(existing, trainer.Epoch + epochs, fit);
            trainer.Fit(models.Batches(), trainer.Epoch + epochs, fit);
            trainer.Fit(new TensorBatcher(models.Data, 8), trainer.Epoch + epochs, fit);
            trainer.Fit(Prefetch.Of(new TensorBatcher(models.Data, 8)), trainer.Epoch + epochs, fit);
            trainer.Fit(Repeated(), trainer.Epoch + epochs, fit);
        }

        IEnumerable<Tensor> Repeated()
        {
            var batch = models.Data.narrow(0, 0, 10);
            for (var i = 0; i < 5; i++)
            {
                yield return batch;
            }
        }
    }

    [Fact]
    public void Checkpoints_and_inference_leave_the_number_of_live_tensors_unchanged()
    {
        using var folder = new TemporaryFolder();
        using var models = new TestModels();
        using var divergence = new ToyCriticDivergence();
        using var trainer = models.Trainer(new WaeTrainerOptions { EmaDecay = 0.9 }, divergence);
        trainer.Step(models.Data);
        Look();
        var before = LiveTensors.Count();
        for (var i = 0; i < 5; i++)
        {
            Look();
        }

        Assert.Equal(before, LiveTensors.Count());

        void Look()
        {
            trainer.SaveCheckpoint(folder.File("a"));
            trainer.LoadCheckpoint(folder.File("a"));
            trainer.Evaluate(models.Batches());
            trainer.Model.Encode(models.Data).Dispose();
            trainer.Model.Reconstruct(models.Data).Dispose();
            trainer.Model.Sample(3).Dispose();
        }
    }
}
