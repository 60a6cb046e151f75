using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>The kernel distance between features (KID where the features are Inception's): an unbiased MMD² with a cubic kernel.</summary>
/// <remarks>
/// k(x, y) = (xᵀy/f + 1)³ over f features (Bińkowski et al., ICLR 2018, section 4). Both sets are shuffled and cut into
/// disjoint blocks; each gives an unbiased MMD², and blocks of independent points give an honest standard error. (Other
/// programs average over overlapping random subsets; the expectation is the same, their scatter is no standard error.)
/// </remarks>
/// <param name="Value">The mean over blocks of the unbiased MMD². It may be negative: it scatters around 0 where the distributions agree.</param>
/// <param name="StandardError">The standard error of <paramref name="Value"/>, from the scatter of the blocks; NaN with a single block.</param>
/// <param name="Blocks">The number of disjoint blocks.</param>
public readonly record struct KernelDistance(double Value, double StandardError, int Blocks)
{
    /// <summary>Estimates the distance.</summary>
    /// <param name="x">Features of real examples, <c>[n, f]</c>, float32 or float64, finite.</param>
    /// <param name="y">Features of generated examples, <c>[m, f]</c>, of the same element type and on the same device.</param>
    /// <param name="blockSize">The least number of points a side and block, ≥ 2; 1,000 by default. There are min(n, m)/blockSize blocks, and at least one.</param>
    /// <param name="generator">The CPU generator of the shuffle; the global one when <see langword="null"/>.</param>
    /// <returns>The estimate, its standard error and the number of blocks.</returns>
    /// <exception cref="ArgumentException">The sets do not fit, have fewer than 2 points, or hold values that are not finite.</exception>
    public static KernelDistance Evaluate(Tensor x, Tensor y, int blockSize = 1000, Generator? generator = null)
    {
        Guard.CheckPair(x, nameof(x), y, nameof(y));
        Guard.CheckAtLeast(blockSize, 2);
        Guard.CheckGenerator(generator, nameof(generator));
        var (n, m) = (x.shape[0], y.shape[0]);
        if (n < 2 || m < 2)
        {
            throw new ArgumentException($"Expected at least 2 examples on each side, but there are {n} and {m}. Pass more.", n < 2 ? nameof(x) : nameof(y));
        }

        Guard.CheckFiniteValues(x, nameof(x));
        Guard.CheckFiniteValues(y, nameof(y));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var blocks = (int)Math.Max(1, Math.Min(n, m) / blockSize);
        var left = blocks > 1 ? Shuffled(x, generator) : x;
        var right = blocks > 1 ? Shuffled(y, generator) : y;
        double sum = 0, squares = 0;
        for (var b = 0; b < blocks; b++)
        {
            using var inner = NewDisposeScope();
            var value = Unbiased(Part(left, b, blocks), Part(right, b, blocks));
            sum += value;
            squares += value * value;
        }

        var mean = sum / blocks;
        var variance = blocks > 1 ? Math.Max(0, squares / blocks - mean * mean) * blocks / (blocks - 1.0) : double.NaN;
        return new(mean, Math.Sqrt(variance / blocks), blocks);
    }

    private static Tensor Shuffled(Tensor points, Generator? generator)
        => points.index_select(0, randperm(points.shape[0], generator: generator).to(points.device));

    private static Tensor Part(Tensor points, int block, int blocks)
        => TensorData.Float64(points.slice(0, points.shape[0] * block / blocks, points.shape[0] * (block + 1) / blocks, 1));

    private static double Unbiased(Tensor x, Tensor y)
    {
        double n = x.shape[0], m = y.shape[0];
        var across = Kernel(x, y).sum().Times(2 / (n * m));
        return Scalars.Read(Within(x).Over(n * (n - 1)).Plus(Within(y).Over(m * (m - 1))) - across);
    }

    private static Tensor Within(Tensor x)
    {
        var gram = Kernel(x, x);
        return gram.sum() - gram.diagonal().sum();
    }

    private static Tensor Kernel(Tensor x, Tensor y)
    {
        var affine = x.mm(y.t()).Over(x.shape[1]).Plus(1);
        return affine * affine * affine;
    }
}
