using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training;

/// <summary>Evaluates held-out batches; sums stay on the device until the end.</summary>
/// <remarks>A batch too small for the divergence counts in everything but the penalty, whose mean is over the examples of the others.</remarks>
internal static class Evaluator
{
    public static WaeEvaluation Run(
        Module<torch.Tensor, torch.Tensor> encoder, Module<torch.Tensor, torch.Tensor> decoder, IPrior prior, ILatentDivergence divergence,
        IReconstructionCost cost, ParameterSet parameters, IEnumerable<torch.Tensor> batches, double lambda, torch.Generator generator, Func<long, bool> suffices)
    {
        Guard.CheckAtLeast(prior.Dimension, 1);
        Guard.CheckAllocation(nameof(prior), sizeof(double), prior.Dimension);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var device = parameters.Device;
        var sums = torch.zeros(2, dtype: torch.ScalarType.Float64, device: device);
        var first = torch.zeros(prior.Dimension, dtype: torch.ScalarType.Float64, device: device);
        var second = torch.zeros(prior.Dimension, dtype: torch.ScalarType.Float64, device: device);
        var (count, judged) = (0L, 0L);
        using var reader = new BatchReader(batches);
        while (reader.Next() is { } batch)
        {
            using var step = torch.NewDisposeScope();
            StepChecks.Batch(batch, parameters);
            var codes = ModuleCalls.Encode(encoder, batch, prior.Dimension);
            var reconstruction = ModuleCalls.Cost(cost, batch, ModuleCalls.Decode(decoder, codes));
            var n = codes.shape[0];
            sums[0].add_(reconstruction.to(torch.ScalarType.Float64), alpha: n);
            if (suffices(n))
            {
                sums[1].add_(Penalty(codes).to(torch.ScalarType.Float64), alpha: n);
                judged += n;
            }

            // sum(0) would be the sum of everything: the literal 0 converts to the element type of an overload.
            var wide = codes.to(torch.ScalarType.Float64);
            first.add_(wide.sum(dim: 0));
            second.add_((wide * wide).sum(dim: 0));
            count += n;
        }

        if (count == 0)
        {
            throw new ArgumentException("There is no batch to evaluate. Pass at least one batch of shape [n, …].", nameof(batches));
        }

        if (judged == 0)
        {
            throw new ArgumentException($"Expected a batch of at least {CompositeDivergences.MinimumSampleSize(divergence)} examples, which the divergence needs, but all are smaller. Evaluate in larger batches.", nameof(batches));
        }

        var mean = first / count;
        var deviation = (second / count - mean * mean).clamp(min: 0).sqrt();
        var terms = Values(sums);
        var (reconstructed, penalized) = (terms[0] / count, terms[1] / judged);
        return new WaeEvaluation(reconstructed, penalized, reconstructed + lambda * penalized, Values(mean), Values(deviation), count);

        torch.Tensor Penalty(torch.Tensor codes)
        {
            using var samples = new PriorSamples(prior, codes.shape[0], generator, codes.device, codes.dtype);
            return ModuleCalls.Penalty(divergence, codes, () => divergence.Evaluate(codes, samples));
        }
    }

    private static double[] Values(torch.Tensor vector) => vector.cpu().data<double>().ToArray();
}
