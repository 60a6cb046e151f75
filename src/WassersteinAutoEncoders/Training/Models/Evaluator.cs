using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Steps;

namespace WassersteinAutoEncoders.Training.Models;

/// <summary>Evaluates batches that are not trained on; sums stay on the device until the end.</summary>
/// <remarks>A batch too small for the divergence counts in everything but the penalty, whose mean is over the examples of the others.</remarks>
internal static class Evaluator
{
    public static WaeEvaluation Run(
        WaeModel model, LatentObjective latent, IReconstructionCost cost, IEnumerable<Batch> batches, double lambda, torch.Generator generator, Action<long> leftOut)
    {
        var (dimension, kind) = (model.Prior.Dimension, model.Kind());
        Guard.CheckAtLeast(dimension, 1);
        Guard.CheckAllocation("prior", sizeof(double), dimension);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var sums = torch.zeros(2, dtype: torch.ScalarType.Float64, device: kind.Device);
        var first = torch.zeros(dimension, dtype: torch.ScalarType.Float64, device: kind.Device);
        var second = torch.zeros(dimension, dtype: torch.ScalarType.Float64, device: kind.Device);
        var (count, judged) = (0L, 0L);
        using var reader = new BatchReader(batches);
        while (reader.Next() is { } batch)
        {
            using var step = torch.NewDisposeScope();
            StepChecks.Batch(batch.Input, kind);
            var codes = model.Codes(batch);
            var reconstruction = ModuleCalls.Cost(cost, batch.Input, model.Decoded(codes, batch.Labels));
            var n = codes.shape[0];
            sums[0].Add(reconstruction.to(torch.ScalarType.Float64), n);
            if (n >= latent.MinimumSampleSize)
            {
                using var samples = new PriorSamples(model.Prior, n, generator, codes.device, codes.dtype) { Labels = batch.Labels };
                sums[1].Add(latent.Penalty(codes, samples).to(torch.ScalarType.Float64), n);
                judged += n;
            }
            else
            {
                leftOut(n);
            }

            // sum(0) would be the sum of everything: the literal 0 converts to the element type of an overload.
            var wide = codes.to(torch.ScalarType.Float64);
            first.Accumulate(wide.sum(dim: 0));
            second.Accumulate((wide * wide).sum(dim: 0));
            count += n;
        }

        if (count == 0)
        {
            throw new ArgumentException("There is no batch to evaluate. Pass at least one batch of shape [n, …].", nameof(batches));
        }

        if (judged == 0)
        {
            throw new ArgumentException($"Expected a batch of at least {latent.MinimumSampleSize} examples, which the divergence needs, but all are smaller. Evaluate in larger batches.", nameof(batches));
        }

        var mean = first.Over(count);
        var deviation = (second.Over(count) - mean * mean).AtLeast(0).sqrt();
        var terms = Values(sums);
        var (reconstructed, penalized) = (terms[0] / count, terms[1] / judged);
        return new WaeEvaluation(reconstructed, penalized, reconstructed + lambda * penalized, Values(mean), Values(deviation), count);
    }

    private static double[] Values(torch.Tensor vector) => TensorSpan.ToArray<double>(vector);
}
