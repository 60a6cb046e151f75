using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Priors;

/// <summary>One component N(μ, Σ) of a <see cref="GaussianMixturePrior"/>, isotropic (Σ = σ²I) or with a covariance of its own. Immutable.</summary>
public sealed class GaussianComponent
{
    private readonly double[]? _covariance;

    /// <summary>An isotropic component, N(μ, σ²I).</summary>
    /// <param name="mean">μ, d ≥ 1 finite coordinates.</param>
    /// <param name="standardDeviation">σ, finite and &gt; 0.</param>
    /// <param name="weight">The component's share, finite and &gt; 0; shares are divided by their sum. 1 by default.</param>
    /// <exception cref="ArgumentException">A number is outside its range, or the mean is empty.</exception>
    public GaussianComponent(IReadOnlyList<double> mean, double standardDeviation, double weight = 1)
    {
        Mean = Check(mean);
        StandardDeviation = Guard.CheckPositive(standardDeviation);
        Weight = Guard.CheckPositive(weight);
    }

    /// <summary>A component of any covariance, N(μ, Σ).</summary>
    /// <param name="mean">μ, d ≥ 1 finite coordinates.</param>
    /// <param name="covariance">Σ, <c>[d, d]</c>, symmetric positive definite, finite.</param>
    /// <param name="weight">The component's share, finite and &gt; 0; shares are divided by their sum. 1 by default.</param>
    /// <exception cref="ArgumentException">A number is outside its range, sizes differ, or the covariance is not symmetric positive definite.</exception>
    public GaussianComponent(IReadOnlyList<double> mean, double[,] covariance, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(covariance);
        Mean = Check(mean);
        Weight = Guard.CheckPositive(weight);
        var d = Mean.Count;
        if (covariance.GetLength(0) != d || covariance.GetLength(1) != d)
        {
            throw new ArgumentException($"Expected a covariance of {d}×{d} for a mean of {d} values, but {covariance.GetLength(0)}×{covariance.GetLength(1)} came. Pass one row and one column a coordinate.", nameof(covariance));
        }

        _covariance = [.. covariance.Cast<double>()];
        CheckSymmetric(_covariance, d);
        Factor = Cholesky.Factor(_covariance, d) ?? throw new ArgumentException("Expected a positive definite covariance, but it is not. Add a small multiple of the identity.", nameof(covariance));
    }

    /// <summary>The component's share, relative to those of the others.</summary>
    public double Weight { get; }

    /// <summary>μ, d values.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>σ of an isotropic component; <see langword="null"/> where a covariance was given.</summary>
    public double? StandardDeviation { get; }

    /// <summary>Σ, <c>[d, d]</c>, a copy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The component is isotropic and has more dimensions than a matrix can have.</exception>
    public double[,] Covariance
    {
        get
        {
            if (StandardDeviation is { } deviation)
            {
                return PriorMoments.Isotropic(Mean.Count, deviation * deviation).Covariance;
            }

            var matrix = new double[Mean.Count, Mean.Count];
            Buffer.BlockCopy(_covariance!, 0, matrix, 0, sizeof(double) * _covariance!.Length);
            return matrix;
        }
    }

    /// <summary>L with Σ = LLᵀ, row-major, of a component with a covariance of its own.</summary>
    internal double[]? Factor { get; }

    /// <summary>w·tr Σ.</summary>
    internal double TotalVariance(double weight)
    {
        if (StandardDeviation is { } deviation)
        {
            return weight * Mean.Count * deviation * deviation;
        }

        return weight * Enumerable.Range(0, Mean.Count).Sum(i => _covariance![i * Mean.Count + i]);
    }

    private static double[] Check(IReadOnlyList<double> mean)
    {
        ArgumentNullException.ThrowIfNull(mean);
        double[] copy = [.. mean];
        if (copy.Length == 0)
        {
            throw new ArgumentException("Expected a mean of at least one coordinate, but it is empty. Pass one number a dimension.", nameof(mean));
        }

        foreach (var coordinate in copy)
        {
            Guard.CheckFinite(coordinate, nameof(mean));
        }

        return copy;
    }

    private static void CheckSymmetric(double[] covariance, int d)
    {
        foreach (var value in covariance)
        {
            Guard.CheckFinite(value, nameof(covariance));
        }

        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (Math.Abs(covariance[i * d + j] - covariance[j * d + i]) > 1e-8 * Math.Sqrt(Math.Abs(covariance[i * d + i] * covariance[j * d + j])))
                {
                    throw new ArgumentException($"Expected a symmetric covariance, but entries ({i}, {j}) and ({j}, {i}) differ. Average the two.", nameof(covariance));
                }
            }
        }
    }
}

/// <summary>The spreads of a mixture's components about their means.</summary>
internal interface IComponentShapes
{
    /// <summary>Standard normal rows, <c>[n, d]</c>, given the covariances of their components, <c>[n]</c>.</summary>
    Tensor Deviations(Tensor normal, Tensor component);

    /// <summary>log w_k + log N(z; μ_k, Σ_k), <c>[n, K]</c>, for means <c>[K, d]</c>.</summary>
    Tensor LogDensities(Tensor z, Tensor means, double[] logWeights);
}

/// <summary>σ_k²I: one number a component.</summary>
internal sealed class IsotropicShapes(IReadOnlyList<GaussianComponent> components) : IComponentShapes
{
    private readonly double[] _deviations = [.. components.Select(c => c.StandardDeviation!.Value)];

    public Tensor Deviations(Tensor normal, Tensor component) => normal * tensor(_deviations).index_select(0, component).unsqueeze(1);

    public Tensor LogDensities(Tensor z, Tensor means, double[] logWeights)
    {
        var scales = _deviations.Select(s => -0.5 / (s * s)).ToArray();
        var offsets = logWeights.Zip(_deviations, (w, s) => w - 0.5 * z.shape[1] * Math.Log(2 * Math.PI * s * s)).ToArray();

        // Differences rather than ‖z‖² − 2z·μ + ‖μ‖²: the expansion cancels badly for points far from the origin.
        var squares = (z.unsqueeze(1) - Like(means, z).unsqueeze(0)).Squared().sum(2);
        return (squares * Like(tensor(scales), z)).Plus(Like(tensor(offsets), z));
    }

    private static Tensor Like(Tensor values, Tensor z) => values.to(z.dtype).MovedTo(z.device);
}

/// <summary>Σ_k = L_kL_kᵀ: a factor and its inverse a component.</summary>
internal sealed class FullShapes(IReadOnlyList<GaussianComponent> components) : IComponentShapes
{
    private readonly double[][] _factors = [.. components.Select(Factor)];
    private readonly double[][] _inverses = [.. components.Select(c => Cholesky.InvertLower(Factor(c), c.Mean.Count))];

    public Tensor Deviations(Tensor normal, Tensor component)
    {
        var d = normal.shape[1];
        var chosen = component.unsqueeze(1);
        var samples = zeros_like(normal);
        for (var k = 0; k < _factors.Length; k++)
        {
            samples = where(chosen.Minus(k).IsZero(), normal.mm(TensorData.Matrix(_factors[k], d, d).t()), samples);
        }

        return samples;
    }

    public Tensor LogDensities(Tensor z, Tensor means, double[] logWeights)
    {
        var d = means.shape[1];
        var terms = new Tensor[_factors.Length];
        for (var k = 0; k < terms.Length; k++)
        {
            var inverse = TensorData.Like(_inverses[k], d, d, z);
            var offset = logWeights[k] - 0.5 * (d * Math.Log(2 * Math.PI) + Cholesky.LogDeterminant(_factors[k], (int)d));
            var centre = means[k].to(z.dtype).MovedTo(z.device);
            terms[k] = (z - centre).mm(inverse.t()).Squared().sum(1).Times(-0.5).Plus(offset);
        }

        return stack(terms, 1);
    }

    private static double[] Factor(GaussianComponent component)
        => component.Factor ?? Cholesky.Factor([.. component.Covariance.Cast<double>()], component.Mean.Count)!;
}
