using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.ArgumentErrors;

internal static class PriorMistakes
{
    public static IEnumerable<WrongUse> Rows =>
    [
        new(typeof(GaussianPrior), "no dimension", () => _ = new GaussianPrior(0), "at least 1", "0"),
        new(typeof(GaussianPrior), "σ of 0", () => _ = new GaussianPrior(2, 0), "greater than 0", "0"),
        new(typeof(GaussianPrior), "σ of NaN", () => _ = new GaussianPrior(2, double.NaN), "finite number greater than 0", "NaN"),
        new(typeof(GaussianPrior), "no samples", () => new GaussianPrior(2).Sample(0), "at least 1", "0"),
        new(typeof(GaussianPrior), "whole numbers", () => new GaussianPrior(2).Sample(3, dtype: int64), "floating-point", "Int64"),
        new(typeof(GaussianPrior), "density of points of another dimension", () => new GaussianPrior(2).LogDensity(zeros([4, 3])), "dimension 2", "[4, 3]"),
        new(typeof(GaussianPrior), "density of one point without its batch", () => new GaussianPrior(2).LogDensity(zeros([2])), "[n, d]", "[2]"),
        new(typeof(GaussianPrior), "density of whole numbers", () => new GaussianPrior(2).LogDensity(zeros([4, 2], dtype: int32)), "float32 or float64", "Int32"),
        new(typeof(SpherePrior), "no dimension", () => _ = new SpherePrior(-1), "at least 1", "-1"),
        new(typeof(SpherePrior), "infinite radius", () => _ = new SpherePrior(2, double.PositiveInfinity), "finite number greater than 0", "Infinity"),
        new(typeof(SpherePrior), "no samples", () => new SpherePrior(2).Sample(-3), "at least 1", "-3"),
        new(typeof(UniformPrior), "no dimension", () => _ = new UniformPrior(0), "at least 1", "0"),
        new(typeof(UniformPrior), "negative half width", () => _ = new UniformPrior(2, -1), "greater than 0", "-1"),
        new(typeof(UniformPrior), "whole numbers", () => new UniformPrior(2).Sample(3, dtype: uint8), "floating-point", "Byte"),
        new(typeof(UniformPrior), "density of no points", () => new UniformPrior(2).LogDensity(zeros([0, 2])), "at least one point", "[0, 2]"),
        new(typeof(GaussianMixturePrior), "no components", () => _ = new GaussianMixturePrior([]), "at least one component", "empty"),
        new(typeof(GaussianMixturePrior), "means of two lengths", () => _ = new GaussianMixturePrior([new([0.0], 1), new([0.0, 1], 1)]), "one length", "1 and 2"),
        new(typeof(GaussianComponent), "σ of 0", () => _ = new GaussianComponent([0.0], 0), "greater than 0", "0"),
        new(typeof(GaussianComponent), "infinite weight", () => _ = new GaussianComponent([0.0], 1, double.PositiveInfinity), "finite", "Infinity"),
        new(typeof(GaussianComponent), "a mean that is not finite", () => _ = new GaussianComponent([double.NaN], 1), "finite", "NaN"),
        new(typeof(GaussianComponent), "an empty mean", () => _ = new GaussianComponent([], 1), "at least one coordinate", "empty"),
        new(typeof(GaussianComponent), "a covariance of another size", () => _ = new GaussianComponent([0.0, 0], new[,] { { 1.0 } }), "2×2", "1×1"),
        new(typeof(GaussianComponent), "a covariance that is not positive definite", () => _ = new GaussianComponent([0.0, 0], new[,] { { 1.0, 2 }, { 2, 1 } }), "positive definite", "is not"),
        new(typeof(GaussianMixturePrior), "a ring on a line", () => GaussianMixturePrior.Ring(8, dimension: 1), "at least 2", "1"),
        new(typeof(GaussianMixturePrior), "a ring without modes", () => GaussianMixturePrior.Ring(0), "at least 1", "0"),
        new(typeof(GaussianMixturePrior), "density of points of another dimension", () => GaussianMixturePrior.Ring(3).LogDensity(zeros([4, 3])), "dimension 2", "[4, 3]"),
        new(typeof(PriorSamples), "no samples", () => _ = new PriorSamples(new GaussianPrior(2), 0), "at least 1", "0"),
        new(typeof(PriorSamples), "samples of another dimension than their prior", () => _ = new PriorSamples(zeros([4, 3]), new GaussianPrior(2)), "dimension 2", "[4, 3]"),
    ];
}
