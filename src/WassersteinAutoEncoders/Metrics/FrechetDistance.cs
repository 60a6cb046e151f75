using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>The Fréchet distance between two Gaussians fitted to features (FID where the features are Inception's).</summary>
/// <remarks>
/// <para>
/// d² = ‖μ₁ − μ₂‖² + tr(C₁) + tr(C₂) − 2·tr((C₁^½ C₂ C₁^½)^½), the squared 2-Wasserstein distance of N(μ₁, C₁) and
/// N(μ₂, C₂) (Dowson and Landau 1982; Heusel et al. 2017). The trace of the root is Σ√λ over the eigenvalues of the
/// symmetric product, in float64 by two symmetric eigen-decompositions; singular covariances are exact cases of the
/// formula, not failures. Absolute error: about f·1e-8·λ_max, from roots of eigenvalues that rounding moved off 0.
/// </para>
/// <para>
/// Biased upwards in small samples, by terms of order 1/n: compare only at equal counts, and take more
/// examples than features. <see cref="KernelDistance"/> is unbiased.
/// </para>
/// </remarks>
public static class FrechetDistance
{
    /// <summary>The distance between two sets of features.</summary>
    /// <param name="x">Features of real examples, <c>[n, f]</c> with n ≥ 2, float32 or float64, finite.</param>
    /// <param name="y">Features of generated examples, <c>[m, f]</c> with m ≥ 2.</param>
    /// <returns>d² ≥ 0, in squared units of the features.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, a set has one example only, or a value is not finite.</exception>
    public static double Evaluate(Tensor x, Tensor y)
    {
        using var first = FeatureStatistics.FromFeatures(x);
        using var second = FeatureStatistics.FromFeatures(y);
        return Evaluate(first, second);
    }

    /// <summary>The distance between accumulated statistics; those of the real data can be kept and used again.</summary>
    /// <param name="x">Statistics of at least 2 examples.</param>
    /// <param name="y">Statistics of at least 2 examples, of as many features.</param>
    /// <returns>d² ≥ 0.</returns>
    /// <exception cref="ArgumentException">The numbers of features differ, or there are too few examples.</exception>
    public static double Evaluate(FeatureStatistics x, FeatureStatistics y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count < 2 || y.Count < 2)
        {
            throw new ArgumentException($"Expected statistics of at least 2 examples each, but there are {x.Count} and {y.Count}. Add more.", x.Count < 2 ? nameof(x) : nameof(y));
        }

        using var scope = NewDisposeScope();
        return BetweenGaussians(x.Mean, x.Covariance, y.Mean, y.Covariance);
    }

    /// <summary>The distance between N(μ₁, C₁) and N(μ₂, C₂).</summary>
    /// <param name="mean1">μ₁, <c>[f]</c>, float32 or float64, finite.</param>
    /// <param name="covariance1">C₁, <c>[f, f]</c>, symmetric positive semi-definite; only its symmetric part is used.</param>
    /// <param name="mean2">μ₂, <c>[f]</c>.</param>
    /// <param name="covariance2">C₂, <c>[f, f]</c>.</param>
    /// <returns>d² ≥ 0.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit or a value is not finite.</exception>
    public static double BetweenGaussians(Tensor mean1, Tensor covariance1, Tensor mean2, Tensor covariance2)
    {
        Check(mean1, nameof(mean1), covariance1, nameof(covariance1));
        Check(mean2, nameof(mean2), covariance2, nameof(covariance2));
        if (mean1.shape[0] != mean2.shape[0])
        {
            throw new ArgumentException($"Expected as many features on both sides, but there are {mean1.shape[0]} and {mean2.shape[0]}. Use one feature module for both.", nameof(mean2));
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var difference = TensorData.Float64Cpu(mean1) - TensorData.Float64Cpu(mean2);
        var c1 = Symmetric(covariance1);
        var c2 = Symmetric(covariance2);
        var (values, vectors) = linalg.eigh(c1);
        var root = (vectors * values.AtLeast(0).sqrt().unsqueeze(0)).mm(vectors.t());
        var product = root.mm(c2).mm(root);
        Guard.CheckFiniteValues(product, nameof(product));
        var cross = linalg.eigvalsh(product.Plus(product.t()).Over(2)).AtLeast(0).sqrt().sum();
        var squared = (difference * difference).sum().Plus(c1.diagonal().sum()).Plus(c2.diagonal().sum()) - cross.Times(2);

        // Not negative by Cauchy–Schwarz for traces; rounding can say −1e-15.
        return Math.Max(0, Scalars.Read(squared));
    }

    private static Tensor Symmetric(Tensor covariance)
    {
        var matrix = TensorData.Float64Cpu(covariance);
        return matrix.Plus(matrix.t()).Over(2);
    }

    private static void Check(Tensor mean, string meanName, Tensor covariance, string covarianceName)
    {
        Guard.CheckTensor(mean, meanName);
        Guard.CheckTensor(covariance, covarianceName);
        if (mean.dim() != 1 || covariance.dim() != 2 || covariance.shape[0] != mean.shape[0] || covariance.shape[1] != mean.shape[0])
        {
            throw new ArgumentException($"Expected a mean of shape [f] and a covariance of shape [f, f], but '{meanName}' has {Guard.Shape(mean)} and '{covarianceName}' {Guard.Shape(covariance)}. Pass matching moments.", covarianceName);
        }

        Guard.CheckFiniteValues(mean, meanName);
        Guard.CheckFiniteValues(covariance, covarianceName);
    }
}
