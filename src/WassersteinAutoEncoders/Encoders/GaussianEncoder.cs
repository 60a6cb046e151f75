using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Encoders;

/// <summary>The Gaussian encoder q(z|x) = N(μ(x), diag σ²(x)), reparameterised: z = μ + σ·ε, ε ~ N(0, I), in training; z = μ in evaluation.</summary>
/// <remarks>
/// <para>An adapter around the user's module, which gives mean and log-variance side by side, <c>[n, 2d]</c>: the first d columns are μ, the others
/// log σ². Log-variances are held in [−50, 50], as in the official code, so that σ is always finite and &gt; 0.</para>
/// <para>The module becomes a child named <c>moments</c>: parameters are found under that name, and disposing this disposes it. Its
/// <see cref="Generator"/> belongs to whoever gave it, or, when made from a seed, to this.</para>
/// </remarks>
public sealed class GaussianEncoder : Module<Tensor, Tensor>, IStochasticModule
{
    private const double LargestLogVariance = 50;
    private readonly Module<Tensor, Tensor> moments;

    /// <summary>Creates the encoder with a generator of its own.</summary>
    /// <param name="moments">x → <c>[n, 2d]</c>, mean and log-variance side by side.</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <exception cref="ArgumentNullException">The module is missing.</exception>
    public GaussianEncoder(Module<Tensor, Tensor> moments, ulong seed = 0)
        : this(moments, new Generator(seed))
    {
    }

    /// <summary>Creates the encoder around a generator.</summary>
    /// <param name="moments">x → <c>[n, 2d]</c>, mean and log-variance side by side.</param>
    /// <param name="generator">The CPU generator of the noise.</param>
    /// <exception cref="ArgumentException">Something is missing or the generator is not the CPU's.</exception>
    public GaussianEncoder(Module<Tensor, Tensor> moments, Generator generator)
        : base(nameof(GaussianEncoder))
    {
        ArgumentNullException.ThrowIfNull(moments);
        this.moments = moments;
        Generator = EncoderNoise.Checked(generator);
        RegisterComponents();
    }

    /// <summary>Creates the encoder from two modules, one for the mean and one for the log-variance, each x → <c>[n, d]</c>.</summary>
    /// <param name="mean">x → μ, <c>[n, d]</c>.</param>
    /// <param name="logVariance">x → log σ², <c>[n, d]</c>.</param>
    /// <param name="generator">The CPU generator of the noise; one of its own, from seed 0, when <see langword="null"/>.</param>
    /// <returns>The encoder; it owns both modules as children <c>mean</c> and <c>log_variance</c> of <c>moments</c>.</returns>
    /// <exception cref="ArgumentException">Something is missing or the generator is not the CPU's.</exception>
    public static GaussianEncoder FromTwo(Module<Tensor, Tensor> mean, Module<Tensor, Tensor> logVariance, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(logVariance);
        return new GaussianEncoder(new SideBySide(mean, logVariance), generator ?? new Generator());
    }

    /// <inheritdoc/>
    public Generator Generator { get; }

    /// <summary>Whether <see cref="Last"/> is kept, for a penalty on it.</summary>
    internal bool KeepsDistribution { get; set; }

    /// <summary>μ and log σ² of the last call; they live as long as the scope of its codes.</summary>
    internal (Tensor Mean, Tensor LogVariance)? Last { get; private set; }

    /// <summary>The distribution of the codes of each input.</summary>
    /// <param name="x">Inputs, <c>[n, …]</c>.</param>
    /// <returns>μ and log σ², <c>[n, d]</c> each, differentiable.</returns>
    /// <exception cref="ArgumentException">The module does not give an even number of columns.</exception>
    public (Tensor Mean, Tensor LogVariance) Distribution(Tensor x)
    {
        Guard.CheckTensor(x, nameof(x), reduced: true);
        using var scope = NewDisposeScope();
        var columns = ModuleCall.Run(moments, x, "module of the Gaussian encoder", nameof(x));
        if (columns.dim() != 2 || columns.shape[1] < 2 || columns.shape[1] % 2 != 0)
        {
            throw new ArgumentException(
                $"Expected the module to give mean and log-variance side by side, [n, 2d], but for an input of shape {Guard.Shape(x)} it gave {Guard.Shape(columns)}. End it in a linear layer of 2d units.", nameof(x));
        }

        var d = columns.shape[1] / 2;
        return (columns.slice(1, 0, d, 1).MoveToOuterDisposeScope(),
            columns.slice(1, d, 2 * d, 1).Within(-LargestLogVariance, LargestLogVariance).MoveToOuterDisposeScope());
    }

    /// <summary>Measures on a batch, dimension by dimension, how much of the codes' variance lies between inputs and how much is noise. Waits for the device.</summary>
    /// <param name="x">Inputs, <c>[n, …]</c>.</param>
    /// <returns>
    /// For each latent dimension, in order: the mean of μ(x); the variance of μ(x) between inputs (divided by n), what the dimension tells about x; and the mean of σ²(x),
    /// the noise. The codes' variance is the sum of both.
    /// </returns>
    /// <exception cref="ArgumentException">The module does not give an even number of columns.</exception>
    public IReadOnlyList<(double Mean, double VarianceOfMeans, double MeanVariance)> Report(Tensor x)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (mean, logVariance) = Distribution(x);
        var means = mean.mean([0L]);
        var between = (mean - means).Squared().mean([0L]);
        var noise = logVariance.exp().mean([0L]);
        return [.. Enumerable.Range(0, (int)means.shape[0]).Select(i =>
            (Scalars.Read(means[i]), Scalars.Read(between[i]), Scalars.Read(noise[i])))];
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (mean, logVariance) = Distribution(input);
        if (KeepsDistribution)
        {
            Last = (mean.MoveToOuterDisposeScope(), logVariance.MoveToOuterDisposeScope());
        }

        if (!training)
        {
            return mean.MoveToOuterDisposeScope();
        }

        var noise = EncoderNoise.Normal(mean.shape, mean, Generator);
        return mean.Plus(logVariance.Times(0.5).exp() * noise).MoveToOuterDisposeScope();
    }

    /// <summary>The outputs of two modules as the columns of one matrix.</summary>
    private sealed class SideBySide : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> mean;
        private readonly Module<Tensor, Tensor> log_variance;

        public SideBySide(Module<Tensor, Tensor> mean, Module<Tensor, Tensor> logVariance)
            : base(nameof(SideBySide))
        {
            this.mean = mean;
            log_variance = logVariance;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var (left, right) = (mean.call(input), log_variance.call(input));
            Guard.CheckSameShape(left, "mean", right, "log-variance", reduced: true);
            return cat([left, right], 1).MoveToOuterDisposeScope();
        }
    }
}
