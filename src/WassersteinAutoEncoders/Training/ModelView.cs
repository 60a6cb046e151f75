using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Training;

/// <summary>Looks at a model without changing its training: modes, weights and random states are restored.</summary>
internal sealed class ModelView(
    Module<torch.Tensor, torch.Tensor> encoder, Module<torch.Tensor, torch.Tensor> decoder, IPrior prior, ILatentDivergence divergence, StepRunner runner)
{
    public torch.Tensor Encode(torch.Tensor x) => Infer(x, nameof(x), batch => ModuleCalls.Encode(encoder, batch, prior.Dimension));

    public torch.Tensor Decode(torch.Tensor z)
    {
        Guard.CheckPoints(z, nameof(z), prior.Dimension);
        return Infer(z, nameof(z), codes => ModuleCalls.Decode(decoder, codes));
    }

    public torch.Tensor Reconstruct(torch.Tensor x) => Infer(x, nameof(x), batch => ModuleCalls.Decode(decoder, ModuleCalls.Encode(encoder, batch, prior.Dimension)));

    public torch.Tensor Sample(long count, torch.Generator generator)
    {
        Guard.CheckAllocation(nameof(count), sizeof(float), count, prior.Dimension);
        using var codes = ModuleCalls.Sample(prior, count, generator, runner.Parameters.Device, runner.Parameters.Dtype);
        return Decode(codes);
    }

    public WaeEvaluation Evaluate(IReconstructionCost cost, IEnumerable<torch.Tensor> batches, long seed)
    {
        using var restored = Look();
        using var generator = Generators.Create(seed, Generators.Evaluation);
        return Evaluator.Run(encoder, decoder, prior, divergence, cost, runner.Parameters, batches, runner.Lambda, generator, runner.Judges);
    }

    private torch.Tensor Infer(torch.Tensor input, string name, Func<torch.Tensor, torch.Tensor> compute)
    {
        ArgumentNullException.ThrowIfNull(input, name);
        StepChecks.Batch(input, runner.Parameters);
        using var noGrad = torch.no_grad();
        using var restored = Look();
        using var scope = torch.NewDisposeScope();
        // A copy: a module may return its input, a view of it or a tensor that it keeps.
        return compute(input).clone().MoveToOuterDisposeScope();
    }

    /// <summary>Evaluation mode and averaged weights, until disposed.</summary>
    private Restoration Look() => new(
        divergence is ITrainableDivergence trainable ? new EvaluationMode(encoder, decoder, trainable.Critic) : new EvaluationMode(encoder, decoder),
        runner.Average?.Use(),
        new GeneratorStates(StochasticParts.Of(encoder, decoder, divergence)));

    private sealed class Restoration(params IDisposable?[] parts) : IDisposable
    {
        public void Dispose()
        {
            foreach (var part in parts)
            {
                part?.Dispose();
            }
        }
    }
}
