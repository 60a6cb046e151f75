using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Sampling;

/// <summary>A mixture of Gaussians with full covariances fitted to codes, by expectation maximisation in float64.</summary>
/// <remarks>
/// Starts are k-means++ centres (Arthur and Vassilvitskii 2007) refined by a few k-means steps. With a ridge ε on the
/// covariances, the likelihood of a code under a component carries the factor exp(−ε·tr(Σ⁻¹)/2): the iteration then
/// maximises that penalised likelihood exactly, and never decreases it.
/// </remarks>
/// <param name="Prior">The mixture: a prior to sample from.</param>
/// <param name="LogLikelihood">The mean log-density of the codes under the mixture, in nats a code.</param>
/// <param name="Bic">−2·n·<paramref name="LogLikelihood"/> + p·log n with p = K − 1 + K·d + K·d(d+1)/2 free parameters (Schwarz 1978); smaller is better.</param>
/// <param name="Objective">The mean penalised log-likelihood after each iteration of the best start; never decreasing (up to rounding).</param>
/// <param name="Converged">Whether the last improvement was below the tolerance; <see langword="false"/> where the iterations ran out.</param>
public sealed record GaussianMixtureFit(GaussianMixturePrior Prior, double LogLikelihood, double Bic, IReadOnlyList<double> Objective, bool Converged)
{
    /// <summary>The mean penalised log-likelihood after each iteration of the best start.</summary>
    public IReadOnlyList<double> Objective { get; init => field = Guard.CheckGiven(value, nameof(Objective)); } = Guard.CheckGiven(Objective, nameof(Objective));

    /// <summary>Fits a given number of components.</summary>
    /// <param name="codes">Codes, <c>[n, d]</c>, float32 or float64, finite, on any device; n ≥ components and n ≥ 2. More than K·d² are wanted.</param>
    /// <param name="components">K ≥ 1.</param>
    /// <param name="options">Settings; the defaults when <see langword="null"/>.</param>
    /// <returns>The best of the starts. Components that no code belongs to any more are left out.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, there are fewer codes than components, all codes coincide, or a value is not finite.</exception>
    public static GaussianMixtureFit Run(Tensor codes, int components, GaussianMixtureFitOptions? options = null)
    {
        options ??= new GaussianMixtureFitOptions();
        options.Validate();
        Guard.CheckPoints(codes, nameof(codes));
        Guard.CheckAtLeast(components, 1);
        if (codes.shape[0] < Math.Max(2, components))
        {
            throw new ArgumentException($"Expected at least {Math.Max(2, components)} codes for {components} components, but '{nameof(codes)}' has shape {Guard.Shape(codes)}. Pass more codes or ask for fewer components.", nameof(codes));
        }

        Guard.CheckFiniteValues(codes, nameof(codes));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(options.Seed);
        var points = TensorData.Float64Cpu(codes);
        var variance = Scalars.Read(points.sub(points.mean([0L])).Squared().mean());
        if (!(variance > 0))
        {
            throw new ArgumentException("Expected codes that vary, but all coincide. Check the encoder.", nameof(codes));
        }

        var best = Enumerable.Range(0, options.Starts)
            .Select(_ => ExpectationMaximisation.Run(points, KMeans.Responsibilities(points, components, generator), options.Ridge * variance, options))
            .MaxBy(run => run.Objective[^1]);
        var prior = new GaussianMixturePrior(best.Components);
        double n = points.shape[0], d = points.shape[1], k = best.Components.Count;
        var likelihood = Scalars.Read(prior.LogDensity(points).mean());
        var parameters = k - 1 + k * d + k * d * (d + 1) / 2;
        return new GaussianMixtureFit(prior, likelihood, -2 * n * likelihood + parameters * Math.Log(n), best.Objective, best.Converged);
    }

    /// <summary>Fits 1 to <paramref name="maximumComponents"/> components and keeps the fit with the smallest BIC.</summary>
    /// <param name="codes">Codes, <c>[n, d]</c>, as for <see cref="Run"/>.</param>
    /// <param name="maximumComponents">The largest K tried, from 1 to n; 10 by default.</param>
    /// <param name="options">Settings; the defaults when <see langword="null"/>.</param>
    /// <returns>The chosen fit and the BIC of every K tried, from 1 on.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Run"/>.</exception>
    public static (GaussianMixtureFit Best, IReadOnlyList<double> Bic) SelectByBic(Tensor codes, int maximumComponents = 10, GaussianMixtureFitOptions? options = null)
    {
        Guard.CheckPoints(codes, nameof(codes));
        Guard.CheckAtLeast(maximumComponents, 1);
        if (maximumComponents > codes.shape[0])
        {
            throw new ArgumentOutOfRangeException(nameof(maximumComponents), maximumComponents, $"Expected at most as many components as there are codes, {codes.shape[0]}. Pass more codes or ask for fewer components.");
        }

        var fits = Enumerable.Range(1, maximumComponents).Select(k => Run(codes, k, options)).ToList();
        return (fits.MinBy(f => f.Bic)!, [.. fits.Select(f => f.Bic)]);
    }
}

/// <summary>Settings of <see cref="GaussianMixtureFit"/>.</summary>
public sealed record GaussianMixtureFitOptions
{
    /// <summary>The most iterations of a start.</summary>
    /// <value>At least 1; 200 by default.</value>
    public int MaximumIterations { get; init; } = 200;

    /// <summary>The improvement of the mean log-likelihood, in nats a code, below which a start has converged.</summary>
    /// <value>&gt; 0; 1e-6 by default.</value>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>Random starts, of which the best is kept: the likelihood has local maxima.</summary>
    /// <value>At least 1; 3 by default.</value>
    public int Starts { get; init; } = 3;

    /// <summary>What is added to the diagonal of every covariance, in units of the codes' mean variance a dimension: it keeps a component from shrinking onto a single code.</summary>
    /// <value>From 1e-9 up; 1e-6 by default.</value>
    public double Ridge { get; init; } = 1e-6;

    /// <summary>The seed of the starts; the global generator is not touched.</summary>
    /// <value>Any number; 0 by default.</value>
    public ulong Seed { get; init; }

    internal void Validate()
    {
        Guard.CheckAtLeast(MaximumIterations, 1);
        Guard.CheckPositive(Tolerance);
        Guard.CheckAtLeast(Starts, 1);
        if (!(Ridge >= 1e-9 && double.IsFinite(Ridge)))
        {
            throw new ArgumentOutOfRangeException(nameof(Ridge), Ridge, $"Expected '{nameof(Ridge)}' to be a finite number of at least 1e-9. Pass one such as 1e-6.");
        }
    }
}
