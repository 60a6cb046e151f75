using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>Ready-made critics for <see cref="AdversarialDivergence"/>.</summary>
public static class Critics
{
    /// <summary>A multi-layer perceptron with ReLU, codes <c>[n, d]</c> → logits <c>[n, 1]</c>; by default the paper's, four hidden layers of 512 units.</summary>
    /// <param name="dimension">d ≥ 1, the latent dimension.</param>
    /// <param name="units">Units a hidden layer, ≥ 1. The official code takes 512 on MNIST, 1024 on CelebA.</param>
    /// <param name="hiddenLayers">Hidden layers, ≥ 1.</param>
    /// <param name="spectralNormalization">Whether every layer divides its weights by their spectral norm (see <see cref="SpectralNormalizedLinear"/>).</param>
    /// <param name="generator">The CPU generator of the initial weights; the global one when <see langword="null"/>.</param>
    /// <param name="dtype">float32 (the default) or float64.</param>
    /// <returns>A module the caller owns, on the CPU. Weights and biases start uniform in ±1/√fan-in.</returns>
    /// <exception cref="ArgumentException">An argument is outside its range.</exception>
    public static Module<Tensor, Tensor> Mlp(
        long dimension,
        long units = 512,
        int hiddenLayers = 4,
        bool spectralNormalization = false,
        Generator? generator = null,
        ScalarType dtype = ScalarType.Float32)
    {
        Guard.CheckAtLeast(dimension, 1);
        Guard.CheckAtLeast(units, 1);
        Guard.CheckAtLeast(hiddenLayers, 1);
        Guard.CheckGenerator(generator, nameof(generator));
        Guard.CheckFloat(dtype, nameof(dtype));
        Guard.CheckAllocation(nameof(units), sizeof(double), hiddenLayers == 1 ? dimension : Math.Max(units, dimension), units);

        var layers = new List<(string, Module<Tensor, Tensor>)>();
        for (var i = 0; i < hiddenLayers; i++)
        {
            layers.Add(($"hidden{i}", Layer(i == 0 ? dimension : units, units)));
            layers.Add(($"relu{i}", ReLU()));
        }

        layers.Add(("logit", Layer(units, 1)));
        return Sequential(layers);

        Module<Tensor, Tensor> Layer(long inputs, long outputs)
        {
            if (spectralNormalization)
            {
                return new SpectralNormalizedLinear(inputs, outputs, generator, dtype);
            }

            var linear = Linear(inputs, outputs, dtype: dtype);
            using var noGradient = no_grad();
            using var scope = NewDisposeScope();
            linear.weight.copy_(InitialWeights([outputs, inputs], inputs, generator));
            linear.bias!.copy_(InitialWeights([outputs], inputs, generator));
            return linear;
        }
    }

    /// <summary>A critic that knows the prior's density: T(z) = log p(z) + net(z) (the paper's trick, also of adversarial variational Bayes).</summary>
    /// <remarks>
    /// The best critic is log p(z) − log q(z), so the network is left with −log q(z) alone. Density and network are added as
    /// <c>[n]</c> + <c>[n]</c>, checked: the official code broadcasts to <c>[n, n]</c> here. Where the density is 0, outside a
    /// uniform prior's cube, log p is replaced by a floor, so that the loss stays finite.
    /// </remarks>
    /// <param name="prior">The prior, with a density.</param>
    /// <param name="net">Codes <c>[n, d]</c> → <c>[n]</c> or <c>[n, 1]</c>.</param>
    /// <param name="floor">What stands for log p(z) = −∞; finite in float32, −100 by default.</param>
    /// <returns>Codes <c>[n, d]</c> → logits <c>[n]</c>, a module the caller owns. The network becomes its child <c>net</c>: its parameters are found, and disposing the critic disposes it.</returns>
    /// <exception cref="ArgumentException">Something is missing or the floor is not finite.</exception>
    public static Module<Tensor, Tensor> LogDensity(IDensityPrior prior, Module<Tensor, Tensor> net, double floor = -100) => new LogDensityCritic(prior, net, floor);

    /// <summary>Uniform numbers in ±1/√inputs, drawn in float64 so that a seed means the same critic in every element type.</summary>
    internal static Tensor InitialWeights(long[] shape, long inputs, Generator? generator)
    {
        Guard.CheckAllocation("units", sizeof(double), shape);
        using var scope = NewDisposeScope();
        var bound = 1 / Math.Sqrt(inputs);
        return rand(shape, dtype: ScalarType.Float64, device: CPU, generator: generator).Times(2 * bound).Minus(bound).MoveToOuterDisposeScope();
    }
}

/// <summary>Calls a critic and makes sure that what comes back is one logit a code.</summary>
internal static class CriticLogits
{
    /// <summary>T(z), <c>[n]</c>, from a critic that gives <c>[n]</c> or <c>[n, 1]</c>.</summary>
    /// <exception cref="ArgumentException">The critic is elsewhere, of another element type, or gives another shape.</exception>
    public static Tensor Of(Module<Tensor, Tensor> critic, Tensor points)
    {
        foreach (var (name, parameter) in critic.named_parameters())
        {
            // One is enough: a module whose parameters disagree among themselves fails on its own.
            Guard.CheckSameKind(points, "codes", parameter, $"critic.{name}");
            break;
        }

        var logits = ModuleCall.Run(critic, points, "critic", "codes");
        var count = points.shape[0];

        // Never squeeze(): a batch of one would lose its only dimension, and [n, 1] − [n] broadcasts to [n, n].
        if (logits.numel() == count && logits.dim() is 1 or 2 && logits.shape[0] == count)
        {
            return logits.reshape(count);
        }

        throw new ArgumentException(
            $"Expected the critic to give one logit a code, [{count}] or [{count}, 1], but for codes of shape {Guard.Shape(points)} it gave {Guard.Shape(logits)}. End it in a linear layer of one unit.", nameof(critic));
    }
}

/// <summary>T(z) = log p(z) + net(z).</summary>
internal sealed class LogDensityCritic : Module<Tensor, Tensor>
{
    private readonly IDensityPrior _prior;
    private readonly Module<Tensor, Tensor> net;

    public LogDensityCritic(IDensityPrior prior, Module<Tensor, Tensor> net, double floor = -100)
        : base(nameof(LogDensityCritic))
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(net);
        _prior = prior;
        this.net = net;
        Floor = Guard.CheckFinite(floor);
        if (!float.IsFinite((float)floor))
        {
            throw new ArgumentOutOfRangeException(nameof(floor), $"Expected a floor that float32 holds, but it is {floor}. Take one of the size of a log-density, such as −100.");
        }

        RegisterComponents();
    }

    public double Floor { get; }

    public override Tensor forward(Tensor input)
    {
        Guard.CheckPoints(input, nameof(input), _prior.Dimension);
        using var scope = NewDisposeScope();
        var density = ModuleCall.Present(_prior.LogDensity(input), $"the density of the prior ({_prior.GetType().Name})");
        if (density.dim() != 1 || density.shape[0] != input.shape[0])
        {
            throw new ArgumentException(
                $"Expected the prior's LogDensity to give one value a point, [{input.shape[0]}], but for points of shape {Guard.Shape(input)} it gave {Guard.Shape(density)}. Sum over the coordinates only.", nameof(input));
        }

        density = where(density.isneginf(), density.Filled(Floor), density);
        return density.Plus(CriticLogits.Of(net, input)).MoveToOuterDisposeScope();
    }
}
