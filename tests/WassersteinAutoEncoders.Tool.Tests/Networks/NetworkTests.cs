using TorchSharp;
using WassersteinAutoEncoders.Reporting;
using WassersteinAutoEncoders.Tool.Networks;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Tests.Networks;

public class NetworkTests
{
    public static TheoryData<string, long, long, PixelRange> Networks => new()
    {
        { "mlp", 1, 28, PixelRange.Unit },
        { "mlp", 3, 32, PixelRange.Symmetric },
        { "dcgan", 1, 28, PixelRange.Unit },
        { "dcgan", 3, 32, PixelRange.Symmetric },
        { "review", 1, 28, PixelRange.Unit },
        { "review", 3, 28, PixelRange.Symmetric },
        { "review", 3, 32, PixelRange.Unit },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Pictures_become_codes_and_pictures_again(string kind, long channels, long side, PixelRange range)
    {
        using var scope = NewDisposeScope();
        var shape = new NetworkShape(channels, side, side, 5, range);
        var (encoder, decoder) = Build(kind, shape);
        var codes = encoder.call(rand(3, channels, side, side));
        Assert.Equal([3, 5], codes.shape);
        var pictures = decoder.call(codes);
        Assert.Equal([3, channels, side, side], pictures.shape);
        Assert.InRange(pictures.min().ToDouble(), range == PixelRange.Unit ? 0 : -1, 1);
        Assert.InRange(pictures.max().ToDouble(), range == PixelRange.Unit ? 0 : -1, 1);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_parameter_gets_a_gradient(string kind, long channels, long side, PixelRange range)
    {
        using var scope = NewDisposeScope();
        var (encoder, decoder) = Build(kind, new NetworkShape(channels, side, side, 5, range));
        decoder.call(encoder.call(rand(4, channels, side, side))).square().sum().backward();
        foreach (var parameter in encoder.parameters().Concat(decoder.parameters()))
        {
            Assert.NotNull(parameter.grad);
        }
    }

    [Fact]
    public void One_picture_keeps_its_batch_dimension()
    {
        using var scope = NewDisposeScope();
        var (encoder, decoder) = Build("review", new NetworkShape(1, 28, 28, 5, PixelRange.Unit));
        encoder.eval();
        decoder.eval();
        Assert.Equal([1, 1, 28, 28], decoder.call(encoder.call(rand(1, 1, 28, 28))).shape);
    }

    [Fact]
    public void Sides_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DcganEncoder(new NetworkShape(1, 8, 8, 2, PixelRange.Unit), 2));
        Assert.Throws<ArgumentException>(() => new DcganDecoder(new NetworkShape(1, 30, 30, 2, PixelRange.Unit), 2));
        Assert.Throws<ArgumentException>(() => new ReviewDecoder(new NetworkShape(1, 27, 27, 2, PixelRange.Unit), 2));
    }

    private static (nn.Module<Tensor, Tensor> Encoder, nn.Module<Tensor, Tensor> Decoder) Build(string kind, NetworkShape shape) => kind switch
    {
        "mlp" => (new MlpEncoder(shape, 16), new MlpDecoder(shape, 16)),
        "dcgan" => (new DcganEncoder(shape, 4), new DcganDecoder(shape, 4)),
        _ => (new DcganEncoder(shape, 4), new ReviewDecoder(shape, 4)),
    };
}
