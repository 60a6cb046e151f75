using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Tests.Conformance;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class MmdVStatisticConformance : DivergenceConformance<MmdDivergence>
{
    protected override MmdDivergence Create(long dimension, ScalarType dtype) => new(new ImqKernel(2 * dimension), MmdEstimator.Biased);
}

public class MmdUStatisticConformance : DivergenceConformance<MmdDivergence>
{
    protected override long SmallestBatch => 2;

    protected override bool TakesUnequalSizes => false;

    /// <summary>Pairs of equal index are left out across as well.</summary>
    protected override bool IgnoresOrder => false;

    protected override bool IsNonNegative => false;

    protected override MmdDivergence Create(long dimension, ScalarType dtype) => new(new ImqKernel(2 * dimension), MmdEstimator.UnbiasedPaired);
}

public class MmdOfficialConformance : DivergenceConformance<MmdDivergence>
{
    protected override long SmallestBatch => 2;

    protected override bool IsZeroForIdenticalSamples => false;

    protected override bool IsNonNegative => false;

    protected override MmdDivergence Create(long dimension, ScalarType dtype) => new(new EnergyKernel());
}

public class MmdLinearConformance : DivergenceConformance<MmdDivergence>
{
    protected override long SmallestBatch => 2;

    protected override bool TakesUnequalSizes => false;

    protected override bool IgnoresOrder => false;

    protected override bool IsNonNegative => false;

    protected override MmdDivergence Create(long dimension, ScalarType dtype) => new(new RbfKernel(dimension), MmdEstimator.LinearTime);
}

public class IntegratedMmdConformance : DivergenceConformance<IntegratedMmdDivergence>
{
    /// <summary>Its prior is a distribution, not a sample.</summary>
    protected override bool IsZeroForIdenticalSamples => false;

    protected override IntegratedMmdDivergence Create(long dimension, ScalarType dtype)
        => new(ImqKernel.ForPrior(new GaussianPrior(dimension)), MmdEstimator.Biased);

    protected override IPrior? IntegratedPrior(long dimension) => new GaussianPrior(dimension);
}
