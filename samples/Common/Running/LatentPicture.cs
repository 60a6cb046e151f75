using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Reporting.Imaging;
using WassersteinAutoEncoders.Reporting.Model;
using WassersteinAutoEncoders.Reporting.Plots;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Samples.Running;

/// <summary>Codes of test pictures by class over the prior.</summary>
internal static class LatentPicture
{
    private const int PriorSamples = 50_000;

    /// <summary>Draws codes <c>[n, d]</c>, along the two directions of largest variance where d &gt; 2.</summary>
    public static RasterImage Draw(Tensor codes, IReadOnlyList<byte> labels, IReadOnlyList<string> classes, IPrior prior)
    {
        using var generator = new Generator(5, CPU);
        using var samples = prior.Sample(PriorSamples, generator);
        return LatentPlot.DrawPrincipal(LatentCodes.From(codes), new LatentPlotOptions
        {
            Prior = LatentCodes.From(samples),
            Labels = [.. labels.Select(label => (int)label)],
            ClassNames = classes,
            Size = 640,
        });
    }
}
