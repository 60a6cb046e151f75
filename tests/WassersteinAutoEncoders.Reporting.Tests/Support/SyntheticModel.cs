using TorchSharp;

namespace WassersteinAutoEncoders.Reporting.Tests.Support;

/// <summary>A model whose codes and pictures are known: the code of an image is its first pixels, scaled, and a code decodes to an image of its own mean, scaled again.</summary>
internal sealed class SyntheticModel(int dimension, int channels, int side) : ILatentModel
{
    /// <summary>Codes are multiplied by it.</summary>
    public double Scale { get; set; } = 1;

    public torch.Tensor Encode(torch.Tensor x) => x.reshape(x.shape[0], -1).narrow(1, 0, dimension) * Scale;

    public torch.Tensor Decode(torch.Tensor z)
        => torch.sigmoid(z.mean([1], keepdim: true) * Scale).expand(z.shape[0], channels * side * side).reshape(z.shape[0], channels, side, side);
}
