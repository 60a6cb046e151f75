using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Encoders;

/// <summary>An encoder of no stated density: noise ε ~ N(0, I) is appended to the features, z = head([features(x), ε]); in evaluation ε = 0.</summary>
/// <remarks>
/// The user's modules become children named <c>features</c> and <c>head</c>: parameters are found under those names, and disposing this
/// disposes both.
/// </remarks>
public sealed class ImplicitEncoder : Module<Tensor, Tensor>, IStochasticModule
{
    private readonly Module<Tensor, Tensor> features;
    private readonly Module<Tensor, Tensor> head;

    /// <summary>Creates the encoder with a generator of its own.</summary>
    /// <param name="features">x → features, <c>[n, k]</c>.</param>
    /// <param name="head"><c>[n, k + noiseDimension]</c> → z, <c>[n, d]</c>.</param>
    /// <param name="noiseDimension">Numbers of noise appended, ≥ 1.</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <exception cref="ArgumentException">Something is missing, or there is no noise or more than fits into memory.</exception>
    public ImplicitEncoder(Module<Tensor, Tensor> features, Module<Tensor, Tensor> head, long noiseDimension, ulong seed = 0)
        : this(features, head, noiseDimension, new Generator(seed))
    {
    }

    /// <summary>Creates the encoder around a generator.</summary>
    /// <param name="features">x → features, <c>[n, k]</c>.</param>
    /// <param name="head"><c>[n, k + noiseDimension]</c> → z, <c>[n, d]</c>.</param>
    /// <param name="noiseDimension">Numbers of noise appended, ≥ 1.</param>
    /// <param name="generator">The CPU generator of the noise.</param>
    /// <exception cref="ArgumentException">Something is missing, there is no noise or more than fits into memory, or the generator is not the CPU's.</exception>
    public ImplicitEncoder(Module<Tensor, Tensor> features, Module<Tensor, Tensor> head, long noiseDimension, Generator generator)
        : base(nameof(ImplicitEncoder))
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(head);
        this.features = features;
        this.head = head;
        NoiseDimension = Guard.CheckAtLeast(noiseDimension, 1);
        Guard.CheckAllocation(nameof(noiseDimension), sizeof(float), noiseDimension);
        Generator = EncoderNoise.Checked(generator);
        RegisterComponents();
    }

    /// <summary>How many numbers of noise are appended.</summary>
    public long NoiseDimension { get; }

    /// <inheritdoc/>
    public Generator Generator { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The features are not of shape <c>[n, k]</c>, or the noise for n examples does not fit into memory.</exception>
    public override Tensor forward(Tensor input)
    {
        Guard.CheckTensor(input, nameof(input), reduced: true);
        using var scope = NewDisposeScope();
        var found = ModuleCall.Run(features, input, "features of the implicit encoder", nameof(input));
        Guard.CheckPoints(found, nameof(features), reduced: true);
        long[] shape = [found.shape[0], NoiseDimension];
        Guard.CheckAllocation(nameof(NoiseDimension), (int)found.element_size(), shape);
        var noise = training ? EncoderNoise.Normal(shape, found, Generator) : zeros(shape, found.dtype, found.device);
        return ModuleCall.Run(head, cat([found, noise], 1), "head of the implicit encoder", "features and noise").MoveToOuterDisposeScope();
    }
}
