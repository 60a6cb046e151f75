using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>The adversarial divergence in its simplest form, with a generator of its own that blurs the samples.</summary>
internal sealed class ToyCriticDivergence : ITrainableDivergence, IStochasticModule, IDisposable
{
    private readonly Module<Tensor, Tensor> critic;

    public ToyCriticDivergence(long seed = 1)
    {
        Generator = new Generator((ulong)seed);
        critic = Sequential(("hidden", Linear(TestModels.Dimension, 8)), ("relu", ReLU()), ("logit", Linear(8, 1)));
        TestModels.Initialise(critic, Generator);
    }

    public nn.Module Critic => critic;

    public Generator Generator { get; }

    /// <summary>How often the encoder's penalty was asked for.</summary>
    public int Penalties { get; private set; }

    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        Penalties++;
        using var scope = NewDisposeScope();
        return functional.softplus(-critic.call(encoded)).mean().MoveToOuterDisposeScope();
    }

    public CriticLoss EvaluateCritic(Tensor encoded, PriorSamples prior)
    {
        using var scope = NewDisposeScope();
        var blurred = prior.Tensor + randn(prior.Tensor.shape, generator: Generator) * 0.01;
        var real = critic.call(blurred);
        var fake = critic.call(encoded);
        var loss = (functional.softplus(-real).mean() + functional.softplus(fake).mean()).MoveToOuterDisposeScope();
        var gap = (real.mean() - fake.mean()).detach().MoveToOuterDisposeScope();
        return new CriticLoss(loss, [("critic/gap", gap)]);
    }

    public float[] Weights() => [.. critic.parameters().SelectMany(p => p.data<float>().ToArray())];

    public void Dispose()
    {
        critic.Dispose();
        Generator.Dispose();
    }
}
