using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Tests.Conformance;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class BuresConformance : DivergenceConformance<BuresDivergence>
{
    /// <summary>Its prior is a distribution, not a sample.</summary>
    protected override bool IsZeroForIdenticalSamples => false;

    protected override BuresDivergence Create(long dimension, ScalarType dtype) => new();

    protected override IPrior? IntegratedPrior(long dimension) => new GaussianPrior(dimension);
}

public class BuresSpectrumConformance : DivergenceConformance<BuresSpectrumDivergence>
{
    protected override BuresSpectrumDivergence Create(long dimension, ScalarType dtype) => new();
}
