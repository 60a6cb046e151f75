using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Reporting;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Samples.Running;

/// <summary>Codes of test pictures by class over the prior.</summary>
internal static class LatentPicture
{
    /// <summary>Draws codes <c>[n, d]</c>, along the two directions of largest variance where d &gt; 2.</summary>
    public static Figure Draw(Tensor codes, IReadOnlyList<byte> labels, IReadOnlyList<string> classes, IPrior prior)
        => Figure.Codes(codes, prior, [.. labels.Select(label => (int)label)], classes);
}
