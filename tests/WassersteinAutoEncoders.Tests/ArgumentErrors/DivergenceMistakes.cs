using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.ArgumentErrors;

internal static class DivergenceMistakes
{
    public static IEnumerable<WrongUse> Rows =>
    [
        .. Evaluations(() => new MmdDivergence(new ImqKernel(1))),
        .. Evaluations(() => new SlicedWassersteinDivergence()),
        .. Evaluations(() => new SinkhornDivergence()),
        .. Evaluations(() => new TwoSampleCramerWoldDivergence()),
        .. Evaluations(() => new AdversarialDivergence(Critics.Mlp(3, 4, 1))),
        .. Evaluations(() => new LogDivergence(new SinkhornDivergence())),
        .. Evaluations(() => new WeightedDivergence(new SinkhornDivergence(), 2)),
        .. Evaluations(() => new SumDivergence(new SinkhornDivergence())),
        .. Evaluations(() => new BuresSpectrumDivergence()),
        .. Evaluations(() => new SlicedEnergyDivergence()),
        .. Evaluations(() => new SphericalSlicedWassersteinDivergence()),
        .. Evaluations(() => new MaxSlicedWassersteinDivergence()),
        .. Codes(() => new BuresDivergence()),
        .. Codes(() => new IntegratedSlicedWassersteinDivergence()),
        .. Codes(() => new SlicedEppsPulleyDivergence()),
        .. Codes(() => new CramerWoldDivergence()),
        .. Codes(() => new SteinDivergence()),
        .. Codes(() => new IntegratedMmdDivergence(new ImqKernel(1))),
        new(typeof(MmdDivergence), "samples without the prior that the kernel is scaled to", () => new MmdDivergence().Evaluate(zeros([5, 3]), zeros([5, 3])), "a prior to scale the kernel to", "without their prior"),
        new(typeof(CramerWoldDivergence), "a prior without a closed form", () => new CramerWoldDivergence().Evaluate(zeros([5, 3]), new PriorSamples(new SpherePrior(3), 5)), "GaussianPrior", "SpherePrior"),
        new(typeof(IntegratedMmdDivergence), "samples without their prior", () => new IntegratedMmdDivergence(new ImqKernel(1)).Evaluate(zeros([5, 3]), zeros([5, 3])), "GaussianPrior", "without their prior"),
        new(typeof(MmdDivergence), "one code", () => new MmdDivergence(new ImqKernel(1), MmdEstimator.UnbiasedPaired).Evaluate(zeros([1, 3]), zeros([1, 3])), "at least 2", "1"),
        new(typeof(SlicedWassersteinDivergence), "more directions than fit into memory", () => new SlicedWassersteinDivergence(SliceDirections.Random(int.MaxValue)).Evaluate(zeros([500, 3]), zeros([500, 3])), "fits into memory", "2147483647"),
        new(typeof(MaxSlicedWassersteinDivergence), "more directions than fit into memory", () => new MaxSlicedWassersteinDivergence(SliceDirections.Random(int.MaxValue)).Evaluate(zeros([500, 3]), zeros([500, 3])), "fits into memory", "2147483647"),
        new(typeof(BuresDivergence), "samples without their prior", () => new BuresDivergence().Evaluate(zeros([5, 3]), zeros([5, 3])), "IMomentPrior", "without their prior"),
        new(typeof(SlicedEppsPulleyDivergence), "a prior without a closed form", () => new SlicedEppsPulleyDivergence().Evaluate(zeros([5, 3]), new PriorSamples(new SpherePrior(3), 5)), "GaussianPrior", "SpherePrior"),
        new(typeof(SlicedEppsPulleyDivergence), "a range of 0", () => _ = new SlicedEppsPulleyDivergence(range: 0), "between 1 and", "0"),
        new(typeof(SlicedEppsPulleyDivergence), "an error of 0", () => _ = new SlicedEppsPulleyDivergence(error: 0), "between 1e-14 and", "0"),
        new(typeof(SphericalSlicedWassersteinDivergence), "a line", () => new SphericalSlicedWassersteinDivergence().Evaluate(zeros([5, 1]), zeros([5, 1])), "at least 2 dimensions", "[5, 1]"),
        new(typeof(SphericalSlicedWassersteinDivergence), "fewer samples than codes", () => new SphericalSlicedWassersteinDivergence().Evaluate(zeros([5, 3]), zeros([4, 3])), "as many", "4"),
        new(typeof(IntegratedSlicedWassersteinDivergence), "a prior whose projections are not known", () => new IntegratedSlicedWassersteinDivergence().Evaluate(zeros([5, 3]), new PriorSamples(new UniformPrior(3), 5)), "IRotationInvariantPrior", "UniformPrior"),
        new(typeof(MaxSlicedWassersteinDivergence), "fewer samples than codes", () => new MaxSlicedWassersteinDivergence().Evaluate(zeros([5, 3]), zeros([4, 3])), "as many", "4"),
        new(typeof(MaxSlicedWassersteinDivergence), "negative steps", () => _ = new MaxSlicedWassersteinDivergence(steps: -1), "at least 0", "-1"),
        new(typeof(RandomDirections), "no directions", () => _ = SliceDirections.Random(0), "at least 1", "0"),
        new(typeof(OrthogonalDirections), "no dimension", () => SliceDirections.Orthogonal().Draw(0), "at least 1", "0"),
        new(typeof(QuasiRandomDirections), "planes on a line", () => SliceDirections.QuasiRandom().DrawPlanes(1), "at least 2", "1"),
        new(typeof(SteinDivergence), "a prior without a score", () => new SteinDivergence().Evaluate(zeros([5, 3]), new PriorSamples(new UniformPrior(3), 5)), "IScorePrior", "UniformPrior"),
        new(typeof(SteinDivergence), "one code", () => new SteinDivergence(unbiased: true).Evaluate(zeros([1, 3]), Prior()), "at least 2", "[1, 3]"),
        new(typeof(SteinDivergence), "a scale of 0", () => _ = new SteinDivergence(scale: 0), "greater than 0", "0"),
        new(typeof(EncoderPenalty), "codes as images", () => EncoderPenalty.Variance(new GaussianEncoder(Linear(3, 6))).Evaluate(zeros([5, 1, 3]), Prior()), "[n, d]", "[5, 1, 3]"),
        new(typeof(SinkhornDivergence), "ε of 0", () => _ = new SinkhornDivergence(new SinkhornOptions { Epsilon = 0 }), "greater than 0", "0"),
        new(typeof(SinkhornDivergence), "no iterations", () => _ = new SinkhornDivergence(new SinkhornOptions { MaximumIterations = 0 }), "at least 1", "0"),
        new(typeof(SinkhornDivergence), "negative tolerance", () => _ = new SinkhornDivergence(new SinkhornOptions { Tolerance = -1 }), "at least 0", "-1"),
        new(typeof(SinkhornDivergence), "scaling of 1", () => _ = new SinkhornDivergence(new SinkhornOptions { Scaling = 1 }), "in (0, 1)", "1"),
        new(typeof(SinkhornDivergence), "scaling of 0", () => _ = new SinkhornDivergence(new SinkhornOptions { Scaling = 0 }), "in (0, 1)", "0"),
        new(typeof(SinkhornDivergence), "scaling of NaN", () => _ = new SinkhornDivergence(new SinkhornOptions { Scaling = double.NaN }), "in (0, 1)", "NaN"),
        new(typeof(CramerWoldDivergence), "the asymptotic form on a line", () => new CramerWoldDivergence(CramerWoldForm.Asymptotic).Evaluate(zeros([5, 1]), new PriorSamples(new GaussianPrior(1), 5)), "two dimensions", "one"),
        new(typeof(CramerWoldDivergence), "γ of NaN", () => _ = new CramerWoldDivergence(smoothing: double.NaN), "finite", "NaN"),
        new(typeof(TwoSampleCramerWoldDivergence), "γ of 0", () => _ = new TwoSampleCramerWoldDivergence(smoothing: 0), "greater than 0", "0"),
        new(typeof(TwoSampleCramerWoldDivergence), "no such form", () => _ = new TwoSampleCramerWoldDivergence((CramerWoldForm)9), "Exact, Asymptotic", "9"),
        new(typeof(PerClassDivergence), "no labels", () => new PerClassDivergence(new MmdDivergence(new RbfKernel(1))).Evaluate(zeros([4, 2]), zeros([4, 2])), "a label for each code", "none"),
        new(typeof(LogDivergence), "offset of 0", () => _ = new LogDivergence(new SinkhornDivergence(), 0), "greater than 0", "0"),
        new(typeof(LogDivergence), "a critic inside", () => _ = new LogDivergence(new AdversarialDivergence(Critics.Mlp(3, 4, 1))), "without a critic", "AdversarialDivergence"),
        new(typeof(WeightedDivergence), "infinite factor", () => _ = new WeightedDivergence(new SinkhornDivergence(), double.PositiveInfinity), "finite", "Infinity"),
        new(typeof(SumDivergence), "nothing to add", () => _ = new SumDivergence(), "one or more divergences", "none"),
        new(typeof(AdversarialDivergence), "negative gradient penalty", () => _ = new AdversarialDivergence(Critics.Mlp(3, 4, 1), new AdversarialOptions { GradientPenalty = -1 }), "at least 0", "-1"),
        new(typeof(AdversarialDivergence), "labels smoothed to a half", () => _ = new AdversarialDivergence(Critics.Mlp(3, 4, 1), new AdversarialOptions { LabelSmoothing = 0.5 }), "in [0, 0.5)", "0.5"),
        new(typeof(AdversarialDivergence), "labels smoothed by less than nothing", () => _ = new AdversarialDivergence(Critics.Mlp(3, 4, 1), new AdversarialOptions { LabelSmoothing = -0.1 }), "in [0, 0.5)", "-0.1"),
        new(typeof(AdversarialDivergence), "labels smoothed by NaN", () => _ = new AdversarialDivergence(Critics.Mlp(3, 4, 1), new AdversarialOptions { LabelSmoothing = double.NaN }), "in [0, 0.5)", "NaN"),
        new(typeof(AdversarialDivergence), "a critic of two outputs", () => new AdversarialDivergence(Linear(3, 2)).Evaluate(zeros([5, 3]), zeros([5, 3])), "one logit a code", "[5, 2]"),
        new(typeof(AdversarialDivergence), "a critic of another type", () => new AdversarialDivergence(Linear(3, 1, dtype: float64)).Evaluate(zeros([5, 3]), zeros([5, 3])), "Float32", "Float64"),
        new(typeof(AdversarialDivergence), "codes of one dimension less for both losses", () => new AdversarialDivergence(Linear(3, 1)).EvaluateJointly(zeros([5, 3]), zeros([5, 2]), 1), "dimension 3", "[5, 2]"),
        new(typeof(AdversarialDivergence), "a negative weight", () => new AdversarialDivergence(Linear(3, 1)).EvaluateJointly(zeros([5, 3]), zeros([5, 3]), -1), "at least 0", "-1"),
        new(typeof(AdversarialDivergence), "a weight that is no number", () => new AdversarialDivergence(Linear(3, 1)).EvaluateJointly(zeros([5, 3]), zeros([5, 3]), double.NaN), "at least 0", "NaN"),
        new(typeof(AdversarialDivergence), "codes of one dimension less for the critic's loss", () => new AdversarialDivergence(Linear(3, 1)).EvaluateCritic(zeros([5, 3]), zeros([5, 2])), "dimension 3", "[5, 2]"),
        new(typeof(LogDensityCritic), "a floor that is not finite", () => _ = Critics.LogDensity(new GaussianPrior(3), Linear(3, 1), double.NegativeInfinity), "finite", "Infinity"),
        new(typeof(LogDensityCritic), "codes of another dimension than the prior", () => Critics.LogDensity(new GaussianPrior(2), Linear(3, 1)).call(zeros([5, 3])), "dimension 2", "[5, 3]"),
        new(typeof(LogDensityCritic), "a floor beyond float32", () => _ = Critics.LogDensity(new GaussianPrior(3), Linear(3, 1), -1e300), "float32", "E+300"),
        new(typeof(SpectralNormalizedLinear), "no inputs", () => _ = new SpectralNormalizedLinear(0, 2), "at least 1", "0"),
        new(typeof(SpectralNormalizedLinear), "no outputs", () => _ = new SpectralNormalizedLinear(2, 0), "at least 1", "0"),
        new(typeof(SpectralNormalizedLinear), "half precision", () => _ = new SpectralNormalizedLinear(2, 2, dtype: float16), "float32 or float64", "Float16"),
        new(typeof(Critics), "no dimension", () => Critics.Mlp(0, 4), "at least 1", "0"),
        new(typeof(Critics), "whole numbers", () => Critics.Mlp(3, 4, dtype: int32), "float32 or float64", "Int32"),
        new(typeof(Critics), "no hidden layers", () => Critics.Mlp(3, 4, 0), "at least 1", "0"),
        new(typeof(Critics), "no units", () => Critics.Mlp(3, 0), "at least 1", "0"),
    ];

    private static IEnumerable<WrongUse> Evaluations<T>(Func<T> create)
        where T : ILatentDivergence
    {
        var type = typeof(T);
        foreach (var row in Codes(create))
        {
            yield return row;
        }

        yield return new(type, "prior samples of another dimension", () => create().Evaluate(zeros([5, 3]), zeros([5, 2])), "dimension 3", "[5, 2]");
        yield return new(type, "prior samples of another type", () => create().Evaluate(zeros([5, 3]), zeros([5, 3], dtype: float64)), "Float32", "Float64");
        yield return new(type, "prior samples on another device", () => create().Evaluate(zeros([5, 3]), zeros([5, 3], device: META)), "cpu", "meta");
        yield return new(type, "no prior samples", () => create().Evaluate(zeros([5, 3]), zeros([0, 3])), "at least one point", "[0, 3]");
    }

    private static PriorSamples Prior() => new(zeros([5, 3]), new GaussianPrior(3));

    private static IEnumerable<WrongUse> Codes<T>(Func<T> create)
        where T : ILatentDivergence
    {
        var type = typeof(T);
        yield return new(type, "codes without their batch", () => create().Evaluate(zeros([3]), Prior()), "[n, d]", "[3]");
        yield return new(type, "codes as images", () => create().Evaluate(zeros([5, 1, 1, 3]), Prior()), "[n, d]", "[5, 1, 1, 3]");
        yield return new(type, "no codes", () => create().Evaluate(zeros([0, 3]), Prior()), "at least one point", "[0, 3]");
        yield return new(type, "whole numbers", () => create().Evaluate(zeros([5, 3], dtype: int64), Prior()), "float32 or float64", "Int64");
        yield return new(type, "codes of another dimension", () => create().Evaluate(zeros([5, 4]), Prior()), "dimension", "[5, ");
    }
}
