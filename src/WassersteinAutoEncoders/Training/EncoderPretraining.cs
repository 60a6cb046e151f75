namespace WassersteinAutoEncoders.Training;

/// <summary>Pretraining of the encoder alone, so that mean and covariance of its codes come near those of the prior.</summary>
/// <remarks>
/// Minimises mean((μ_q − μ_p)²) + mean((Σ_q − Σ_p)²) over the encoder's parameters, with means over the d and d² elements
/// and both sides estimated from as many examples as samples, Σ with n − 1. Uses an optimizer of its own, made by
/// <see cref="WaeTrainerOptions.Optimizer"/>, at the first learning rate. Source: tolstikhin/wae, wae.py, pretrain_loss and pretrain_encoder.
/// </remarks>
public sealed record EncoderPretraining
{
    /// <summary>Examples in a step; batches are put together until there are as many. Smaller data are used as a whole.</summary>
    /// <value>≥ 2; default 1000.</value>
    public int BatchSize { get; init; } = 1000;

    /// <summary>The largest number of steps.</summary>
    /// <value>≥ 1; default 200.</value>
    public int MaximumSteps { get; init; } = 200;

    /// <summary>Pretraining ends after the step whose loss is below this.</summary>
    /// <value>Finite and ≥ 0; default 0.1.</value>
    public double Threshold { get; init; } = 0.1;

    internal void Validate()
    {
        Guard.CheckAtLeast(BatchSize, 2);
        Guard.CheckAtLeast(MaximumSteps, 1);
        Guard.CheckNonNegative(Threshold);
    }
}
