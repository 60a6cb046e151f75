using TorchSharp;
using WassersteinAutoEncoders.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Encoders;

public class NoisyEncodersTests
{
    [Fact]
    public void The_head_sees_features_and_noise_and_in_evaluation_zeros()
    {
        using var scope = NewDisposeScope();
        using var encoder = new ImplicitEncoder(Flatten(1), Flatten(1), 2, seed: 4);
        var input = Points.Normal(300, 3, 1);
        var codes = encoder.call(input);
        Assert.Equal([300L, 5L], codes.shape);
        Assert.True(codes.slice(1, 0, 3, 1).eq(input).all().ToBoolean());
        var noise = codes.slice(1, 3, 5, 1);
        Assert.Equal(1, noise.square().mean().ToDouble(), Tolerances.FailureSigmas * Math.Sqrt(2.0 / 600));
        encoder.eval();
        Assert.Equal(0, encoder.call(input).slice(1, 3, 5, 1).abs().max().ToDouble());
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        using var inner = Linear(3, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImplicitEncoder(inner, inner, 0));
    }
}
