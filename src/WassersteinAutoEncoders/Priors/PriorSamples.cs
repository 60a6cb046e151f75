using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Priors;

/// <summary>P_Z as a latent divergence sees it: the prior, where there is one, and samples of it, drawn when they are first asked for.</summary>
/// <remarks>
/// A divergence that compares two samples asks for <see cref="Tensor"/>; one with the prior integrated out asks for
/// <see cref="Prior"/> and draws nothing. A tensor of samples converts implicitly, so that <c>divergence.Evaluate(x, y)</c> compares
/// two samples. Not safe for use by several threads at once.
/// </remarks>
public sealed class PriorSamples : IDisposable
{
    private readonly Generator? _generator;
    private readonly Device? _device;
    private readonly ScalarType? _dtype;
    private Tensor? _samples;
    private bool _isOwned;
    private double? _variance;

    /// <summary>Samples of a prior that are not drawn yet.</summary>
    /// <param name="prior">P_Z.</param>
    /// <param name="count">How many, ≥ 1.</param>
    /// <param name="generator">The CPU generator to draw from; the global CPU generator when <see langword="null"/>.</param>
    /// <param name="device">Where the samples are wanted; the CPU when <see langword="null"/>.</param>
    /// <param name="dtype">float32 (the default) or float64.</param>
    /// <exception cref="ArgumentException">The prior is missing or the count is below 1.</exception>
    public PriorSamples(IPrior prior, long count, Generator? generator = null, Device? device = null, ScalarType? dtype = null)
    {
        ArgumentNullException.ThrowIfNull(prior);
        Prior = prior;
        Count = Guard.CheckAtLeast(count, 1);
        (_generator, _device, _dtype) = (generator, device, dtype);
    }

    /// <summary>Samples that were drawn before.</summary>
    /// <param name="samples"><c>[m, d]</c>; stays the caller's.</param>
    /// <param name="prior">The prior that they come from, if it is known.</param>
    /// <exception cref="ArgumentException">The samples are missing or not of shape <c>[m, d]</c>.</exception>
    public PriorSamples(Tensor samples, IPrior? prior = null)
        : this(samples, prior, nameof(samples))
    {
    }

    private PriorSamples(Tensor samples, IPrior? prior, string name)
    {
        Guard.CheckPoints(samples, name, prior?.Dimension);
        _samples = samples;
        Prior = prior;
        Count = samples.shape[0];
    }

    /// <summary>The prior that the samples come from; <see langword="null"/> where only samples are known.</summary>
    public IPrior? Prior { get; }

    /// <summary>The labels of the codes that are compared, <c>[n]</c>, where batches have them; what a divergence such as <see cref="Divergences.PerClassDivergence"/> looks at.</summary>
    /// <value>Default: none.</value>
    public Tensor? Labels { get; init; }

    /// <summary>The number of samples m.</summary>
    public long Count { get; }

    /// <summary>The samples, <c>[m, d]</c>, without gradient; the same at each call.</summary>
    /// <value>Those drawn here live until this object is disposed.</value>
    public Tensor Tensor
    {
        get
        {
            if (_samples is null)
            {
                // Drawn inside whatever scope a divergence works in, but needed by others after it.
                _samples = Draw(Prior!, Count, _generator, _device, _dtype).DetachFromDisposeScope();
                _isOwned = true;
            }

            return _samples;
        }
    }

    /// <summary>E‖p − p′‖²/(2d), the variance of a coordinate: the prior's, or that of the samples where they come without it, and 1 where those have none.</summary>
    internal double CoordinateVariance => _variance ??= Prior is null ? VarianceOf(_samples!) : Prior.ExpectedSquaredDistance / (2.0 * Prior.Dimension);

    /// <summary>The two-sample form: samples without a prior.</summary>
    /// <param name="samples"><c>[m, d]</c>; stays the caller's.</param>
    public static implicit operator PriorSamples(Tensor samples) => new(samples, null, "prior");

    /// <summary>The prior as one that knows what a divergence needs of it.</summary>
    /// <typeparam name="TPrior">What is needed.</typeparam>
    /// <param name="divergence">Who needs it, for the message.</param>
    /// <param name="advice">What to do where the prior is another one, a sentence.</param>
    /// <returns>The prior.</returns>
    /// <exception cref="ArgumentException">There is no prior, or it is of another kind.</exception>
    public TPrior Require<TPrior>(string divergence, string advice)
        where TPrior : class, IPrior
        => Prior as TPrior ?? throw new ArgumentException(
            $"Expected a {typeof(TPrior).Name} for {divergence}, which has the prior integrated out, but got {Prior?.GetType().Name ?? "samples without their prior"}. {advice}", "prior");

    /// <summary>Codes, and samples of the prior of their dimension, element type and device, which are drawn now if they were not.</summary>
    internal static Tensor For(Tensor encoded, PriorSamples prior)
    {
        Guard.CheckPoints(encoded, nameof(encoded));
        ArgumentNullException.ThrowIfNull(prior);
        var samples = prior.Tensor;
        Guard.CheckPoints(samples, nameof(prior), encoded.size(1));
        Guard.CheckSameKind(encoded, nameof(encoded), samples, nameof(prior));
        return samples;
    }

    /// <summary>Samples of a prior, checked: dense, live, of shape <c>[count, d]</c>.</summary>
    internal static Tensor Draw(IPrior prior, long count, Generator? generator, Device? device, ScalarType? dtype)
    {
        var role = $"the prior ({prior.GetType().Name})";
        var samples = ModuleCall.Present(ModuleCall.Checked(() => prior.Sample(count, generator, device, dtype), role, $"a count of {count}"), role);
        if (samples.dim() != 2 || samples.shape[0] != count || samples.shape[1] < 1 || samples.shape[1] != prior.Dimension)
        {
            throw new ArgumentException($"Expected {role} to return samples of shape [{count}, {prior.Dimension}], but it returned {Guard.Shape(samples)}. Let its Sample return one row a sample.", nameof(prior));
        }

        return samples;
    }

    /// <summary>Disposes the samples that were drawn here; those given stay the caller's.</summary>
    public void Dispose()
    {
        if (_isOwned)
        {
            _samples!.Dispose();
        }
    }

    private static double VarianceOf(Tensor samples)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var variance = samples.shape[0] < 2 ? 1 : Scalars.Read(samples.to(ScalarType.Float64).var(0).mean());
        return double.IsFinite(variance) && variance > 0 ? variance : 1;
    }
}
