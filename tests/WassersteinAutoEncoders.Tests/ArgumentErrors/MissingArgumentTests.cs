using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.ArgumentErrors;

/// <summary>What a caller leaves out is missed at once, by its name, and not when a batch comes.</summary>
public class MissingArgumentTests
{
    [Fact]
    public void Kernels_name_what_is_missing()
    {
        Assert.Throws<ArgumentNullException>("prior", () => ImqKernel.ForPrior(null!));
        Assert.Throws<ArgumentNullException>("prior", () => RbfKernel.ForPrior(null!));
        Assert.Throws<ArgumentNullException>("prior", () => new ImqKernel(1).MeanOver(null!));
        Assert.Throws<ArgumentNullException>("prior", () => new RbfKernel(1).MeanOver(null!));
        Assert.Throws<ArgumentNullException>("terms", () => new SumKernel(null!));
        Assert.Throws<ArgumentNullException>("terms", () => new RadialSumKernel(null!));
        Assert.Throws<ArgumentNullException>("terms", () => SumKernel.Of(null!));
    }

    [Fact]
    public void Priors_name_what_is_missing()
    {
        Assert.Throws<ArgumentNullException>("components", () => new GaussianMixturePrior(null!));
        Assert.Throws<ArgumentException>("components", () => new GaussianMixturePrior([null!]));
        Assert.Throws<ArgumentNullException>("mean", () => new GaussianComponent(null!, 1));
        Assert.Throws<ArgumentException>("components", () => new GaussianMixturePrior([new GaussianComponent([0.0], 1), null!]));
    }

    [Fact]
    public void Divergences_name_what_is_missing()
    {
        Assert.Throws<ArgumentNullException>("kernel", () => new MmdDivergence((IKernel)null!));
        Assert.Throws<ArgumentNullException>("kernel", () => new IntegratedMmdDivergence(null!));
        Assert.Throws<ArgumentNullException>("generator", () => SliceDirections.Random(5, (torch.Generator)null!));
        Assert.Throws<ArgumentNullException>("critic", () => new AdversarialDivergence(null!));
        Assert.Throws<ArgumentNullException>("divergence", () => new WeightedDivergence(null!, 1));
        Assert.Throws<ArgumentNullException>("divergences", () => new SumDivergence(null!));
        Assert.Throws<ArgumentNullException>("divergences", () => new SumDivergence(new SinkhornDivergence(), null!));
        Assert.Throws<ArgumentNullException>("encoder", () => EncoderPenalty.Variance(null!));
        Assert.Throws<ArgumentNullException>("encoder", () => EncoderPenalty.KullbackLeibler(null!));
        Assert.Throws<ArgumentNullException>("divergence", () => new LogDivergence(null!));
        using var net = Linear(2, 1);
        Assert.Throws<ArgumentNullException>("prior", () => Critics.LogDensity(null!, net));
        Assert.Throws<ArgumentNullException>("net", () => Critics.LogDensity(new GaussianPrior(2), null!));
    }

    [Fact]
    public void Encoders_name_what_is_missing()
    {
        using var net = Linear(2, 2);
        Assert.Throws<ArgumentNullException>("encoder", () => new ProjectedEncoder(null!, new SpherePrior(2)));
        Assert.Throws<ArgumentNullException>("support", () => new ProjectedEncoder(net, null!));
    }

    [Fact]
    public void Costs_name_what_is_missing()
    {
        Assert.Throws<ArgumentNullException>("evaluate", () => new LambdaCost(null!));
        Assert.Throws<ArgumentNullException>("features", () => new PerceptualCost(null!));
        Assert.Throws<ArgumentNullException>("cost", () => new WeightedCost(null!, 1));
        Assert.Throws<ArgumentNullException>("costs", () => new SumCost(null!));
    }
}
