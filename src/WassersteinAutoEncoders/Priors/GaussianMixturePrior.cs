using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Priors;

/// <summary>A mixture of Gaussians, Σ_k w_k·N(μ_k, Σ_k) with Σ_k w_k = 1: a prior of one's own choice, or what a <see cref="Sampling.GaussianMixtureFit"/> found in codes.</summary>
/// <remarks>Immutable; safe to share between threads as long as each brings its own generator.</remarks>
public sealed class GaussianMixturePrior : IScorePrior, IMomentPrior
{
    private readonly double[] _means;
    private readonly double[] _weights;
    private readonly IComponentShapes _shapes;

    /// <summary>Creates the mixture of the given components.</summary>
    /// <param name="components">At least one component, all of one dimension.</param>
    /// <exception cref="ArgumentException">There is no component, sizes differ, a number is outside its range, or a covariance is not symmetric positive definite.</exception>
    public GaussianMixturePrior(IEnumerable<GaussianComponent> components)
    {
        ArgumentNullException.ThrowIfNull(components);
        Components = [.. components];
        if (Components.Count == 0)
        {
            throw new ArgumentException("Expected at least one component, but the list is empty. Pass one or more.", nameof(components));
        }

        var d = Components[0]?.Mean.Count ?? 0;
        foreach (var component in Components)
        {
            if (component is null)
            {
                throw new ArgumentException("Expected components, but one is null. Pass a mean and a spread for each.", nameof(components));
            }

            if (component.Mean.Count != d)
            {
                throw new ArgumentException($"Expected means of one length, but lengths {d} and {component.Mean.Count} came. Give every component the same dimension.", nameof(components));
            }
        }

        Dimension = d;
        _means = [.. Components.SelectMany(c => c.Mean)];
        var total = Components.Sum(c => c.Weight);
        _weights = [.. Components.Select(c => Guard.CheckPositive(c.Weight / total, nameof(components)))];
        _shapes = Components.All(c => c.StandardDeviation is not null) ? new IsotropicShapes(Components) : new FullShapes(Components);
        ExpectedSquaredDistance = TwiceTheTotalVariance();
    }

    /// <inheritdoc/>
    public long Dimension { get; }

    /// <summary>The components, with the weights they were given.</summary>
    public IReadOnlyList<GaussianComponent> Components { get; }

    /// <summary>The components' weights w_k, positive, of sum 1.</summary>
    public IReadOnlyList<double> Weights => _weights;

    /// <summary>E‖p − p′‖² = 2·(Σ_k w_k·(tr Σ_k + ‖μ_k‖²) − ‖Σ_k w_k·μ_k‖²), twice the trace of the covariance.</summary>
    public double ExpectedSquaredDistance { get; }

    /// <summary>Mean Σ_k w_k·μ_k, covariance Σ_k w_k·(Σ_k + (μ_k − mean)(μ_k − mean)ᵀ).</summary>
    public PriorMoments Moments
    {
        get
        {
            var d = (int)Dimension;
            Guard.CheckArray(nameof(Moments), d, d);
            var mean = new double[d];
            for (var k = 0; k < _weights.Length; k++)
            {
                for (var i = 0; i < d; i++)
                {
                    mean[i] += _weights[k] * _means[k * d + i];
                }
            }

            var covariance = new double[d, d];
            for (var k = 0; k < _weights.Length; k++)
            {
                var own = Components[k].Covariance;
                for (var i = 0; i < d; i++)
                {
                    for (var j = 0; j < d; j++)
                    {
                        covariance[i, j] += _weights[k] * (own[i, j] + (_means[k * d + i] - mean[i]) * (_means[k * d + j] - mean[j]));
                    }
                }
            }

            return new PriorMoments(mean, covariance);
        }
    }

    /// <summary>Equal components evenly spaced on a circle in the first two coordinates, the others centred at 0.</summary>
    /// <param name="modes">How many, ≥ 1.</param>
    /// <param name="radius">The circle's radius, finite and &gt; 0; 2 by default.</param>
    /// <param name="standardDeviation">σ of each component, finite and &gt; 0; 0.2 by default.</param>
    /// <param name="dimension">d ≥ 2; 2 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static GaussianMixturePrior Ring(int modes, double radius = 2, double standardDeviation = 0.2, int dimension = 2)
    {
        Guard.CheckAtLeast(modes, 1);
        Guard.CheckPositive(radius);
        Guard.CheckAtLeast(dimension, 2);
        Guard.CheckArray(nameof(modes), modes, dimension);
        return new GaussianMixturePrior(Enumerable.Range(0, modes).Select(k =>
        {
            var mean = new double[dimension];
            (mean[1], mean[0]) = Math.SinCos(2 * Math.PI * k / modes);
            mean[0] *= radius;
            mean[1] *= radius;
            return new GaussianComponent(mean, standardDeviation);
        }));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The count is below 1, the generator is not the CPU's, or the element type is not floating-point.</exception>
    public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => PriorSampling.Sample(count, generator, device, dtype, () =>
        {
            Guard.CheckAllocation(nameof(count), sizeof(double), count, _weights.Length);
            var component = zeros([count], dtype: ScalarType.Int64);
            if (_weights.Length > 1)
            {
                // Inversion of the cumulative weights; the last bound is left out, so that rounding in it can't matter.
                var bounds = tensor(_weights).cumsum(0).slice(0, 0, _weights.Length - 1, 1);
                component = PriorSampling.Uniform([count, 1], generator).ge(bounds).to(ScalarType.Int64).sum(1);
            }

            return Means().index_select(0, component).Plus(_shapes.Deviations(PriorSampling.Normal(count, Dimension, generator), component));
        });

    /// <summary>log p(z) = log Σ_k w_k·N(z; μ_k, Σ_k), by the log-sum-exp of the components' terms.</summary>
    /// <param name="z">Points, <c>[n, d]</c>, float32 or float64.</param>
    /// <returns><c>[n]</c>, in nats, differentiable; finite far from every component too.</returns>
    /// <exception cref="ArgumentException">The shape or element type does not fit.</exception>
    public Tensor LogDensity(Tensor z)
    {
        Guard.CheckPoints(z, nameof(z), Dimension);
        Guard.CheckAllocation(nameof(z), sizeof(double), z.shape[0], _weights.Length, Dimension);
        using var scope = NewDisposeScope();
        var logs = _weights.Select(w => Math.Log(w)).ToArray();
        return _shapes.LogDensities(z, Means(), logs).logsumexp(1).MoveToOuterDisposeScope();
    }

    private Tensor Means() => tensor(_means).reshape(_weights.Length, Dimension);

    private double TwiceTheTotalVariance()
    {
        double second = 0;
        var mean = new double[Dimension];
        for (var k = 0; k < _weights.Length; k++)
        {
            second += Components[k].TotalVariance(_weights[k]);
            for (var i = 0; i < Dimension; i++)
            {
                var coordinate = _means[k * Dimension + i];
                second += _weights[k] * coordinate * coordinate;
                mean[i] += _weights[k] * coordinate;
            }
        }

        return 2 * (second - mean.Sum(m => m * m));
    }
}
