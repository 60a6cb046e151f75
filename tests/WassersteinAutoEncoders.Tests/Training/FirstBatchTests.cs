using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>Data in another range than decoder and cost can reach.</summary>
public class FirstBatchTests
{
    public static TheoryData<string, double, double, string> Errors => new()
    {
        { "sigmoid", 0, 255, "[0, 1]" },
        { "sigmoid", -1, 1, "[0, 1]" },
        { "tanh", 0, 255, "[-1, 1]" },
        { "cross-entropy", -1, 1, "[0, 1]" },
        { "cross-entropy in a sum", 0, 255, "[0, 1]" },
        { "cross-entropy on logits", -1, 1, "[0, 1]" },
        { "cross-entropy without sigmoid", 0, 1, "Logits" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void What_cannot_be_right_is_an_error(string kind, double low, double high, string says)
    {
        using var models = new TestModels();
        using var trainer = Trainer(models, kind, new WarningLog());
        using var scope = NewDisposeScope();
        var batch = Uniform(low, high);

        Assert.Contains(says, Assert.Throws<ArgumentException>(() => trainer.Step(batch)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => trainer.Fit([batch], 1));
        Assert.Equal(0, trainer.StepCount);
    }

    [Theory]
    [InlineData("sigmoid", 0.0, 1.2, 1)]
    [InlineData("linear", 0.0, 255.0, 1)]
    [InlineData("linear", -2.0, 3.0, 0)]
    [InlineData("sigmoid", 0.0, 1.0, 0)]
    [InlineData("tanh", -1.0, 1.0, 0)]
    [InlineData("cross-entropy", 0.0, 1.0, 0)]
    public void What_is_doubtful_is_a_warning_once(string kind, double low, double high, int warnings)
    {
        using var models = new TestModels();
        var log = new WarningLog();
        using var trainer = Trainer(models, kind, log);
        using var scope = NewDisposeScope();
        var batch = Uniform(low, high);
        trainer.Step(batch);
        trainer.Step(batch);

        Assert.Equal(warnings, log.Warnings.Count);
    }

    private static Tensor Uniform(double low, double high)
    {
        using var generator = new Generator(1);
        var batch = rand(50, TestModels.Width, generator: generator) * (high - low) + low;
        batch[0, 0] = low;
        batch[0, 1] = high;
        return batch;
    }

    private static WaeTrainer Trainer(TestModels models, string kind, WarningLog log)
    {
        var ended = kind switch
        {
            "sigmoid" or "cross-entropy" or "cross-entropy in a sum" => Sequential(models.Decoder, Sigmoid()),
            "tanh" => Sequential(models.Decoder, Sequential(Tanh())),
            _ => models.Decoder,
        };
        IReconstructionCost cost = kind switch
        {
            "cross-entropy" or "cross-entropy without sigmoid" => new BinaryCrossEntropyCost(),
            "cross-entropy on logits" => new BinaryCrossEntropyCost(CrossEntropyInput.Logits),
            "cross-entropy in a sum" => new SumCost(new SquaredErrorCost(), new WeightedCost(new BinaryCrossEntropyCost(), 2)),
            _ => new SquaredErrorCost(),
        };
        return new WaeTrainer(models.Encoder, ended, new TestModels.NormalPrior(), new TestModels.MomentDivergence(), new WaeTrainerOptions { Cost = cost }, log);
    }
}
