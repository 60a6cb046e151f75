using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Devices;

/// <summary>A trainer with networks of one seed on a device.</summary>
internal sealed class Trained : IDisposable
{
    /// <summary>Of a code.</summary>
    public const int Dimension = 3;

    private const int Width = 12;
    private readonly Module<Tensor, Tensor> _encoder;
    private readonly Module<Tensor, Tensor> _decoder;
    private readonly Module<Tensor, Tensor>? _critic;

    public Trained(Device device, WaeTrainerOptions options, bool withCritic = false, ulong seed = 1)
    {
        using var generator = new Generator(seed);
        using var ofData = new Generator(11);
        Data = randn([40, Width], generator: ofData).to(device);
        _encoder = Made(Sequential(Linear(Width, 16), ReLU(), Linear(16, Dimension)), generator, device);
        _decoder = Made(Sequential(Linear(Dimension, 16), ReLU(), Linear(16, Width)), generator, device);
        _critic = withCritic ? Made(Sequential(Linear(Dimension, 16), ReLU(), Linear(16, 1)), generator, device) : null;
        Trainer = new WaeTrainer(_encoder, _decoder, new GaussianPrior(Dimension), _critic is null ? new MmdDivergence() : new AdversarialDivergence(_critic), options with { Cost = ReconstructionCosts.OfficialSquared });
    }

    public Tensor Data { get; }

    public WaeTrainer Trainer { get; }

    public Tensor Step(int index)
    {
        var result = Trainer.Step(Data.narrow(0, index % 3 * 10, 10));
        var values = tensor([result.Total, result.Reconstruction, result.Penalty]);
        return values;
    }

    public Tensor Weights() => cat([.. _encoder.parameters().Concat(_decoder.parameters()).Select(p => p.detach().cpu().to(ScalarType.Float64).reshape(-1))], 0);

    public void Dispose()
    {
        Trainer.Dispose();
        _encoder.Dispose();
        _decoder.Dispose();
        _critic?.Dispose();
        Data.Dispose();
    }

    private static Module<Tensor, Tensor> Made(Module<Tensor, Tensor> module, Generator generator, Device device)
    {
        using var noGradient = no_grad();
        foreach (var parameter in module.parameters())
        {
            parameter.copy_(randn(parameter.shape, generator: generator).mul(0.3));
        }

        return module.to(device);
    }
}
