using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Tests.Conformance;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

public class SlicedWassersteinConformance : DivergenceConformance<SlicedWassersteinDivergence>
{
    /// <summary>Directions are drawn at random: with 5,000 of them the mean of values of one size is known to about 1/√5,000.</summary>
    protected override double RotationTolerance => Tolerances.FailureSigmas * 2 / Math.Sqrt(5000);

    protected override SlicedWassersteinDivergence Create(long dimension, ScalarType dtype) => new(SliceDirections.Random(dimension == 64 ? 200 : 5000, 3));
}

public class CramerWoldConformance : DivergenceConformance<CramerWoldDivergence>
{
    /// <summary>Its prior is a distribution, not a sample.</summary>
    protected override bool IsZeroForIdenticalSamples => false;

    protected override CramerWoldDivergence Create(long dimension, ScalarType dtype) => new(CramerWoldForm.Exact);

    protected override IPrior? IntegratedPrior(long dimension) => new GaussianPrior(dimension);
}

public class TwoSampleCramerWoldConformance : DivergenceConformance<TwoSampleCramerWoldDivergence>
{
    protected override IPrior? ScalingPrior => new GaussianPrior(3);

    protected override TwoSampleCramerWoldDivergence Create(long dimension, ScalarType dtype) => new();
}

public class SinkhornConformance : DivergenceConformance<SinkhornDivergence>
{
    protected override SinkhornDivergence Create(long dimension, ScalarType dtype)
        => new(new SinkhornOptions { Epsilon = 0.5, Tolerance = dtype == float64 ? 1e-9 : 1e-5 });
}

public class AdversarialConformance : DivergenceConformance<AdversarialDivergence>
{
    /// <summary>A critic of random weights knows no symmetry, and its penalty is log 2 at best guess, not 0.</summary>
    protected override bool IsRotationInvariant => false;

    protected override bool IsZeroForIdenticalSamples => false;

    protected override AdversarialDivergence Create(long dimension, ScalarType dtype)
        => new(Critics.Mlp(dimension, 16, 2, generator: new Generator(5), dtype: dtype));
}

public class LogConformance : DivergenceConformance<ILatentDivergence>
{
    protected override IPrior? ScalingPrior => new GaussianPrior(3);

    protected override bool IsZeroForIdenticalSamples => false;

    protected override bool IsNonNegative => false;

    protected override ILatentDivergence Create(long dimension, ScalarType dtype) => new LogDivergence(new TwoSampleCramerWoldDivergence(), 1e-3);
}

public class IntegratedLogConformance : DivergenceConformance<ILatentDivergence>
{
    protected override bool IsZeroForIdenticalSamples => false;

    protected override bool IsNonNegative => false;

    protected override ILatentDivergence Create(long dimension, ScalarType dtype) => new LogDivergence(new CramerWoldDivergence(), 1e-3);

    protected override IPrior? IntegratedPrior(long dimension) => new GaussianPrior(dimension);
}

public class WeightedConformance : DivergenceConformance<ILatentDivergence>
{
    protected override IPrior? ScalingPrior => new GaussianPrior(3);

    protected override ILatentDivergence Create(long dimension, ScalarType dtype) => new WeightedDivergence(new TwoSampleCramerWoldDivergence(), 3);
}

public class SumConformance : DivergenceConformance<ILatentDivergence>
{
    protected override IPrior? ScalingPrior => new GaussianPrior(3);

    protected override double RotationTolerance => Tolerances.FailureSigmas * 2 / Math.Sqrt(2000);

    protected override ILatentDivergence Create(long dimension, ScalarType dtype) => new SumDivergence(new TwoSampleCramerWoldDivergence(), new SlicedWassersteinDivergence(SliceDirections.Random(2000, 1)));
}
