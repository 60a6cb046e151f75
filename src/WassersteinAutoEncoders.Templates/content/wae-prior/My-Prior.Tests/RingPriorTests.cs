using TorchSharp;
using WassersteinAutoEncoders.Testing;

/// <summary>A prior that breaks a law trains without an error, to a wrong result.</summary>
public class RingPriorTests
{
    // YOURS: the same line for your own prior. The laws: shapes, element types and devices, the same seed gives the same samples,
    // the samples of a call are independent, and what the prior states about itself is true of them.
    [Fact]
    public void The_prior_keeps_the_laws() => PriorLaws.Check(new RingPrior()).ThrowIfViolated();

    [Fact]
    public void Without_blur_every_sample_lies_on_the_ring()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(1);

        var radii = new RingPrior(radius: 2, blur: 0).Sample(1_000, generator).norm(1, keepdim: false, p: 2);

        Assert.Equal(2, radii.min().ToDouble(), tolerance: 1e-5);
        Assert.Equal(2, radii.max().ToDouble(), tolerance: 1e-5);
    }
}
