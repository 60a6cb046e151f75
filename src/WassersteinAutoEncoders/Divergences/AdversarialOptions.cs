namespace WassersteinAutoEncoders.Divergences;

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
