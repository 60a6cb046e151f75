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

    /// <summary>Uniform numbers in ±1/√inputs, drawn in float64 so that a seed means the same critic in every element type.</summary>
    internal static Tensor InitialWeights(long[] shape, long inputs, Generator? generator)
    {
        Guard.CheckAllocation("units", sizeof(double), shape);
        using var scope = NewDisposeScope();
        var bound = 1 / Math.Sqrt(inputs);
        return rand(shape, dtype: ScalarType.Float64, device: CPU, generator: generator).mul(2 * bound).sub(bound).MoveToOuterDisposeScope();
    }
}
