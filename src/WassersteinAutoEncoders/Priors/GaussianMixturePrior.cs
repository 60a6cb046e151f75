using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Priors;

/// <summary>A mixture of isotropic Gaussians, Σ_k w_k·N(μ_k, σ_k²I) with Σ_k w_k = 1.</summary>
/// <remarks>Immutable; safe to share between threads as long as each brings its own generator.</remarks>
public sealed class GaussianMixturePrior : IScorePrior, IMomentPrior
{
    private readonly double[] _means;
    private readonly double[] _standardDeviations;
    private readonly double[] _weights;

    /// <summary>Creates the mixture of the given components.</summary>
    /// <param name="modes">At least one component, all of one dimension.</param>
    /// <exception cref="ArgumentException">There is no component, means differ in length, or a number is outside its range.</exception>
    public GaussianMixturePrior(IEnumerable<GaussianMode> modes)
    {
        ArgumentNullException.ThrowIfNull(modes);
        var list = modes.ToArray();
        if (list.Length == 0)
        {
            throw new ArgumentException("Expected at least one component, but the list is empty. Pass one or more.", nameof(modes));
        }

        foreach (var mode in list)
        {
            Check(mode, list[0]?.Mean?.Count ?? 0);
        }

        Dimension = list[0].Mean.Count;
        _means = [.. list.SelectMany(m => m.Mean)];
        _standardDeviations = [.. list.Select(m => m.StandardDeviation)];
        var total = list.Sum(m => m.Weight);
        _weights = [.. list.Select(m => Guard.CheckPositive(m.Weight / total, nameof(modes)))];
        ExpectedSquaredDistance = TwiceTheTotalVariance();
    }

    /// <inheritdoc/>
    public long Dimension { get; }

    /// <summary>The number of components.</summary>
    public int Count => _weights.Length;

    /// <summary>The components' weights w_k, positive, of sum 1.</summary>
    public IReadOnlyList<double> Weights => _weights;

    /// <summary>E‖p − p′‖² = 2·(Σ_k w_k·(dσ_k² + ‖μ_k‖²) − ‖Σ_k w_k·μ_k‖²), twice the trace of the covariance.</summary>
    public double ExpectedSquaredDistance { get; }

    /// <summary>Mean Σ_k w_k·μ_k, covariance Σ_k w_k·(σ_k²I + μ_kμ_kᵀ) − mean·meanᵀ.</summary>
    public PriorMoments Moments
    {
        get
        {
            var d = (int)Dimension;
            Guard.CheckArray(nameof(Moments), d, d);
            var mean = new double[d];
            var covariance = new double[d, d];
            for (var k = 0; k < Count; k++)
            {
                var centre = _means.AsSpan(k * d, d);
                for (var i = 0; i < d; i++)
                {
                    mean[i] += _weights[k] * centre[i];
                    covariance[i, i] += _weights[k] * _standardDeviations[k] * _standardDeviations[k];
                    for (var j = 0; j < d; j++)
                    {
                        covariance[i, j] += _weights[k] * centre[i] * centre[j];
                    }
                }
            }

            for (var i = 0; i < d; i++)
            {
                for (var j = 0; j < d; j++)
                {
                    covariance[i, j] -= mean[i] * mean[j];
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
        Guard.CheckPositive(standardDeviation);
        Guard.CheckAtLeast(dimension, 2);
        Guard.CheckArray(nameof(modes), modes, dimension);
        return new GaussianMixturePrior(Enumerable.Range(0, modes).Select(k =>
        {
            var mean = new double[dimension];
            (mean[1], mean[0]) = Math.SinCos(2 * Math.PI * k / modes);
            mean[0] *= radius;
            mean[1] *= radius;
            return new GaussianMode(mean, standardDeviation);
        }));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The count is below 1, the generator is not the CPU's, or the element type is not floating-point.</exception>
    public Tensor Sample(long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
        => PriorSampling.Sample(count, generator, device, dtype, () =>
        {
            Guard.CheckAllocation(nameof(count), sizeof(double), count, Count);
            var component = zeros([count], dtype: ScalarType.Int64);
            if (Count > 1)
            {
                // Inversion of the cumulative weights; the last bound is left out, so that rounding in it can't matter.
                var bounds = tensor(_weights).cumsum(0).slice(0, 0, Count - 1, 1);
                component = PriorSampling.Uniform([count, 1], generator).ge(bounds).to(ScalarType.Int64).sum(1);
            }

            var deviations = tensor(_standardDeviations).index_select(0, component).unsqueeze(1);
            return Means().index_select(0, component).Plus(PriorSampling.Normal(count, Dimension, generator) * deviations);
        });

    /// <summary>log p(z) = log Σ_k w_k·N(z; μ_k, σ_k²I), by the log-sum-exp of the components' terms.</summary>
    /// <param name="z">Points, <c>[n, d]</c>, float32 or float64.</param>
    /// <returns><c>[n]</c>, in nats, differentiable; finite far from every component too.</returns>
    /// <exception cref="ArgumentException">The shape or element type does not fit.</exception>
    public Tensor LogDensity(Tensor z)
    {
        Guard.CheckPoints(z, nameof(z), Dimension);
        Guard.CheckAllocation(nameof(z), sizeof(double), z.shape[0], Count, Dimension);
        using var scope = NewDisposeScope();
        var scales = _standardDeviations.Select(s => -0.5 / (s * s)).ToArray();
        var offsets = _weights.Zip(_standardDeviations, (w, s) => Math.Log(w) - 0.5 * Dimension * Math.Log(2 * Math.PI * s * s)).ToArray();

        // Differences rather than ‖z‖² − 2z·μ + ‖μ‖²: the expansion cancels badly for points far from the origin.
        var squares = (z.unsqueeze(1) - Like(Means(), z).unsqueeze(0)).Squared().sum(2);
        return (squares * Like(tensor(scales), z)).Plus(Like(tensor(offsets), z)).logsumexp(1).MoveToOuterDisposeScope();
    }

    private static Tensor Like(Tensor values, Tensor z) => values.to(z.dtype).to(z.device);

    private static void Check(GaussianMode? mode, int dimension)
    {
        if (mode?.Mean is null)
        {
            throw new ArgumentException("Expected components with a mean, but one is null. Pass a mean for each.", "modes");
        }

        if (mode.Mean.Count < 1 || mode.Mean.Count != dimension)
        {
            throw new ArgumentException($"Expected means of one length of at least 1, but lengths {dimension} and {mode.Mean.Count} came. Give every component the same dimension.", "modes");
        }

        foreach (var coordinate in mode.Mean)
        {
            Guard.CheckFinite(coordinate, nameof(GaussianMode.Mean));
        }

        Guard.CheckPositive(mode.StandardDeviation, nameof(GaussianMode.StandardDeviation));
        Guard.CheckPositive(mode.Weight, nameof(GaussianMode.Weight));
    }

    private Tensor Means() => tensor(_means).reshape(Count, Dimension);

    private double TwiceTheTotalVariance()
    {
        double second = 0;
        var mean = new double[Dimension];
        for (var k = 0; k < Count; k++)
        {
            second += _weights[k] * Dimension * _standardDeviations[k] * _standardDeviations[k];
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

/// <summary>One component N(μ, σ²I) of a <see cref="GaussianMixturePrior"/>.</summary>
/// <param name="Mean">μ, d finite coordinates.</param>
/// <param name="StandardDeviation">σ, finite and &gt; 0.</param>
/// <param name="Weight">The component's share, finite and &gt; 0; shares are divided by their sum. 1 by default.</param>
public sealed record GaussianMode(IReadOnlyList<double> Mean, double StandardDeviation, double Weight = 1);
