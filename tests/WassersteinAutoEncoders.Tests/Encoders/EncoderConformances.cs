using TorchSharp;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Tests.Conformance;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Encoders;

public class GaussianEncoderConformance : EncoderConformance<GaussianEncoder>
{
    protected override IReadOnlyList<string> ParameterNames => ["moments.weight", "moments.bias"];

    protected override GaussianEncoder Create(ulong seed) => new(Linear(Inputs, 2 * LatentDimension), seed);
}

public class GaussianEncoderFromTwoConformance : EncoderConformance<GaussianEncoder>
{
    protected override IReadOnlyList<string> ParameterNames =>
        ["moments.mean.weight", "moments.mean.bias", "moments.log_variance.weight", "moments.log_variance.bias"];

    protected override GaussianEncoder Create(ulong seed)
        => GaussianEncoder.FromTwo(Linear(Inputs, LatentDimension), Linear(Inputs, LatentDimension), new torch.Generator(seed));
}

public class ImplicitEncoderConformance : EncoderConformance<ImplicitEncoder>
{
    protected override IReadOnlyList<string> ParameterNames => ["features.weight", "features.bias", "head.weight", "head.bias"];

    protected override ImplicitEncoder Create(ulong seed) => new(Linear(Inputs, 5), Linear(8, LatentDimension), 3, seed);
}
