using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Running;

/// <summary>What a trained auto-encoder does on pictures it has never seen.</summary>
/// <param name="Reconstruction">The reconstruction cost an image.</param>
/// <param name="Mmd">The authors' MMD with the IMQ kernel between 1,000 codes and 1,000 prior samples, mean over blocks of 1,000, each spread over the set.</param>
/// <param name="Mean">The mean of all coordinates of all codes.</param>
/// <param name="Deviation">The standard deviation of all coordinates of all codes.</param>
/// <param name="LatentMean">The mean of each latent dimension.</param>
/// <param name="LatentDeviation">The standard deviation of each latent dimension.</param>
/// <param name="Count">Pictures.</param>
internal sealed record TestFigures(
    double Reconstruction, double Mmd, double Mean, double Deviation, IReadOnlyList<double> LatentMean, IReadOnlyList<double> LatentDeviation, long Count)
{
    private const long Block = 1000;

    /// <summary>Measures on test pictures <c>[n, …]</c>.</summary>
    public static TestFigures Measure(WaeTrainer trainer, Tensor pictures, long seed)
    {
        using var scope = NewDisposeScope();
        var evaluation = trainer.Evaluate(new TensorBatcher(pictures, Block, shuffle: false));
        var codes = Encode(trainer, pictures).cpu();
        using var generator = new Generator((ulong)seed + 1, CPU);
        var divergence = new MmdDivergence(ImqKernel.ForPrior(trainer.Model.Prior), MmdEstimator.Unbiased);
        var blocks = new List<double>();
        var count = Math.Max(1, codes.shape[0] / Block);
        for (long block = 0; block < count && codes.shape[0] > 1; block++)
        {
            using var inner = NewDisposeScope();
            var some = codes.index_select(0, HeldScalars.Range(block, codes.shape[0], count));
            blocks.Add(Scalars.Read(divergence.Evaluate(some, trainer.Model.Prior.Sample(some.shape[0], generator))));
        }

        return new(
            evaluation.Reconstruction, blocks.DefaultIfEmpty(double.NaN).Average(), Scalars.Read(codes.mean()), Scalars.Read((codes - codes.mean()).Squared().mean().sqrt()),
            evaluation.LatentMean, evaluation.LatentStandardDeviation, evaluation.Count);
    }

    /// <summary>The codes of pictures, block by block.</summary>
    public static Tensor Encode(WaeTrainer trainer, Tensor pictures)
    {
        using var scope = NewDisposeScope();
        var codes = new List<Tensor>();
        for (long start = 0; start < pictures.shape[0]; start += Block)
        {
            using var inner = NewDisposeScope();
            codes.Add(trainer.Model.Encode(pictures.narrow(0, start, Math.Min(Block, pictures.shape[0] - start))).MoveToOuterDisposeScope());
        }

        return cat(codes, 0).MoveToOuterDisposeScope();
    }
}
