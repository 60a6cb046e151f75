using TorchSharp.Modules;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The Jensen–Shannon divergence by a critic T that tells prior samples from codes (WAE-GAN, the paper's algorithm 1).</summary>
/// <remarks>
/// <para>T gives logits; probabilities are never formed. The critic's loss is the mean of softplus(−T(p)) plus the mean of
/// softplus(T(q)); the encoder's penalty is the non-saturating mean of softplus(−T(q)).</para>
/// <para>The penalty's graph leaves the critic's parameters out: its backward pass gives the encoder its gradient and adds nothing
/// to the critic's. <see cref="EvaluateCritic"/> is the reverse: codes are detached, so only the critic learns. A trainer
/// sets the critic's gradients to null or zero before the backward pass of each critic loss, as for any model.</para>
/// <para>Measured with each critic loss: <c>critic/js</c>, the lower bound log 2 − ½·(mean softplus(−T(p)) + mean softplus(T(q))) of
/// JS(P_Z, Q_Z) in nats, at most log 2 ≈ 0.693, equal to JS for the best critic and negative for one worse than T = 0;
/// <c>critic/accuracy</c>, the mean share of prior samples with T &gt; 0 and of codes with T &lt; 0, ties counting half, so that
/// 0.5 is chance; and <c>critic/gradient_penalty</c> where it is on.</para>
/// <para>In a trainer one pass of the critic over the codes, forward and back, gives both gradients.</para>
/// <para>The critic stays its owner's: it is neither moved nor disposed. Instances are not to be shared between threads.</para>
/// </remarks>
public sealed class AdversarialDivergence : IJointDivergence
{
    private readonly Module<Tensor, Tensor> _critic;

    /// <summary>Creates the divergence around a critic.</summary>
    /// <param name="critic">T, codes <c>[n, d]</c> → logits <c>[n]</c> or <c>[n, 1]</c>; <see cref="Critics.Mlp"/> is the paper's.</param>
    /// <param name="options">Regularisation; the R1 penalty by default.</param>
    /// <exception cref="ArgumentException">The critic is missing or an option is outside its range.</exception>
    public AdversarialDivergence(Module<Tensor, Tensor> critic, AdversarialOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(critic);
        _critic = critic;
        Options = (options ?? new AdversarialOptions()).Validated();
    }

    /// <inheritdoc/>
    public Module Critic => _critic;

    /// <summary>The settings.</summary>
    public AdversarialOptions Options { get; }

    /// <summary>The encoder's penalty, the mean of softplus(−T(q)) over the codes q.</summary>
    /// <param name="encoded">Codes q, <c>[n, d]</c>.</param>
    /// <param name="prior">P_Z: samples <c>[m, d]</c>, which are checked, not used.</param>
    /// <returns>A scalar of shape <c>[]</c>, differentiable in <paramref name="encoded"/> and not in the critic's parameters.</returns>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit, or the critic does not give one logit a code.</exception>
    public Tensor Evaluate(Tensor encoded, PriorSamples prior)
    {
        CheckConstant(PriorSamples.For(encoded, prior));
        using var scope = NewDisposeScope();
        using var frozen = new FrozenParameters(_critic);
        return (-CriticLogits.Of(_critic, encoded)).Softplus().mean().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit, or the critic does not give one logit a code.</exception>
    public CriticLoss EvaluateCritic(Tensor encoded, PriorSamples prior)
    {
        var samples = PriorSamples.For(encoded, prior);
        using var scope = NewDisposeScope();
        return Outward(LossOf(encoded.detach(), samples, out _));
    }

    JointLoss IJointDivergence.EvaluateJointly(Tensor encoded, PriorSamples prior, double weight) => EvaluateJointly(encoded, prior, weight);

    /// <summary>
    /// Penalty and critic's loss together. The critic judges the codes twice, as in the two methods apart, where it looks at its batch as a whole
    /// (<see cref="AdversarialOptions.SeparatePasses"/>, batch normalisation), off the CPU, and where a logit is below −60.
    /// </summary>
    internal JointLoss EvaluateJointly(Tensor encoded, PriorSamples prior, double weight)
    {
        var samples = PriorSamples.For(encoded, prior);
        CheckConstant(samples);
        Guard.CheckNonNegative(weight, nameof(weight));
        using var scope = NewDisposeScope();
        if (RowGate.Fits(encoded) && !Options.SeparatePasses && !_critic.modules().Any(m => m is BatchNorm))
        {
            var gate = new RowGate(encoded);
            var critic = LossOf(gate.Output, samples, out var logits);
            if (gate.TrySet(logits, weight))
            {
                return new JointLoss(critic.Loss, (-logits.detach()).Softplus().mean().MoveToOuterDisposeScope(), Outward(critic));
            }
        }

        var penalty = Evaluate(encoded, prior);
        var apart = LossOf(encoded.detach(), samples, out _);
        return new JointLoss(apart.Loss.Plus(penalty.Times(weight)).MoveToOuterDisposeScope(), penalty.detach().MoveToOuterDisposeScope(), Outward(apart));
    }

    /// <summary>The penalty sees the prior through the critic alone, which passes no gradient on.</summary>
    private static void CheckConstant(Tensor samples)
    {
        if (samples.requires_grad && is_grad_enabled())
        {
            throw new ArgumentException($"Expected prior samples without a gradient, but they require one, and the adversarial penalty does not depend on them. Detach them, or learn the prior with {nameof(MmdDivergence)} or {nameof(SinkhornDivergence)}.", "prior");
        }
    }

    private CriticLoss LossOf(Tensor codes, Tensor prior, out Tensor onCodes)
    {
        var penalised = Options.GradientPenalty > 0;
        using var recording = enable_grad(penalised || is_grad_enabled());
        var points = prior.detach();
        if (penalised)
        {
            points = points.requires_grad_(true);
        }

        (var onPrior, onCodes) = penalised || Options.SeparatePasses
            ? (CriticLogits.Of(_critic, points), CriticLogits.Of(_critic, codes))
            : Together(points, codes);
        var priorTerm = (-onPrior).Softplus().mean();
        var codesTerm = onCodes.Softplus().mean();
        var alpha = Options.LabelSmoothing;
        var loss = alpha > 0
            ? priorTerm.Times(1 - alpha).Plus(onPrior.Softplus().mean().Times(alpha)).Plus(codesTerm)
            : priorTerm.Plus(codesTerm);

        var measurements = new List<(string Name, Tensor Value)>
        {
            ("critic/js", priorTerm.Plus(codesTerm).detach().Times(-0.5).Plus(Math.Log(2))),
            ("critic/accuracy", (onPrior.detach().sign().mean() - onCodes.detach().sign().mean()).Times(0.25).Plus(0.5)),
        };

        if (penalised)
        {
            var penalty = SquaredSlope(onPrior, points).Times(Options.GradientPenalty / 2);
            loss = loss.Plus(penalty);
            measurements.Add(("critic/gradient_penalty", penalty.detach()));
        }

        return new CriticLoss(loss, measurements);
    }

    /// <summary>Moves a loss and what was measured out of the scope that they were made in.</summary>
    private static CriticLoss Outward(CriticLoss loss)
    {
        loss.Loss.MoveToOuterDisposeScope();
        foreach (var (_, value) in loss.Measurements)
        {
            value.MoveToOuterDisposeScope();
        }

        return loss;
    }

    /// <summary>E‖∇T(p)‖², itself differentiable; 0 for a critic that does not look at its input.</summary>
    private static Tensor SquaredSlope(Tensor logits, Tensor points)
    {
        // Asked for a gradient that does not exist, autograd.grad would end the process.
        if (logits.requires_grad)
        {
            var gradient = autograd.grad([logits.sum()], [points], create_graph: true, retain_graph: true, allow_unused: true)[0];
            if (!gradient.IsInvalid)
            {
                return gradient.Squared().sum(1).mean();
            }
        }

        return zeros([], points.dtype, points.device);
    }

    /// <summary>One batch of twice the size: the critic's weights are read, and their gradients written, once instead of twice.</summary>
    private (Tensor OnPrior, Tensor OnCodes) Together(Tensor points, Tensor codes)
    {
        var logits = CriticLogits.Of(_critic, cat([points, codes], 0));
        return (logits.narrow(0, 0, points.shape[0]), logits.narrow(0, points.shape[0], codes.shape[0]));
    }
}

/// <summary>Settings of an <see cref="AdversarialDivergence"/>.</summary>
public sealed record AdversarialOptions
{
    /// <summary>γ of the R1 penalty (γ/2)·E‖∇T(p)‖² at prior samples (Mescheder et al. 2018, eq. 9), added to the critic's loss.</summary>
    /// <value>
    /// Finite and ≥ 0; 10 by default, the value of Mescheder et al., which trains on MNIST where 0 ends in a constant code. 0 leaves it
    /// out, as the paper does. The slope is per unit of the latent space: for a prior of scale s, 10·s² weighs as much as 10 for one of scale 1.
    /// </value>
    public double GradientPenalty { get; init; } = 10;

    /// <summary>α of one-sided label smoothing (Salimans et al. 2016): prior samples count as prior with 1 − α instead of 1.</summary>
    /// <value>In [0, 0.5); the default 0 leaves labels as they are.</value>
    public double LabelSmoothing { get; init; }

    /// <summary>Whether prior samples and codes go through the critic one after the other in its loss, instead of as one batch, which is faster.</summary>
    /// <value>
    /// No by default: a critic that judges each point by itself gives the same logits either way. Say yes for one that looks at its batch as a
    /// whole: its logits would mix the two samples, and the encoder's gradient, which one backward pass through the critic then gives row by
    /// row, would be wrong. Batch normalisation is noticed and separated for that gradient. A gradient penalty separates the passes in any
    /// case, but a critic that looks at its batch as a whole needs a yes beside it too.
    /// </value>
    public bool SeparatePasses { get; init; }

    internal AdversarialOptions Validated()
    {
        Guard.CheckNonNegative(GradientPenalty, nameof(GradientPenalty));
        if (!(LabelSmoothing >= 0 && LabelSmoothing < 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(LabelSmoothing), LabelSmoothing, $"Expected '{nameof(LabelSmoothing)}' in [0, 0.5). Pass a small number such as 0.1, or 0 for none.");
        }

        return this;
    }
}
