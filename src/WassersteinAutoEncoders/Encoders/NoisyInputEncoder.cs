using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Encoders;

/// <summary>An encoder whose input is blurred in training: z = encoder(x + σ·ε), ε ~ N(0, I); in evaluation z = encoder(x) (the official code's "add_noise").</summary>
/// <remarks>
/// The user's module becomes a child named <c>encoder</c>: parameters are found under that name, and disposing this disposes it.
/// The official code cuts the noise off at two standard deviations; this one does not.
/// </remarks>
public sealed class NoisyInputEncoder : Module<Tensor, Tensor>, IStochasticModule
{
    private readonly Module<Tensor, Tensor> encoder;

    /// <summary>Creates the encoder with a generator of its own.</summary>
    /// <param name="encoder">x → z.</param>
    /// <param name="standardDeviation">σ, finite and ≥ 0, in units of the input; 0.01 (the official code's) by default.</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <exception cref="ArgumentException">The module is missing or σ is outside its range.</exception>
    public NoisyInputEncoder(Module<Tensor, Tensor> encoder, double standardDeviation = 0.01, ulong seed = 0)
        : this(encoder, standardDeviation, new Generator(seed))
    {
    }

    /// <summary>Creates the encoder around a generator.</summary>
    /// <param name="encoder">x → z.</param>
    /// <param name="standardDeviation">σ, finite and ≥ 0, in units of the input.</param>
    /// <param name="generator">The CPU generator of the noise.</param>
    /// <exception cref="ArgumentException">Something is missing, σ is outside its range or the generator is not the CPU's.</exception>
    public NoisyInputEncoder(Module<Tensor, Tensor> encoder, double standardDeviation, Generator generator)
        : base(nameof(NoisyInputEncoder))
    {
        ArgumentNullException.ThrowIfNull(encoder);
        this.encoder = encoder;
        StandardDeviation = Guard.CheckNonNegative(standardDeviation);
        Generator = EncoderNoise.Checked(generator);
        RegisterComponents();
    }

    /// <summary>σ, the standard deviation of the noise.</summary>
    public double StandardDeviation { get; }

    /// <inheritdoc/>
    public Generator Generator { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        Guard.CheckTensor(input, nameof(input));
        if (!training || StandardDeviation == 0)
        {
            return ModuleCalls.Call(encoder, input, "module of the noisy encoder", nameof(input));
        }

        using var scope = NewDisposeScope();
        var noise = EncoderNoise.Normal(input.shape, input, Generator);
        return ModuleCalls.Call(encoder, input + noise * StandardDeviation, "module of the noisy encoder", nameof(input)).MoveToOuterDisposeScope();
    }
}
