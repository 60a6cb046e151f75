using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Sampling;

/// <summary>A mixture of Gaussians with full covariances, Σ_k w_k·N(μ_k, Σ_k): a prior to sample from, usually one fitted to codes.</summary>
/// <remarks>
/// Decoding samples of a mixture fitted to the codes shows what the decoder can do where codes do not reach the
/// prior's shape; it says nothing about the prior. Immutable; safe to share between threads as long as each brings
/// its own generator.
/// </remarks>
public sealed class GaussianMixtureModel : IScorePrior, IMomentPrior
{
    private readonly double[] _weights;
    private readonly double[][] _means;
    private readonly double[][] _factors;
    private readonly double[][] _inverses;
    private readonly double[] _offsets;

    /// <summary>Creates the mixture of the given components.</summary>
    /// <param name="components">At least one component, all of one dimension.</param>
    /// <exception cref="ArgumentException">There is no component, sizes differ, a number is not finite, a weight is not positive, or a covariance is not symmetric positive definite.</exception>
    public GaussianMixtureModel(IEnumerable<GaussianComponent> components)
    {
        ArgumentNullException.ThrowIfNull(components);
        Components = [.. components];
        if (Components.Count == 0)
        {
            throw new ArgumentException("Expected at least one component, but the list is empty. Pass one or more.", nameof(components));
        }

        var d = Components[0]?.Mean?.Count ?? 0;
        var covariances = Components.Select(c => Check(c, d)).ToArray();
        var total = Components.Sum(c => c.Weight);
        Dimension = d;
        _weights = [.. Components.Select(c => c.Weight / total)];
        _means = [.. Components.Select(c => c.Mean.ToArray())];
        _factors = [.. covariances.Select((c, k) => Cholesky.Factor(c, d) ?? throw new ArgumentException(
            $"Expected symmetric positive definite covariances, but that of component {k} is not. Add a small multiple of the identity.", nameof(components)))];
        _inverses = [.. _factors.Select(l => Cholesky.InvertLower(l, d))];
        _offsets = [.. _weights.Zip(_factors, (w, l) => Math.Log(w) - 0.5 * (d * Math.Log(2 * Math.PI) + Cholesky.LogDeterminant(l, d)))];
        Moments = MomentsOf(_weights, _means, covariances);
        ExpectedSquaredDistance = 2 * Enumerable.Range(0, d).Sum(i => Moments.Covariance[i, i]);
    }

    /// <inheritdoc/>
    public long Dimension { get; }

    /// <summary>The components, with the weights they were given.</summary>
    public IReadOnlyList<GaussianComponent> Components { get; }

    /// <summary>Mean Σ_k w_k·μ_k, covariance Σ_k w_k·(Σ_k + μ_kμ_kᵀ) − mean·meanᵀ.</summary>
    public PriorMoments Moments { get; }

    /// <summary>E‖p − p′‖², twice the trace of the covariance.</summary>
    public double ExpectedSquaredDistance { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The count is below 1, the generator is not the CPU's, or the element type is not floating-point.</exception>
    public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => PriorSampling.Sample(count, generator, device, dtype, () =>
        {
            var d = Dimension;
            var bounds = tensor(_weights).cumsum(0).slice(0, 0, _weights.Length - 1, 1);
            var component = PriorSampling.Uniform([count, 1], generator).ge(bounds).to(ScalarType.Int64).sum(1, keepdim: true);
            var normal = PriorSampling.Normal(count, d, generator);
            var samples = zeros([count, d], dtype: ScalarType.Float64);
            for (var k = 0; k < _weights.Length; k++)
            {
                var points = normal.mm(TensorData.Matrix(_factors[k], d, d).t()).Plus(tensor(_means[k]));
                samples = where(component.Minus(k).IsZero(), points, samples);
            }

            return samples;
        });

    /// <summary>log p(z) = log Σ_k w_k·N(z; μ_k, Σ_k), by the log-sum-exp of the components' terms.</summary>
    /// <param name="z">Points, <c>[n, d]</c>, float32 or float64.</param>
    /// <returns><c>[n]</c>, in nats, differentiable.</returns>
    /// <exception cref="ArgumentException">The shape or element type does not fit.</exception>
    public Tensor LogDensity(Tensor z)
    {
        Guard.CheckPoints(z, nameof(z), Dimension);
        using var scope = NewDisposeScope();
        var terms = new Tensor[_weights.Length];
        for (var k = 0; k < terms.Length; k++)
        {
            var inverse = TensorData.Matrix(_inverses[k], Dimension, Dimension).to(z.dtype).to(z.device);
            var centre = tensor(_means[k]).to(z.dtype).to(z.device);
            terms[k] = (z - centre).mm(inverse.t()).Squared().sum(1).Times(-0.5).Plus(_offsets[k]);
        }

        return stack(terms, 1).logsumexp(1).MoveToOuterDisposeScope();
    }

    private static double[] Check(GaussianComponent? component, int d)
    {
        if (component?.Mean is null || component.Covariance is null)
        {
            throw new ArgumentException("Expected components with a mean and a covariance, but one is null. Pass both for each.", "components");
        }

        var rows = component.Covariance.GetLength(0);
        if (d < 1 || component.Mean.Count != d || rows != d || component.Covariance.GetLength(1) != d)
        {
            throw new ArgumentException($"Expected means of {d} values and covariances of {d}×{d}, but {component.Mean.Count} and {rows}×{component.Covariance.GetLength(1)} came. Give every component the same dimension of at least 1.", "components");
        }

        Guard.CheckPositive(component.Weight, nameof(GaussianComponent.Weight));
        double[] covariance = [.. component.Covariance.Cast<double>()];
        if (!covariance.Concat(component.Mean).All(double.IsFinite))
        {
            throw new ArgumentException("Expected finite means and covariances, but one is NaN or infinite. Check where they come from.", "components");
        }

        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (Math.Abs(covariance[i * d + j] - covariance[j * d + i]) > 1e-8 * Math.Sqrt(Math.Abs(covariance[i * d + i] * covariance[j * d + j])))
                {
                    throw new ArgumentException($"Expected symmetric covariances, but entries ({i}, {j}) and ({j}, {i}) differ. Average the two.", "components");
                }
            }
        }

        return covariance;
    }

    private static PriorMoments MomentsOf(double[] weights, double[][] means, double[][] covariances)
    {
        var d = means[0].Length;
        var mean = new double[d];
        for (var i = 0; i < d; i++)
        {
            mean[i] = weights.Zip(means, (w, m) => w * m[i]).Sum();
        }

        var covariance = new double[d, d];
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < d; j++)
            {
                for (var k = 0; k < weights.Length; k++)
                {
                    covariance[i, j] += weights[k] * (covariances[k][i * d + j] + (means[k][i] - mean[i]) * (means[k][j] - mean[j]));
                }
            }
        }

        return new PriorMoments(mean, covariance);
    }
}

/// <summary>One component N(μ, Σ) of a <see cref="GaussianMixtureModel"/>.</summary>
/// <param name="Weight">The component's share, finite and &gt; 0; shares are divided by their sum.</param>
/// <param name="Mean">μ, d finite values.</param>
/// <param name="Covariance">Σ, <c>[d, d]</c>, symmetric positive definite.</param>
public sealed record GaussianComponent(double Weight, IReadOnlyList<double> Mean, double[,] Covariance);
