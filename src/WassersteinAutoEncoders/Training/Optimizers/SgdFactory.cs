using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Training.Optimizers;

/// <summary>Stochastic gradient descent, with momentum where asked for.</summary>
public sealed class SgdFactory : IOptimizerFactory, IDescribed
{
    private readonly double _momentum;
    private readonly double _weightDecay;
    private readonly bool _nesterov;

    /// <summary>Creates the factory.</summary>
    /// <param name="momentum">μ in b ← μb + g, in [0, 1); 0 by default.</param>
    /// <param name="weightDecay">The factor of the parameters that is added to the gradients, finite and ≥ 0; 0 by default.</param>
    /// <param name="nesterov">Whether the update is g + μb (Nesterov's) instead of b; no by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <exception cref="ArgumentException">Nesterov's form without momentum.</exception>
    public SgdFactory(double momentum = 0, double weightDecay = 0, bool nesterov = false)
    {
        _momentum = Check.Fraction(momentum);
        _weightDecay = Check.NonNegative(weightDecay);
        if (nesterov && momentum == 0)
        {
            throw new ArgumentException("Nesterov's form needs a momentum greater than 0, but it is 0. Pass one, such as 0.9, or leave nesterov out.", nameof(nesterov));
        }

        _nesterov = nesterov;
    }

    /// <inheritdoc/>
    public IParameterOptimizer Create(IReadOnlyList<NamedParameter> parameters) => new SgdOptimizer(NamedParameter.Check(parameters), _momentum, _weightDecay, _nesterov);

    string IDescribed.Describe() => FormattableString.Invariant($"momentum {_momentum:R}, weight decay {_weightDecay:R}, Nesterov {_nesterov}");
}
