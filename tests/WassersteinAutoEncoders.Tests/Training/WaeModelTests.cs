using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Schedules;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>What is left of a trained auto-encoder, and what a trainer can be asked beside training.</summary>
public class WaeModelTests
{
    [Fact]
    public void Saved_weights_give_the_same_outputs_without_a_trainer()
    {
        using var folder = new TemporaryFolder();
        using var models = new TestModels();
        using var trainer = models.Trainer(new WaeTrainerOptions { EmaDecay = 0.9 });
        trainer.Fit(models.Batches(), 3);
        trainer.Model.SaveWeights(folder.File("weights.safetensors"));
        trainer.SaveCheckpoint(folder.File("checkpoint.safetensors"));
        using var expected = trainer.Model.Reconstruct(models.Data);

        foreach (var name in new[] { "weights.safetensors", "checkpoint.safetensors" })
        {
            using var others = new TestModels(seed: 5);
            var model = new WaeModel(others.Encoder, others.Decoder, new TestModels.NormalPrior());
            model.LoadWeights(folder.File(name));
            using var found = model.Reconstruct(models.Data);
            Assert.True(expected.eq(found).all().ToBoolean());
        }
    }

    [Fact]
    public void Evaluate_gives_the_trainers_figures()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer(new WaeTrainerOptions { Seed = 4 });
        var expected = trainer.Evaluate(models.Batches());
        var found = new WaeModel(models.Encoder, models.Decoder, new TestModels.NormalPrior()).Evaluate(models.Batches(), new TestModels.MomentDivergence(), seed: 4);
        Assert.Equal((expected.Reconstruction, expected.Penalty, expected.Total), (found.Reconstruction, found.Penalty, found.Total));
    }

    [Fact]
    public void Weights_of_other_modules_are_refused_and_nothing_is_changed()
    {
        using var folder = new TemporaryFolder();
        using var models = new TestModels();
        new WaeModel(models.Encoder, models.Decoder, new TestModels.NormalPrior()).SaveWeights(folder.File("w.safetensors"));
        using var wide = torch.nn.Linear(TestModels.Width, TestModels.Dimension);
        using var others = new TestModels(seed: 2);
        var before = others.Weights();
        Assert.Throws<InvalidDataException>(() => new WaeModel(wide, others.Decoder, new TestModels.NormalPrior()).LoadWeights(folder.File("w.safetensors")));
        Assert.Equal(before, others.Weights());
    }

    [Fact]
    public void Every_critic_in_a_sum_is_trained_on_its_own_loss()
    {
        // With λ = 0 and a rate of 0 for encoder and decoder, a critic in a sum learns what it learns alone.
        using var generator = new Generator(3);
        using var first = Critics.Mlp(2, 8, 1, generator: generator);
        using var second = Critics.Mlp(2, 8, 1, generator: generator);
        using var alone = Critics.Mlp(2, 8, 1);
        alone.load_state_dict(second.state_dict());
        var options = new WaeTrainerOptions { LearningRate = new ConstantSchedule(0), Lambda = new ConstantSchedule(0) };
        using (var models = new TestModels())
        {
            var sum = new SumDivergence(new AdversarialDivergence(first), new WeightedDivergence(new AdversarialDivergence(second), 2), new MmdDivergence(new RbfKernel(1)));
            using var trainer = models.Trainer(options, sum);
            var result = trainer.Step(models.Data);
            Assert.Contains(result.Measurements, m => m.Name == "critic/1/loss");
            trainer.Fit(models.Batches(), 2);
        }

        using (var models = new TestModels())
        {
            using var trainer = models.Trainer(options, new AdversarialDivergence(alone));
            trainer.Step(models.Data);
            trainer.Fit(models.Batches(), 2);
        }

        foreach (var (expected, found) in alone.parameters().Zip(second.parameters()))
        {
            Assert.Equal(expected.data<float>().ToArray(), found.data<float>().ToArray(), (a, b) => Math.Abs(a - b) <= Tolerances.Float32);
        }
    }

    [Fact]
    public void The_penalty_of_a_sum_with_a_critic_is_the_sum_of_the_penalties()
    {
        using var critic = Critics.Mlp(2, 8, 1);
        var (adversarial, mmd) = (new AdversarialDivergence(critic), new MmdDivergence(new RbfKernel(1)));
        using var models = new TestModels(dtype: ScalarType.Float32);
        double Penalty(ILatentDivergence divergence)
        {
            using var trainer = models.Trainer(new WaeTrainerOptions { LearningRate = new ConstantSchedule(0), Critic = new CriticOptions { LearningRate = new ConstantSchedule(0) } }, divergence);
            return trainer.Step(models.Data).Penalty;
        }

        Assert.Equal(Penalty(adversarial) + 3 * Penalty(mmd), Penalty(new SumDivergence(adversarial, new WeightedDivergence(mmd, 3))), Tolerances.Float32);
    }

    [Fact]
    public void A_test_of_learning_rates_finds_where_training_begins_and_leaves_no_trace()
    {
        using var models = new TestModels();
        using var others = new TestModels();
        using var trainer = models.Trainer(new WaeTrainerOptions { EmaDecay = 0.9, Lambda = new RatioLambda(1, interval: 2) });
        using var plain = others.Trainer(new WaeTrainerOptions { EmaDecay = 0.9, Lambda = new RatioLambda(1, interval: 2) });
        trainer.Fit(models.Batches(), 1);
        plain.Fit(others.Batches(), 1);
        var curve = trainer.TestLearningRates(models.Batches(), 1e-5, 10, 60);

        Assert.InRange(curve.Suggestion, 1e-4, 3);
        Assert.InRange(curve.Points.Count, 20, 60);
        trainer.Fit(models.Batches(), 3);
        plain.Fit(others.Batches(), 3);
        Assert.Equal(others.Weights(), models.Weights());
        Assert.Equal(plain.Lambda, trainer.Lambda);
    }

    [Fact]
    public void Learning_rates_that_cannot_be_tested_are_named()
    {
        using var models = new TestModels();
        using var trainer = models.Trainer();
        Assert.Throws<ArgumentOutOfRangeException>("minimum", () => trainer.TestLearningRates(models.Batches(), 0));
        Assert.Throws<ArgumentOutOfRangeException>("maximum", () => trainer.TestLearningRates(models.Batches(), 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("steps", () => trainer.TestLearningRates(models.Batches(), steps: 1));
    }
}
