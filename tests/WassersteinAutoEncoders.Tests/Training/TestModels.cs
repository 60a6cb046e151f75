using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>Networks, data and divergences that are small enough for many steps.</summary>
internal sealed class TestModels : IDisposable
{
    public const int Width = 6;
    public const int Dimension = 2;

    public TestModels(long seed = 1, ScalarType dtype = ScalarType.Float32)
    {
        using var generator = new Generator((ulong)seed);
        Encoder = Sequential(("hidden", Linear(Width, 8, dtype: dtype)), ("relu", ReLU()), ("code", Linear(8, Dimension, dtype: dtype)));
        Decoder = Sequential(("hidden", Linear(Dimension, 8, dtype: dtype)), ("relu", ReLU()), ("output", Linear(8, Width, dtype: dtype)));
        Data = randn(50, Width, dtype: dtype, generator: generator);
        Initialise(Encoder, generator);
        Initialise(Decoder, generator);
    }

    /// <summary>Draws a module's weights from a generator: the global one is shared with tests that run beside.</summary>
    public static void Initialise(nn.Module module, Generator generator)
    {
        using var noGrad = no_grad();
        foreach (var parameter in module.parameters())
        {
            parameter.copy_(randn(parameter.shape, dtype: parameter.dtype, generator: generator) * 0.3);
        }
    }

    public Module<Tensor, Tensor> Encoder { get; }

    public Module<Tensor, Tensor> Decoder { get; }

    /// <summary><c>[50, Width]</c>.</summary>
    public Tensor Data { get; }

    public IEnumerable<Tensor> Batches(int size = 10) => Enumerable.Range(0, 50 / size).Select(i => Data.narrow(0, i * size, size));

    public WaeTrainer Trainer(WaeTrainerOptions? options = null, ILatentDivergence? divergence = null)
        => new(Encoder, Decoder, new NormalPrior(), divergence ?? new MomentDivergence(), options);

    /// <summary>Every number of both modules, in order.</summary>
    public float[] Weights() => [.. Encoder.parameters().Concat(Decoder.parameters()).SelectMany(p => p.to(ScalarType.Float32).data<float>().ToArray())];

    public void Dispose()
    {
        Encoder.Dispose();
        Decoder.Dispose();
        Data.Dispose();
    }

    /// <summary>N(0, I) without anything beyond the interface's two members.</summary>
    public sealed class NormalPrior : IPrior
    {
        public long Dimension => TestModels.Dimension;

        public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
            => randn(count, Dimension, dtype: dtype ?? ScalarType.Float32, generator: generator);
    }

    /// <summary>‖mean(q) − mean(p)‖², the simplest divergence that uses both arguments.</summary>
    public sealed class MomentDivergence : ILatentDivergence
    {
        public Tensor Evaluate(Tensor encoded, PriorSamples prior)
        {
            using var scope = NewDisposeScope();
            var difference = encoded.mean([0]) - prior.Tensor.mean([0]);
            return (difference * difference).sum().MoveToOuterDisposeScope();
        }
    }

    /// <summary>Always 0: leaves the reconstruction cost alone.</summary>
    public sealed class NoDivergence : ILatentDivergence
    {
        public Tensor Evaluate(Tensor encoded, PriorSamples prior) => encoded.sum() * 0;
    }
}
