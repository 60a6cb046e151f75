using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Training.Optimizers;
using WassersteinAutoEncoders.Training.Schedules;

namespace WassersteinAutoEncoders.Training;

/// <summary>The settings of published code bases. Change single ones with a <c>with</c> expression.</summary>
public static class WaePresets
{
    /// <summary>The authors' settings for MNIST (tolstikhin/wae, config_mnist).</summary>
    /// <remarks>
    /// Cost 0.05 · Σ(x − x̂)², λ 10, Adam with β₁ 0.5, learning rate 1e-3 (critic 5e-4), halved after 30 epochs, a fifth
    /// of that after 50, encoder pretraining, truncated normal noise of deviation 0.01 on the encoder's input. Meant for batches of
    /// 100, 100 epochs, pixels in [0, 1], d = 8, a standard normal prior and the IMQ kernel with the official estimator.
    /// </remarks>
    /// <returns>New options, with schedules of their own.</returns>
    public static WaeTrainerOptions OfficialMnist() => new()
    {
        Cost = ReconstructionCosts.OfficialSquared,
        Lambda = new ConstantSchedule(10),
        LearningRate = OfficialSchedules.Mnist(1e-3),
        Critic = new CriticOptions { LearningRate = OfficialSchedules.Mnist(5e-4), Optimizer = new AdamFactory(beta1: 0.5) },
        Optimizer = new AdamFactory(beta1: 0.5),
        Pretraining = new EncoderPretraining(),
        EncoderNoise = new TruncatedGaussianNoise(0.01),
    };

    /// <summary>The authors' settings for CelebA with the MMD (tolstikhin/wae, config_celebA).</summary>
    /// <remarks>
    /// As for MNIST, but λ 100, learning rate and critic's learning rate 1e-3, both falling 100-fold over the training, and
    /// pretraining on 256 examples a step. Meant for batches of 100, 50 epochs, pixels in [−1, 1] and d = 64.
    /// </remarks>
    /// <param name="epochs">The number of epochs over which the learning rate falls, ≥ 1; 50 by default.</param>
    /// <returns>New options, with schedules of their own.</returns>
    public static WaeTrainerOptions OfficialCelebA(int epochs = 50) => OfficialMnist() with
    {
        Lambda = new ConstantSchedule(100),
        LearningRate = OfficialSchedules.CelebA(1e-3, epochs),
        Critic = new CriticOptions { LearningRate = OfficialSchedules.CelebA(1e-3, epochs), Optimizer = new AdamFactory(beta1: 0.5) },
        Pretraining = new EncoderPretraining { BatchSize = 256 },
    };
}

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
