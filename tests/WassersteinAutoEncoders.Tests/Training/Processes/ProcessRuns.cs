using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training.Processes;

/// <summary>Small training runs of one process and of several, and what to compare of them.</summary>
internal static class ProcessRuns
{
    private const int Dimension = TestModels.Dimension;

    public static readonly Dictionary<string, Func<ILatentDivergence>> Named = new()
    {
        ["MMD"] = () => new MmdDivergence(),
        ["MMD, biased, RBF"] = () => new MmdDivergence(new RbfKernel(1), MmdEstimator.Biased),
        ["MMD, paired"] = () => new MmdDivergence(MmdEstimator.UnbiasedPaired),
        ["MMD, linear time"] = () => new MmdDivergence(MmdEstimator.LinearTime),
        ["MMD, prior integrated out"] = () => new IntegratedMmdDivergence(new RbfKernel(1)),
        ["adversarial"] = () => new AdversarialDivergence(Critic()),
        ["sliced"] = () => new SlicedWassersteinDivergence(SliceDirections.Random(10, seed: 3)),
        ["sliced, prior integrated out"] = () => new IntegratedSlicedWassersteinDivergence(),
        ["sliced on the sphere"] = () => new SphericalSlicedWassersteinDivergence(SliceDirections.Random(7)),
        ["sliced energy"] = () => new SlicedEnergyDivergence(SliceDirections.Orthogonal(9)),
        ["sliced Epps–Pulley"] = () => new SlicedEppsPulleyDivergence(SliceDirections.Random(2)),
        ["max-sliced"] = () => new MaxSlicedWassersteinDivergence(SliceDirections.Random(3), steps: 3),
        ["Sinkhorn"] = () => new SinkhornDivergence(),
        ["Cramér–Wold"] = () => new CramerWoldDivergence(),
        ["Cramér–Wold, two samples"] = () => new TwoSampleCramerWoldDivergence(),
        ["Stein"] = () => new SteinDivergence(),
        ["Stein, unbiased"] = () => new SteinDivergence(unbiased: true),
        ["Bures"] = () => new BuresDivergence(),
        ["Bures, spectrum"] = () => new BuresSpectrumDivergence(),
        ["log"] = () => new CramerWoldDivergence().Log(),
        ["log of an unbiased estimate"] = () => new MmdDivergence().Log(),
        ["log of a sliced one"] = () => new SlicedWassersteinDivergence(SliceDirections.Random(10, seed: 3)).Log(),
        ["sum"] = () => new SumDivergence(new WeightedDivergence(new MmdDivergence(), 2), new AdversarialDivergence(Critic())),
    };

    public static T[] Together<T>(int size, Func<TurnGroup, T> body)
        => [.. TurnGroup.Run(size, body).Select(r => r.Error is null ? r.Result! : throw new InvalidOperationException(r.Error.ToString()))];

    /// <summary>The losses of each step, then the weights after the last.</summary>
    public static double[] Trained(TurnGroup? group, ILatentDivergence divergence, WaeTrainerOptions? options = null, int epochs = 17, int rows = 50, string? save = null, string? load = null)
    {
        using var models = new TestModels(dtype: ScalarType.Float64);
        using var trainer = new WaeTrainer(models.Encoder, models.Decoder, new GaussianPrior(Dimension), divergence, (options ?? new WaeTrainerOptions()) with { Processes = group });
        var losses = new Losses();
        List<ITrainingObserver> observers = [losses];
        if (save is not null)
        {
            observers.Add(new CheckpointObserver(save));
        }

        if (load is not null)
        {
            Assert.NotNull(CheckpointFolder.Resume(trainer, load));
        }

        using var data = models.Data.narrow(0, 0, rows);
        trainer.Fit(new TensorBatcher(data, 20, seed: 2, processes: group), epochs, new FitOptions { Observers = observers });
        return [.. losses.Values, .. Numbers(models), .. trainer.Model.Encode(models.Data).data<double>().ToArray()];
    }

    public static double[] Weights(double[] run) => run[^(50 * Dimension + 152)..];

    public static double[] Numbers(TestModels models)
        => [.. models.Encoder.parameters().Concat(models.Decoder.parameters()).SelectMany(p => p.data<double>().ToArray())];

    public static void Close(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= Tolerances.SeveralProcesses * Math.Max(1, Math.Abs(pair.First)), $"{pair.First:R} and {pair.Second:R}"));
    }

    public static Module<Tensor, Tensor> Critic()
    {
        using var generator = new Generator(7);
        var critic = Critics.Mlp(Dimension, units: 6, hiddenLayers: 2, dtype: ScalarType.Float64);
        TestModels.Initialise(critic, generator);
        return critic;
    }

    public sealed class Losses : ITrainingObserver
    {
        public List<double> Values { get; } = [];

        public void Observe(TrainingEvent trainingEvent)
        {
            if (trainingEvent is StepCompleted { Result: var result })
            {
                Values.AddRange([result.Total, result.Reconstruction, result.Penalty]);
            }
        }
    }
}
