using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Costs;

/// <summary>The cost factor·(1 − SSIM), the structural similarity of pictures, at one scale or several (MS-SSIM).</summary>
/// <remarks>
/// <para>With means μ, variances σ² and covariance σ_xy under a Gaussian window, C₁ = (0.01·L)² and C₂ = (0.03·L)²: l = (2μ_xμ_y + C₁)/(μ_x² + μ_y² + C₁),
/// cs = (2σ_xy + C₂)/(σ_x² + σ_y² + C₂), SSIM = the mean of l·cs over all places of the window that lie within the picture, then over channels and examples
/// (Wang et al., IEEE TIP 2004).</para>
/// <para>Over M scales, each half as wide as the last by means over 2×2 pixels (an odd row or column at the end is left out): MS-SSIM = Π_{j&lt;M} (mean cs_j)^{w_j}·(mean l·cs)_M^{w_M}
/// with the weights 0.0448, 0.2856, 0.3001, 0.2363, 0.1333 (Wang et al., Asilomar 2003); the first M of them divided by their sum where M is less than 5. Means below 1e-6, which stand for no
/// similarity at all, count as 1e-6: a power of a negative number is none.</para>
/// <para>It sees structure, hardly brightness, and no detail finer than the window; near 0 where a picture is flat. Immutable, safe to share between threads.</para>
/// </remarks>
public sealed class StructuralSimilarityCost : IReconstructionCost
{
    private const double Smallest = 1e-6;
    private static readonly double[] ScaleWeights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

    /// <summary>Creates the cost.</summary>
    /// <param name="scales">M, from 1 (SSIM, the default) to 5 (MS-SSIM). The smaller side of a picture must be at least window·2^(M−1): with 11, 28 pixels allow two scales, 176 five.</param>
    /// <param name="range">L, the difference of the largest and the smallest value a pixel can have, finite and &gt; 0; 1 by default, 2 for pictures in [−1, 1].</param>
    /// <param name="factor">What the cost is multiplied with, finite and &gt; 0; 1 by default.</param>
    /// <param name="window">The side of the window, odd, ≥ 3; 11 by default.</param>
    /// <param name="deviation">σ of the window in pixels, finite and &gt; 0; 1.5 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public StructuralSimilarityCost(int scales = 1, double range = 1, double factor = 1, int window = 11, double deviation = 1.5)
    {
        Scales = (int)Guard.CheckBetween(scales, 1, ScaleWeights.Length);
        Range = Guard.CheckPositive(range);
        Factor = Guard.CheckPositive(factor);
        Window = Guard.CheckAtLeast(window, 3);
        if (window % 2 == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(window), window, "Expected an odd side of the window, which has a middle. Pass 11 or another odd number.");
        }

        Deviation = Guard.CheckPositive(deviation);
    }

    /// <summary>M, the number of scales.</summary>
    public int Scales { get; }

    /// <summary>L, the range of a pixel.</summary>
    public double Range { get; }

    /// <summary>What the cost is multiplied with.</summary>
    public double Factor { get; }

    /// <summary>The side of the window.</summary>
    public int Window { get; }

    /// <summary>σ of the window, in pixels.</summary>
    public double Deviation { get; }

    /// <inheritdoc/>
    /// <remarks>Pictures <c>[n, c, h, w]</c>; each channel is compared by itself.</remarks>
    public Tensor Evaluate(Tensor input, Tensor reconstruction)
    {
        Guard.CheckSameShape(input, nameof(input), reconstruction, nameof(reconstruction));
        var least = (long)Window << (Scales - 1);
        if (input.dim() != 4 || Math.Min(input.shape[2], input.shape[3]) < least)
        {
            throw new ArgumentException(
                $"Expected pictures [n, c, h, w] of at least {least}×{least} pixels for a window of {Window} and {Scales} scale{(Scales == 1 ? "" : "s")}, but '{nameof(input)}' has shape {Guard.Shape(input)}. Keep pictures unflattened, or take fewer scales or a smaller window.", nameof(input));
        }

        using var scope = NewDisposeScope();
        var (x, y) = (Planes(input), Planes(reconstruction));
        var weights = WindowWeights(input);
        Tensor? product = null;
        var total = ScaleWeights.Take(Scales).Sum();
        for (var j = 0; j < Scales; j++)
        {
            var isLast = j == Scales - 1;
            var similarity = Similarity(x, y, weights, isLast);
            var term = Scales == 1 ? similarity : similarity.AtLeast(Smallest).Power(ScaleWeights[j] / total);
            product = product is null ? term : product * term;
            if (!isLast)
            {
                (x, y) = (Halved(x), Halved(y));
            }
        }

        return product!.mean().Times(-Factor).Plus(Factor).MoveToOuterDisposeScope();
    }

    /// <summary>The channels of all pictures as pictures of one channel.</summary>
    private static Tensor Planes(Tensor pictures) => pictures.reshape(-1, 1, pictures.shape[2], pictures.shape[3]);

    /// <summary>The mean over the places of the window of l·cs, or of cs alone, <c>[n·c]</c>.</summary>
    private Tensor Similarity(Tensor x, Tensor y, Tensor weights, bool withLuminance)
    {
        var n = x.shape[0];
        var column = functional.conv2d(cat([x, y, x * x, y * y, x * y], 0), weights.reshape(1, 1, Window, 1));
        var means = functional.conv2d(column, weights.reshape(1, 1, 1, Window)).chunk(5, 0);
        var (c1, c2) = (Math.Pow(0.01 * Range, 2), Math.Pow(0.03 * Range, 2));
        var product = means[0] * means[1];
        var squares = means[0].Squared().Plus(means[1].Squared());
        var structure = (means[4] - product).Times(2).Plus(c2) / (means[2].Plus(means[3]) - squares).Plus(c2);
        var map = withLuminance ? product.Times(2).Plus(c1) / squares.Plus(c1) * structure : structure;
        return map.reshape(n, -1).mean([1L]);
    }

    private Tensor WindowWeights(Tensor like)
    {
        var weights = Enumerable.Range(0, Window).Select(i => Math.Exp(-0.5 * Math.Pow((i - Window / 2) / Deviation, 2))).ToArray();
        var sum = weights.Sum();
        return tensor(Array.ConvertAll(weights, w => w / sum)).to(like.dtype).MovedTo(like.device);
    }

    private static Tensor Halved(Tensor planes)
    {
        var (h, w) = (planes.shape[2] / 2, planes.shape[3] / 2);
        return planes.narrow(2, 0, 2 * h).narrow(3, 0, 2 * w).reshape(-1, 1, h, 2, w, 2).mean([3L, 5L]);
    }
}

/// <summary>A perceptual cost: another cost, taken between the features that a module makes of inputs and of reconstructions.</summary>
/// <remarks>
/// The module, usually a classifier without its last layers, stays the caller's: it is called in evaluation mode and put back, its parameters get no gradient, and gradients
/// reach inputs and reconstructions through it (Johnson et al., ECCV 2016). Move it to the data's device beforehand. Two different pictures of equal features cost nothing:
/// add a cost of the pixels (<see cref="SumCost"/>) where that matters. Not to be shared between threads.
/// </remarks>
public sealed class PerceptualCost : IReconstructionCost
{
    private readonly Module<Tensor, Tensor> _features;

    /// <summary>Creates the cost.</summary>
    /// <param name="features">Pictures <c>[n, …]</c> → features <c>[n, …]</c>.</param>
    /// <param name="cost">The cost between features; the mean of squared differences when <see langword="null"/>.</param>
    /// <exception cref="ArgumentNullException">The module is missing.</exception>
    public PerceptualCost(Module<Tensor, Tensor> features, IReconstructionCost? cost = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        _features = features;
        Cost = cost ?? new SquaredErrorCost(CostReduction.Mean);
    }

    /// <summary>The cost between features.</summary>
    public IReconstructionCost Cost { get; }

    /// <inheritdoc/>
    public Tensor Evaluate(Tensor input, Tensor reconstruction)
    {
        Guard.CheckSameShape(input, nameof(input), reconstruction, nameof(reconstruction));
        using var scope = NewDisposeScope();
        using var mode = new EvaluationMode(_features);
        using var frozen = new FrozenParameters(_features);
        var (wanted, made) = (Features(input, nameof(input)), Features(reconstruction, nameof(reconstruction)));
        return Guard.CheckScalarResult(Cost.Evaluate(wanted, made), "the cost between features").MoveToOuterDisposeScope();
    }

    private Tensor Features(Tensor pictures, string name)
    {
        var found = ModuleCall.Run(_features, pictures, "features of the perceptual cost", name);
        return found.dim() > 0 && found.shape[0] == pictures.shape[0]
            ? found
            : throw new ArgumentException($"Expected one row of features for each of the {pictures.shape[0]} examples, but the module returned {Guard.Shape(found)}. Keep the batch dimension first.", name);
    }
}
