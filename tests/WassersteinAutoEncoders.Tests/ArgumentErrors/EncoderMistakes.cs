using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.ArgumentErrors;

internal static class EncoderMistakes
{
    public static IEnumerable<WrongUse> Rows =>
    [
        new(typeof(GaussianEncoder), "an odd number of columns", () => new GaussianEncoder(Linear(3, 5)).call(zeros([2, 3])), "[n, 2d]", "[2, 5]"),
        new(typeof(GaussianEncoder), "mean and log-variance of two sizes", () => GaussianEncoder.FromTwo(Linear(3, 2), Linear(3, 1)).call(zeros([2, 3])), "[2, 2]", "[2, 1]"),
        new(typeof(GaussianEncoder), "whole numbers", () => new GaussianEncoder(Linear(3, 4)).call(zeros([2, 3], dtype: uint8)), "float32 or float64", "Byte"),
        new(typeof(ProjectedEncoder), "codes of another dimension than the prior", () => new ProjectedEncoder(Linear(3, 2), new SpherePrior(3)).call(zeros([5, 3])), "dimension 3", "[5, 2]"),
        new(typeof(ImplicitEncoder), "no noise", () => _ = new ImplicitEncoder(Linear(3, 2), Linear(2, 2), 0), "at least 1", "0"),
        new(typeof(ImplicitEncoder), "more noise than fits into memory", () => _ = new ImplicitEncoder(Linear(3, 2), Linear(2, 2), long.MaxValue), "fits into memory", "9223372036854775807"),
        new(typeof(ImplicitEncoder), "features that are not flat", () => new ImplicitEncoder(Unflatten(1, [1, 3]), Linear(4, 2), 1).call(zeros([2, 3])), "[n, d]", "[2, 1, 3]"),
    ];
}
