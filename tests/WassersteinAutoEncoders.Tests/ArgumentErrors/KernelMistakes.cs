using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.ArgumentErrors;

internal static class KernelMistakes
{
    public static IEnumerable<WrongUse> Rows =>
    [
        .. Grams(() => new ImqKernel(1)),
        .. Grams(() => new RbfKernel(1)),
        .. Grams(() => new LaplacianKernel(1)),
        .. Grams(() => new RationalQuadraticKernel(1)),
        .. Grams(() => new EnergyKernel()),
        .. Grams(() => new SumKernel((1, new Linear()))),
        .. Grams(() => new RadialSumKernel((1, new ImqKernel(1)))),
        new(typeof(ImqKernel), "base scale of 0", () => _ = new ImqKernel(0), "greater than 0", "0"),
        new(typeof(ImqKernel), "a scale of NaN", () => _ = new ImqKernel(1, [1, double.NaN]), "finite", "NaN"),
        new(typeof(RbfKernel), "negative variance", () => _ = new RbfKernel(-1), "greater than 0", "-1"),
        new(typeof(LaplacianKernel), "infinite length", () => _ = new LaplacianKernel(double.PositiveInfinity), "finite", "Infinity"),
        new(typeof(RationalQuadraticKernel), "exponent of 0", () => _ = new RationalQuadraticKernel(1, 0), "greater than 0", "0"),
    ];

    private static IEnumerable<WrongUse> Grams<T>(Func<T> create)
        where T : IKernel
    {
        var type = typeof(T);
        yield return new(type, "points of two dimensions", () => create().Gram(zeros([5, 3]), zeros([4, 2])), "dimension 3", "[4, 2]");
        yield return new(type, "one point without its batch", () => create().Gram(zeros([3]), zeros([4, 3])), "[n, d]", "[3]");
        yield return new(type, "points of two types", () => create().Gram(zeros([5, 3]), zeros([4, 3], dtype: float64)), "Float32", "Float64");
        yield return new(type, "points on two devices", () => create().Gram(zeros([5, 3]), zeros([4, 3], device: META)), "cpu", "meta");
        yield return new(type, "whole numbers", () => create().Gram(zeros([5, 3], dtype: int64), zeros([4, 3], dtype: int64)), "float32 or float64", "Int64");
    }

    /// <summary>A kernel of one's own that checks nothing: the sum around it does.</summary>
    private sealed class Linear : IKernel
    {
        public Tensor Gram(Tensor x, Tensor y) => x.mm(y.t());
    }
}
