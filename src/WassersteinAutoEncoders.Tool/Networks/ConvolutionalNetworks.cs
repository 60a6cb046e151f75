using TorchSharp.Modules;
using WassersteinAutoEncoders.Reporting;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Networks;

/// <summary>
/// Pictures to codes through four 4×4 convolutions of stride 2 that double the channels, with batch normalisation and
/// ReLU, and a linear layer: the encoder of the authors' code and of the review (28 → 14 → 7 → 3 → 1).
/// </summary>
internal sealed class DcganEncoder : Module<Tensor, Tensor>
{
    private const int Layers = 4;
    private readonly Sequential convolutions;
    private readonly Linear codes;

    /// <summary>Builds the network with PyTorch's default initialisation, from the global generator.</summary>
    /// <param name="shape">What it is built for; sides of at least 16.</param>
    /// <param name="width">Channels of the first layer, ≥ 1; the last has eight times as many.</param>
    /// <param name="outputs">Numbers a code, where they are more than the latent dimension (mean and variance).</param>
    public DcganEncoder(NetworkShape shape, long width, long? outputs = null)
        : base(nameof(DcganEncoder))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Math.Min(shape.Height, shape.Width), 16, nameof(shape));
        var modules = new List<(string, Module<Tensor, Tensor>)>();
        var (channels, height, columns) = (shape.Channels, shape.Height, shape.Width);
        for (var layer = 0; layer < Layers; layer++)
        {
            var next = width << layer;
            modules.Add(($"convolution{layer}", Conv2d(channels, next, 4, stride: 2, padding: 1, bias: layer == 0)));
            if (layer > 0)
            {
                modules.Add(($"normalisation{layer}", BatchNorm2d(next)));
            }

            modules.Add(($"activation{layer}", ReLU()));
            (channels, height, columns) = (next, height / 2, columns / 2);
        }

        convolutions = Sequential(modules);
        codes = Linear(channels * height * columns, outputs ?? shape.LatentDimension);
        RegisterComponents();
    }

    /// <summary><c>[n, channels, height, width]</c> → <c>[n, d]</c>.</summary>
    public override Tensor forward(Tensor input)
    {
        using var maps = convolutions.call(input);
        using var flat = maps.flatten(1);
        return codes.call(flat);
    }
}

/// <summary>
/// Codes to pictures as in the authors' code: a linear layer to a quarter of the picture's side, two 4×4 transposed
/// convolutions of stride 2 that halve the channels, with batch normalisation and ReLU, and a closing convolution.
/// </summary>
/// <remarks>The closing convolution is 3×3: the authors' 4×4 with stride 1 cannot be centred on a pixel.</remarks>
internal sealed class DcganDecoder : Module<Tensor, Tensor>
{
    private readonly (long Channels, long Height, long Width) _start;
    private readonly Sequential projection;
    private readonly Sequential convolutions;

    /// <summary>Builds the network with PyTorch's default initialisation, from the global generator.</summary>
    /// <param name="shape">What it is built for; sides that 4 divides.</param>
    /// <param name="width">It goes from eight times that many channels over four times to twice that many.</param>
    public DcganDecoder(NetworkShape shape, long width)
        : base(nameof(DcganDecoder))
    {
        if (shape.Height % 4 != 0 || shape.Width % 4 != 0)
        {
            throw new ArgumentException($"The sides must be multiples of 4, they are {shape.Height} and {shape.Width}.", nameof(shape));
        }

        _start = (8 * width, shape.Height / 4, shape.Width / 4);
        projection = Sequential(Linear(shape.LatentDimension, _start.Channels * _start.Height * _start.Width), ReLU());
        convolutions = Sequential(
            ConvTranspose2d(8 * width, 4 * width, 4, stride: 2, padding: 1, bias: false), BatchNorm2d(4 * width), ReLU(),
            ConvTranspose2d(4 * width, 2 * width, 4, stride: 2, padding: 1, bias: false), BatchNorm2d(2 * width), ReLU(),
            Conv2d(2 * width, shape.Channels, 3, padding: 1),
            shape.Range == PixelRange.Unit ? Sigmoid() : Tanh());
        RegisterComponents();
    }

    /// <summary><c>[n, d]</c> → <c>[n, channels, height, width]</c>.</summary>
    public override Tensor forward(Tensor input)
    {
        using var flat = projection.call(input);
        using var maps = flat.reshape(-1, _start.Channels, _start.Height, _start.Width);
        return convolutions.call(maps);
    }
}

/// <summary>
/// Codes to pictures as in the review: a linear layer to 7×7, two 4×4 transposed convolutions without stride
/// (7 → 10 → 13) and one with stride 2 (13 → 28), with batch normalisation and ReLU between.
/// </summary>
/// <remarks>The review closes with a sigmoid on pixels in [−1, 1] too, where it cannot reach half of them; here it is tanh there.</remarks>
internal sealed class ReviewDecoder : Module<Tensor, Tensor>
{
    private readonly (long Channels, long Height, long Width) _start;
    private readonly Sequential projection;
    private readonly Sequential convolutions;

    /// <summary>Builds the network with PyTorch's default initialisation, from the global generator.</summary>
    /// <param name="shape">What it is built for; even sides of at least 16.</param>
    /// <param name="width">The review's <c>dim_h</c>: it goes from eight times that many channels to twice that many.</param>
    public ReviewDecoder(NetworkShape shape, long width)
        : base(nameof(ReviewDecoder))
    {
        if (shape.Height % 2 != 0 || shape.Width % 2 != 0 || Math.Min(shape.Height, shape.Width) < 16)
        {
            throw new ArgumentException($"The sides must be even and at least 16, they are {shape.Height} and {shape.Width}.", nameof(shape));
        }

        _start = (8 * width, (shape.Height - 14) / 2, (shape.Width - 14) / 2);
        projection = Sequential(Linear(shape.LatentDimension, _start.Channels * _start.Height * _start.Width), ReLU());
        convolutions = Sequential(
            ConvTranspose2d(8 * width, 4 * width, 4), BatchNorm2d(4 * width), ReLU(),
            ConvTranspose2d(4 * width, 2 * width, 4), BatchNorm2d(2 * width), ReLU(),
            ConvTranspose2d(2 * width, shape.Channels, 4, stride: 2),
            shape.Range == PixelRange.Unit ? Sigmoid() : Tanh());
        RegisterComponents();
    }

    /// <summary><c>[n, d]</c> → <c>[n, channels, height, width]</c>.</summary>
    public override Tensor forward(Tensor input)
    {
        using var flat = projection.call(input);
        using var maps = flat.reshape(-1, _start.Channels, _start.Height, _start.Width);
        return convolutions.call(maps);
    }
}
