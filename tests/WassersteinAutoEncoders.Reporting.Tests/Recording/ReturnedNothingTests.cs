using TorchSharp;
using WassersteinAutoEncoders.Priors;

namespace WassersteinAutoEncoders.Reporting.Tests.Recording;

/// <summary>A model or a function of the caller's own that returns nothing is named, and is not met as a null reference further on.</summary>
public class ReturnedNothingTests
{
    [Theory]
    [InlineData(false, false, "encoder")]
    [InlineData(true, false, "decoder")]
    [InlineData(true, true, "output function")]
    public void It_is_an_argument_error(bool encodes, bool decodes, string expected)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        var images = new ImageProbe(torch.rand(4, 1, 2, 2), new ImageShape(1, 2, 2), PixelRange.Unit) { Output = decodes ? _ => null! : null };
        var recorder = new ReportRecorder(folder.File("report.html"), new ReportProbe(new GaussianPrior(2)) { Images = images });
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => recorder.Start(1, new Model(encodes, decodes))).Message, StringComparison.Ordinal);
    }

    private sealed class Model(bool encodes, bool decodes) : ILatentModel
    {
        public torch.Tensor Encode(torch.Tensor x) => encodes ? torch.zeros(x.shape[0], 2) : null!;

        public torch.Tensor Decode(torch.Tensor z) => decodes ? torch.zeros(z.shape[0], 4) : null!;
    }
}
