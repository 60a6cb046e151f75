using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training.Observers;

/// <summary>A trainer of linear maps over 40 examples of 4 numbers, 5 steps an epoch.</summary>
internal sealed class SmallRun : IDisposable
{
    public const int StepsPerEpoch = 5;

    private readonly FitOptions? _fit;

    public SmallRun(WaeTrainerOptions? options = null, FitOptions? fit = null)
    {
        _fit = fit;
        using var generator = new torch.Generator(3);
        Data = torch.randn(40, 4, generator: generator).DetachFromDisposeScope();
        // Equal weights in every instance, whatever other tests draw.
        foreach (var parameter in Encoder.parameters().Concat(Decoder.parameters()))
        {
            using var frozen = torch.no_grad();
            using var values = torch.randn(parameter.shape, generator: generator);
            parameter.copy_(values);
        }
        Trainer = new WaeTrainer(Encoder, Decoder, new GaussianPrior(2), new MmdDivergence(new RbfKernel(1)), options);
    }

    public torch.Tensor Data { get; }

    public Module<torch.Tensor, torch.Tensor> Encoder { get; } = Linear(4, 2);

    public Module<torch.Tensor, torch.Tensor> Decoder { get; } = Linear(2, 4);

    public WaeTrainer Trainer { get; }

    public WaeRun Fit(int epochs) => Trainer.Fit(new TensorBatcher(Data, 40 / StepsPerEpoch, seed: 1), epochs, _fit);

    /// <summary>All weights, byte for byte.</summary>
    public byte[] Weights() => [.. Encoder.parameters().Concat(Decoder.parameters()).SelectMany(p => p.bytes.ToArray())];

    public void Dispose()
    {
        Trainer.Dispose();
        Encoder.Dispose();
        Decoder.Dispose();
        Data.Dispose();
    }
}
