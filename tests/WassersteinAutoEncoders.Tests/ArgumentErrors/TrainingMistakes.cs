using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using WassersteinAutoEncoders.Training.Optimizers;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.ArgumentErrors;

internal static class TrainingMistakes
{
    public static IEnumerable<WrongUse> Rows =>
    [
        new(typeof(TensorBatcher), "no batch size", () => _ = new TensorBatcher(zeros([4, 2]), 0), "at least 1", "0"),
        new(typeof(TensorBatcher), "no examples", () => _ = new TensorBatcher(zeros([0, 2]), 2), "N ≥ 1", "[0, 2]"),
        new(typeof(TensorBatcher), "nothing left", () => _ = new TensorBatcher(zeros([4, 2]), 5, dropLast: true), "one batch of 5", "4 examples"),
        new(typeof(DatasetBatcher), "no examples", () => _ = new DatasetBatcher(new Training.RowDataset(zeros([0, 2])), 2), "at least 1", "0"),
        new(typeof(TensorBatcher), "labels of other examples", () => new TensorBatcher(zeros([4, 2]), 2).WithLabels(zeros([3])), "4 labels", "[3]"),
        new(typeof(Prefetch), "no capacity", () => _ = Prefetch.Of([zeros([4, 2])], 0), "at least 1", "0"),
        new(typeof(AdamFactory), "β₁ of 1", () => _ = OptimizerFactory.Adam(beta1: 1), "less than 1", "1"),
        new(typeof(AdamFactory), "ε of 0", () => _ = OptimizerFactory.Adam(epsilon: 0), "greater than 0", "0"),
        new(typeof(AdamWFactory), "negative weight decay", () => _ = OptimizerFactory.AdamW(weightDecay: -1), "at least 0", "-1"),
        new(typeof(TorchOptimizerFactory), "no function", () => _ = OptimizerFactory.Of(null!), "function", "null"),
        new(typeof(TruncatedGaussianNoise), "no deviation", () => _ = new TruncatedGaussianNoise(0), "greater than 0", "0"),
        new(typeof(CheckpointObserver), "a negative interval", () => _ = new CheckpointObserver("run", new() { EverySteps = -1 }), "at least 0", "-1"),
        new(typeof(CheckpointObserver), "none to be kept", () => _ = new CheckpointObserver("run", new() { Keep = 0 }), "at least 1", "0"),
        new(typeof(CheckpointObserver), "no such policy", () => _ = new CheckpointObserver("run", new() { OnFailure = (ErrorPolicy)5 }), "Continue, Stop", "5"),
        new(typeof(EarlyStoppingObserver), "no patience", () => _ = new EarlyStoppingObserver(new("loss/total"), 0), "at least 1", "0"),
        new(typeof(EarlyStoppingObserver), "a margin of NaN", () => _ = new EarlyStoppingObserver(new("loss/total"), margin: double.NaN), "finite", "NaN"),
        new(typeof(WaeTrainer), "no cost", () => Trainer(new() { Cost = null! }), "'Cost' must not be null", "null"),
        new(typeof(WaeTrainer), "a gradient norm of 0", () => Trainer(new() { MaximumGradientNorm = 0 }), "greater than 0", "0"),
        new(typeof(WaeTrainer), "a decay of 1", () => Trainer(new() { EmaDecay = 1 }), "less than 1", "1"),
        new(typeof(WaeTrainer), "no such precision", () => Trainer(new() { Precision = (ComputePrecision)7 }), "OfWeights, BFloat16", "7"),
        new(typeof(WaeTrainer), "no logging interval", () => Trainer(new()).Fit([zeros([4, 3])], 1, new FitOptions { LoggingInterval = 0 }), "at least 1", "0"),
        new(typeof(WaeTrainer), "no epochs", () => Trainer(new()).Fit([zeros([4, 3])], 0), "at least 1", "0"),
        new(typeof(WaeTrainer), "a batch of another width", () => Trainer(new()).Step(zeros([4, 5])), "encoder", "[4, 5]"),
    ];

    private static WaeTrainer Trainer(WaeTrainerOptions options)
    {
        var prior = new GaussianPrior(2);
        return new(nn.Linear(3, 2), nn.Linear(2, 3), prior, new MmdDivergence(ImqKernel.ForPrior(prior)), options with { Cost = options.Cost is null ? null! : new SquaredErrorCost() });
    }
}
