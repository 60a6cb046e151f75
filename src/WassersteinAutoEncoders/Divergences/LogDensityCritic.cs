using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>A critic that knows the prior's density: T(z) = log p(z) + net(z) (the paper's trick, also of adversarial variational Bayes).</summary>
/// <remarks>
/// The best critic is log p(z) − log q(z), so the network is left with −log q(z) alone. Density and network are added as
/// <c>[n]</c> + <c>[n]</c>, checked: the official code broadcasts to <c>[n, n]</c> here. Where the density is 0, outside a
/// uniform prior's cube, log p is replaced by a floor, so that the loss stays finite.
/// The network becomes a child named <c>net</c>: its parameters are found, and disposing this disposes it.
/// </remarks>
public sealed class LogDensityCritic : Module<Tensor, Tensor>
{
    private readonly IDensityPrior _prior;
    private readonly Module<Tensor, Tensor> net;

    /// <summary>Creates the critic.</summary>
    /// <param name="prior">The prior, with a density.</param>
    /// <param name="net">Codes <c>[n, d]</c> → <c>[n]</c> or <c>[n, 1]</c>.</param>
    /// <param name="floor">What stands for log p(z) = −∞; finite, −100 by default.</param>
    /// <exception cref="ArgumentException">Something is missing or the floor is not finite.</exception>
    public LogDensityCritic(IDensityPrior prior, Module<Tensor, Tensor> net, double floor = -100)
        : base(nameof(LogDensityCritic))
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(net);
        _prior = prior;
        this.net = net;
        Floor = Guard.CheckFinite(floor);
        RegisterComponents();
    }

    /// <summary>What stands for log p(z) = −∞.</summary>
    public double Floor { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The codes, the network's output or the density's values have the wrong shape.</exception>
    public override Tensor forward(Tensor input)
    {
        Guard.CheckPoints(input, nameof(input), _prior.Dimension);
        using var scope = NewDisposeScope();
        var density = _prior.LogDensity(input);
        if (density.dim() != 1 || density.shape[0] != input.shape[0])
        {
            throw new ArgumentException(
                $"Expected the prior's LogDensity to give one value a point, [{input.shape[0]}], but for points of shape {Guard.Shape(input)} it gave {Guard.Shape(density)}. Sum over the coordinates only.", nameof(input));
        }

        density = where(density.eq(double.NegativeInfinity), full_like(density, Floor), density);
        return (density + CriticLogits.Of(net, input)).MoveToOuterDisposeScope();
    }
}
