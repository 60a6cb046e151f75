using TorchSharp.Modules;
using WassersteinAutoEncoders.Reporting;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Networks;

/// <summary>Pictures to codes through three hidden layers with ReLU: 784-200-200-200-z on MNIST.</summary>
internal sealed class MlpEncoder : Module<Tensor, Tensor>
{
    private readonly long _pixels;
    private readonly Sequential layers;

    /// <summary>Builds the network with PyTorch's default initialisation, from the global generator.</summary>
    /// <param name="shape">What it is built for.</param>
    /// <param name="width">Units of a hidden layer, ≥ 1.</param>
    /// <param name="outputs">Numbers a code, where they are more than the latent dimension (mean and variance).</param>
    public MlpEncoder(NetworkShape shape, long width, long? outputs = null)
        : base(nameof(MlpEncoder))
    {
        _pixels = shape.Pixels;
        layers = Sequential(
            Linear(_pixels, width), ReLU(),
            Linear(width, width), ReLU(),
            Linear(width, width), ReLU(),
            Linear(width, outputs ?? shape.LatentDimension));
        RegisterComponents();
    }

    /// <summary><c>[n, channels, height, width]</c> → <c>[n, d]</c>.</summary>
    public override Tensor forward(Tensor input)
    {
        using var flat = input.reshape(-1, _pixels);
        return layers.call(flat);
    }
}

/// <summary>Codes to pictures through three hidden layers with ReLU: z-200-200-200-784 on MNIST, closed by a sigmoid (or tanh for pixels in [−1, 1]).</summary>
internal sealed class MlpDecoder : Module<Tensor, Tensor>
{
    private readonly NetworkShape _shape;
    private readonly Sequential layers;

    /// <summary>Builds the network with PyTorch's default initialisation, from the global generator.</summary>
    /// <param name="shape">What it is built for.</param>
    /// <param name="width">Units of a hidden layer, ≥ 1.</param>
    public MlpDecoder(NetworkShape shape, long width)
        : base(nameof(MlpDecoder))
    {
        _shape = shape;
        layers = Sequential(
            Linear(shape.LatentDimension, width), ReLU(),
            Linear(width, width), ReLU(),
            Linear(width, width), ReLU(),
            Linear(width, shape.Pixels),
            shape.Range == PixelRange.Unit ? Sigmoid() : Tanh());
        RegisterComponents();
    }

    /// <summary><c>[n, d]</c> → <c>[n, channels, height, width]</c>.</summary>
    public override Tensor forward(Tensor input)
    {
        using var flat = layers.call(input);
        return flat.reshape(-1, _shape.Channels, _shape.Height, _shape.Width);
    }
}

/// <summary>What a pair of networks is built for.</summary>
/// <param name="Channels">Channels of a picture, ≥ 1.</param>
/// <param name="Height">Rows of a picture.</param>
/// <param name="Width">Columns of a picture.</param>
/// <param name="LatentDimension">Dimension d of the codes, ≥ 1.</param>
/// <param name="Range">The range of the pixels, which decides what closes the decoder.</param>
internal sealed record NetworkShape(long Channels, long Height, long Width, long LatentDimension, PixelRange Range)
{
    /// <summary>Numbers in a picture.</summary>
    public long Pixels => Channels * Height * Width;
}
