using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Training.Optimizers;

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
