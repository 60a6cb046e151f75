using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Training.Optimizers;

/// <summary>Adam (Kingma and Ba, ICLR 2015, algorithm 1), with weight decay added to the gradient where asked for.</summary>
public sealed class AdamFactory : IOptimizerFactory, IDescribed
{
    private readonly AdamSettings _settings;

    /// <summary>Creates the factory.</summary>
    /// <param name="beta1">β₁, the decay of the mean of gradients, in [0, 1); 0.9 by default. The official WAE code takes 0.5.</param>
    /// <param name="beta2">β₂, the decay of the mean of squared gradients, in [0, 1); 0.999 by default.</param>
    /// <param name="epsilon">ε, added to the denominator, finite and &gt; 0; 1e-8 by default.</param>
    /// <param name="weightDecay">The factor of the parameters that is added to the gradients, finite and ≥ 0; 0 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public AdamFactory(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        => _settings = new(Guard.CheckFraction(beta1), Guard.CheckFraction(beta2), Guard.CheckPositive(epsilon), Guard.CheckNonNegative(weightDecay), Decoupled: false);

    /// <inheritdoc/>
    public IParameterOptimizer Create(IReadOnlyList<NamedParameter> parameters) => new AdamOptimizer(NamedParameter.Check(parameters), _settings);

    string IDescribed.Describe() => FormattableString.Invariant($"beta1 {_settings.Beta1:R}, beta2 {_settings.Beta2:R}, epsilon {_settings.Epsilon:R}, weight decay {_settings.WeightDecay:R}");
}

/// <summary>AdamW: Adam with weight decay applied to the parameters themselves (Loshchilov and Hutter, ICLR 2019, algorithm 2).</summary>
public sealed class AdamWFactory : IOptimizerFactory, IDescribed
{
    private readonly AdamSettings _settings;

    /// <summary>Creates the factory.</summary>
    /// <param name="beta1">β₁, the decay of the mean of gradients, in [0, 1); 0.9 by default.</param>
    /// <param name="beta2">β₂, the decay of the mean of squared gradients, in [0, 1); 0.999 by default.</param>
    /// <param name="epsilon">ε, added to the denominator, finite and &gt; 0; 1e-8 by default.</param>
    /// <param name="weightDecay">w: each step first multiplies the parameters with 1 − learning rate · w; finite and ≥ 0, 0.01 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public AdamWFactory(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01)
        => _settings = new(Guard.CheckFraction(beta1), Guard.CheckFraction(beta2), Guard.CheckPositive(epsilon), Guard.CheckNonNegative(weightDecay), Decoupled: true);

    /// <inheritdoc/>
    public IParameterOptimizer Create(IReadOnlyList<NamedParameter> parameters) => new AdamOptimizer(NamedParameter.Check(parameters), _settings);

    string IDescribed.Describe() => FormattableString.Invariant($"beta1 {_settings.Beta1:R}, beta2 {_settings.Beta2:R}, epsilon {_settings.Epsilon:R}, weight decay {_settings.WeightDecay:R}");
}

/// <summary>What distinguishes one Adam from another.</summary>
internal readonly record struct AdamSettings(double Beta1, double Beta2, double Epsilon, double WeightDecay, bool Decoupled);
