using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training;

/// <summary>Evaluates held-out batches; sums stay on the device until the end.</summary>
internal static class Evaluator
{
    public static WaeEvaluation Run(
        Module<torch.Tensor, torch.Tensor> encoder, Module<torch.Tensor, torch.Tensor> decoder, IPrior prior, ILatentDivergence divergence,
        IReconstructionCost cost, ParameterSet parameters, IEnumerable<torch.Tensor> batches, double lambda, torch.Generator generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var device = parameters.Device;
        var sums = torch.zeros(2, dtype: torch.ScalarType.Float64, device: device);
        var first = torch.zeros(prior.Dimension, dtype: torch.ScalarType.Float64, device: device);
        var second = torch.zeros(prior.Dimension, dtype: torch.ScalarType.Float64, device: device);
        long count = 0;
        using var reader = new BatchReader(batches);
        while (reader.Next() is { } batch)
        {
            using var step = torch.NewDisposeScope();
            StepRunner.CheckBatch(batch, parameters);
            var codes = ModuleCalls.Encode(encoder, batch, prior.Dimension);
            var reconstruction = cost.Evaluate(batch, ModuleCalls.Decode(decoder, codes));
            using var samples = new PriorSamples(prior, codes.shape[0], generator, codes.device, codes.dtype);
            var penalty = divergence.Evaluate(codes, samples);
            var n = codes.shape[0];
            sums.add_(torch.stack([reconstruction, penalty]).to(torch.ScalarType.Float64), alpha: n);
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

        var mean = first / count;
        var deviation = (second / count - mean * mean).clamp(min: 0).sqrt();
        var terms = Values(sums / count);
        return new WaeEvaluation(terms[0], terms[1], terms[0] + lambda * terms[1], Values(mean), Values(deviation), count);
    }

    private static double[] Values(torch.Tensor vector) => vector.cpu().data<double>().ToArray();
}
