using TorchSharp.Modules;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Training.Optimizers;

/// <summary>Adam, weight decay added to the gradient.</summary>
internal sealed class AdamFactory(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0) : IOptimizerFactory, IDescribed
{
    private readonly AdamSettings _settings = AdamSettings.Checked(beta1, beta2, epsilon, weightDecay, decoupled: false);

    public IParameterOptimizer Create(IReadOnlyList<(string Name, Parameter Value)> parameters) => new AdamOptimizer(NamedParameters.Check(parameters), _settings);

    public string Describe() => _settings.Describe();
}

/// <summary>AdamW, weight decay applied to the parameters.</summary>
internal sealed class AdamWFactory(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01) : IOptimizerFactory, IDescribed
{
    private readonly AdamSettings _settings = AdamSettings.Checked(beta1, beta2, epsilon, weightDecay, decoupled: true);

    public IParameterOptimizer Create(IReadOnlyList<(string Name, Parameter Value)> parameters) => new AdamOptimizer(NamedParameters.Check(parameters), _settings);

    public string Describe() => _settings.Describe();
}

/// <summary>What distinguishes one Adam from another.</summary>
internal readonly record struct AdamSettings(double Beta1, double Beta2, double Epsilon, double WeightDecay, bool Decoupled)
{
    public static AdamSettings Checked(double beta1, double beta2, double epsilon, double weightDecay, bool decoupled)
        => new(Guard.CheckFraction(beta1), Guard.CheckFraction(beta2), Guard.CheckPositive(epsilon), Guard.CheckNonNegative(weightDecay), decoupled);

    public string Describe() => FormattableString.Invariant($"beta1 {Beta1:R}, beta2 {Beta2:R}, epsilon {Epsilon:R}, weight decay {WeightDecay:R}");
}
