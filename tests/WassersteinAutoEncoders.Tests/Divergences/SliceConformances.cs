using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Tests.Conformance;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class SlicedEnergyConformance : DivergenceConformance<SlicedEnergyDivergence>
{
    /// <summary>Directions are drawn at random: with 5,000 of them the mean of values of one size is known to about 1/√5,000.</summary>
    protected override double RotationTolerance => Tolerances.FailureSigmas * 2 / Math.Sqrt(5000);

    protected override SlicedEnergyDivergence Create(long dimension, ScalarType dtype) => new(SliceDirections.Random(dimension == 64 ? 200 : 5000, 3));
}

public class SlicedEppsPulleyConformance : DivergenceConformance<SlicedEppsPulleyDivergence>
{
    /// <summary>Its prior is a distribution, not a sample.</summary>
    protected override bool IsZeroForIdenticalSamples => false;

    protected override double RotationTolerance => Tolerances.FailureSigmas * 2 / Math.Sqrt(5000);

    protected override SlicedEppsPulleyDivergence Create(long dimension, ScalarType dtype) => new(SliceDirections.Random(dimension == 64 ? 200 : 5000, 3));

    protected override IPrior? IntegratedPrior(long dimension) => new GaussianPrior(dimension, 1.5);
}

public class SphericalSlicedWassersteinConformance : DivergenceConformance<SphericalSlicedWassersteinDivergence>
{
    /// <summary>One dimension has no planes.</summary>
    protected override long SmallestDimension => 2;

    protected override bool TakesUnequalSizes => false;

    protected override double RotationTolerance => Tolerances.FailureSigmas * 2 / Math.Sqrt(5000);

    protected override SphericalSlicedWassersteinDivergence Create(long dimension, ScalarType dtype) => new(SliceDirections.Random(dimension == 64 ? 200 : 5000, 3));
}

/// <summary>The same with the prior integrated out.</summary>
public class UniformSphericalSlicedWassersteinConformance : DivergenceConformance<SphericalSlicedWassersteinDivergence>
{
    protected override long SmallestDimension => 2;

    protected override bool IsZeroForIdenticalSamples => false;

    protected override double RotationTolerance => Tolerances.FailureSigmas * 2 / Math.Sqrt(5000);

    protected override SphericalSlicedWassersteinDivergence Create(long dimension, ScalarType dtype) => new(SliceDirections.Random(dimension == 64 ? 200 : 5000, 3));

    protected override IPrior? IntegratedPrior(long dimension) => new SpherePrior(dimension);

    protected override bool WantsThePrior => false;
}

public class IntegratedSlicedWassersteinConformance : DivergenceConformance<IntegratedSlicedWassersteinDivergence>
{
    protected override bool IsZeroForIdenticalSamples => false;

    protected override double RotationTolerance => Tolerances.FailureSigmas * 2 / Math.Sqrt(5000);

    protected override IntegratedSlicedWassersteinDivergence Create(long dimension, ScalarType dtype) => new(SliceDirections.Random(dimension == 64 ? 200 : 5000, 3));

    protected override IPrior? IntegratedPrior(long dimension) => new GaussianPrior(dimension);
}

public class MaxSlicedWassersteinConformance : DivergenceConformance<MaxSlicedWassersteinDivergence>
{
    protected override bool TakesUnequalSizes => false;

    /// <summary>2,000 directions come near the largest slice of all, less near the more dimensions there are.</summary>
    protected override double RotationTolerance => 0.3;

    /// <summary>Without steps: the largest value often lies where the order of projections changes, and there the gradient is one-sided.</summary>
    protected override MaxSlicedWassersteinDivergence Create(long dimension, ScalarType dtype) => new(SliceDirections.Random(2000, 3), 0);
}
