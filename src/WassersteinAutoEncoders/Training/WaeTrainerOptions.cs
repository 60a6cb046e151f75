using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Training.Optimizers;
using WassersteinAutoEncoders.Training.Schedules;

namespace WassersteinAutoEncoders.Training;

/// <summary>Settings of a <see cref="WaeTrainer"/>, checked when the trainer is made.</summary>
/// <remarks>What a run learns; how it is conducted stands in <see cref="FitOptions"/>. Schedules with a state belong to one trainer; everything else may be shared.</remarks>
public sealed record WaeTrainerOptions
{
    /// <summary>The reconstruction cost c(x, x̂).</summary>
    /// <value>
    /// Default: the authors' code, 0.05 · Σ (x − x̂)² over an example's elements, mean over the batch
    /// (<see cref="ReconstructionCosts.OfficialSquared"/>). It belongs to the default λ of 10: beside Σ (x − x̂)² without the factor the same
    /// weight of the penalty is λ = 200.
    /// </value>
    public IReconstructionCost Cost { get; init; } = ReconstructionCosts.OfficialSquared;

    /// <summary>The factor λ of the latent divergence.</summary>
    /// <value>Values finite and ≥ 0. Default: 10 throughout, as in the authors' code, beside the default <see cref="Cost"/>.</value>
    public Schedule Lambda { get; init; } = 10;

    /// <summary>The learning rate of encoder and decoder.</summary>
    /// <value>Values finite and ≥ 0. Default: 1e-3 throughout.</value>
    public Schedule LearningRate { get; init; } = 1e-3;

    /// <summary>Makes the optimizer of encoder and decoder.</summary>
    /// <value>Default: Adam with β₁ 0.9, β₂ 0.999.</value>
    public IOptimizerFactory Optimizer { get; init; } = OptimizerFactory.Adam();

    /// <summary>The largest Euclidean norm of the gradient of encoder and decoder together; a longer one is scaled down to it.</summary>
    /// <value>Finite and &gt; 0, or <see langword="null"/> (the default) for no limit.</value>
    public double? MaximumGradientNorm { get; init; }

    /// <summary>How the critics are trained, where the divergence has any.</summary>
    /// <value>Default: Adam with β₁ 0.5, learning rate 5e-4.</value>
    public CriticOptions Critic { get; init; } = new();

    /// <summary>How many batches' gradients are averaged for one optimizer step. An epoch's last step takes what is left. A step's result holds the terms of its last batch; metrics are means over all.</summary>
    /// <remarks>
    /// The penalty is estimated on each batch by itself and then averaged: k accumulated batches of n are not one batch of k·n
    /// for the divergence. An unbiased estimator keeps its mean and has a higher variance; a biased one, the logarithm of a
    /// divergence, sorted slices or a transport plan keep the bias of n. Where the penalty matters, prefer a larger batch.
    /// </remarks>
    /// <value>≥ 1; default 1.</value>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>
    /// The decay δ of an exponential moving average of the weights (EMA), w̄ ← δₜw̄ + (1−δₜ)w with δₜ = min(δ, (1+t)/(10+t))
    /// after step t, which the trainer's <see cref="WaeTrainer.Model"/> and <c>Evaluate</c> then use. The modules' buffers of floating-point
    /// numbers, such as the statistics of batch normalization, are averaged alike: they belong to their weights.
    /// </summary>
    /// <value>In (0, 1), typically 0.999, or <see langword="null"/> (the default) for none.</value>
    public double? EmaDecay { get; init; }

    /// <summary>What encoder and decoder compute in while they are trained. Weights, their gradients' sums, cost, divergence, critics and optimizers keep the weights' own type, and so do averages and checkpoints.</summary>
    /// <remarks>
    /// <see cref="ComputePrecision.BFloat16"/> is for modules with float32 weights, on processors and cards with arithmetic of that type. Evaluating, encoding and sampling stay float32.
    /// </remarks>
    /// <value>Default: <see cref="ComputePrecision.OfWeights"/>.</value>
    public ComputePrecision Precision { get; init; }

    /// <summary>Pretraining of the encoder, before the first step of <c>Fit</c>.</summary>
    /// <value>Default: none.</value>
    public EncoderPretraining? Pretraining { get; init; }

    /// <summary>Noise on what the encoder sees in training.</summary>
    /// <value>Default: none.</value>
    public IInputNoise? EncoderNoise { get; init; }

    /// <summary>The seed of what the trainer draws itself: prior samples in training, in <c>Evaluate</c> and, where the trainer makes the model, in <see cref="WaeModel.Sample"/>, and <see cref="EncoderNoise"/>.</summary>
    /// <remarks>
    /// Not seeded by it: the modules' initial weights and layers such as dropout, which draw from libtorch's global generator
    /// (<see cref="GlobalRandom.Seed"/>, before the modules are made); the order of the data
    /// (<see cref="Data.TensorBatcher"/>); and the generators of stochastic encoders and divergences. The last two have fixed
    /// seeds of their own by default.
    /// </remarks>
    /// <value>Any number; default 0.</value>
    public long Seed { get; init; }

    /// <summary>What happens when a batch, a loss or a gradient holds NaN or an infinity.</summary>
    /// <value>Default: <see cref="NonFinitePolicy.Stop"/>.</value>
    public NonFinitePolicy NonFinite { get; init; } = NonFinitePolicy.Stop;

    /// <summary>The processes that train this model together, each with its rows of every batch: one objective, that of the whole batch, whose divergence sees the codes of all.</summary>
    /// <remarks>
    /// <para>Every process makes the same trainer and the same calls. Weights, optimizers' states and shared random states of process 0 are given to the others before the first step. Costs
    /// must be means over examples, as those of this library are.</para>
    /// <para>Checkpoints are written by process 0 and read by all. Noise, stochastic encoders and layers such as dropout draw in each process for itself.</para>
    /// </remarks>
    /// <value>Default: none, this process alone.</value>
    public IProcessGroup? Processes { get; init; }

    /// <summary>Whether batch normalizations of encoder and decoder take the statistics of a batch from the rows of all <see cref="Processes"/> while training, as one process does with the whole batch.</summary>
    /// <remarks>
    /// <para>For every <c>BatchNorm1d</c>, <c>BatchNorm2d</c> and <c>BatchNorm3d</c> that is in training mode; modules, their weights and their names stay what they are. Evaluation takes the running
    /// statistics, as always. They have to be run by <c>call</c>, as <c>Sequential</c> does: <c>forward</c> passes over it, which is an error.</para>
    /// <para>Each normalization costs two small messages forward and one back, of two numbers for each channel. What leads to the objective on several ways around one, as shortcuts do, is differentiated once for each way.</para>
    /// </remarks>
    /// <value>Default: <see langword="false"/>, the statistics of a process's own rows; with one process it changes nothing.</value>
    public bool SynchronizeBatchNormalization { get; init; }

    /// <summary>The authors' settings for MNIST (tolstikhin/wae, config_mnist).</summary>
    /// <remarks>
    /// Cost 0.05 · Σ(x − x̂)², λ 10, Adam with β₁ 0.5, learning rate 1e-3 (critic 5e-4), halved after 30 epochs, a fifth
    /// of that after 50, encoder pretraining, truncated normal noise of deviation 0.01 on the encoder's input. Change single ones with a <c>with</c> expression. Meant for batches of
    /// 100, 100 epochs, pixels in [0, 1], d = 8, a standard normal prior and the IMQ kernel with the official estimator.
    /// </remarks>
    /// <returns>New options, with schedules of their own.</returns>
    public static WaeTrainerOptions OfficialMnist() => new()
    {
        Cost = ReconstructionCosts.OfficialSquared,
        Lambda = 10,
        LearningRate = Schedule.OfficialMnist(1e-3),
        Critic = new CriticOptions { LearningRate = Schedule.OfficialMnist(5e-4), Optimizer = OptimizerFactory.Adam(beta1: 0.5) },
        Optimizer = OptimizerFactory.Adam(beta1: 0.5),
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
        Lambda = 100,
        LearningRate = Schedule.OfficialCelebA(1e-3, epochs),
        Critic = new CriticOptions { LearningRate = Schedule.OfficialCelebA(1e-3, epochs), Optimizer = OptimizerFactory.Adam(beta1: 0.5) },
        Pretraining = new EncoderPretraining { BatchSize = 256 },
    };

    internal void Validate()
    {
        CheckPresent(Cost, nameof(Cost));
        CheckPresent(Lambda, nameof(Lambda));
        CheckPresent(LearningRate, nameof(LearningRate));
        CheckPresent(Optimizer, nameof(Optimizer));
        CheckPresent(Critic, nameof(Critic));
        CheckPresent(Critic.LearningRate, $"{nameof(Critic)}.{nameof(Critic.LearningRate)}");
        CheckPresent(Critic.Optimizer, $"{nameof(Critic)}.{nameof(Critic.Optimizer)}");
        CheckPresent(NonFinite, nameof(NonFinite));
        CheckNorm(MaximumGradientNorm, nameof(MaximumGradientNorm));
        CheckNorm(Critic.MaximumGradientNorm, $"{nameof(Critic)}.{nameof(Critic.MaximumGradientNorm)}");
        if (EmaDecay is { } decay)
        {
            Guard.CheckPositive(Guard.CheckFraction(decay, nameof(EmaDecay)), nameof(EmaDecay));
        }

        if (!Enum.IsDefined(Precision))
        {
            throw new ArgumentOutOfRangeException(nameof(Precision), Precision, $"Expected one of {string.Join(", ", Enum.GetNames<ComputePrecision>())} for '{nameof(Precision)}', but got {(int)Precision}. Leave it out to compute in the weights' own type.");
        }

        Pretraining?.Validate();
        Guard.CheckAtLeast(AccumulationSteps, 1, nameof(AccumulationSteps));
    }

    private static void CheckNorm(double? norm, string name)
    {
        if (norm is { } value)
        {
            Guard.CheckPositive(value, name);
        }
    }

    private static void CheckPresent(object? value, string name)
    {
        if (value is null)
        {
            throw new ArgumentNullException(name, $"The option '{name}' must not be null. Leave it out to have its default.");
        }
    }
}

/// <summary>What encoder and decoder compute in while they are trained.</summary>
public enum ComputePrecision
{
    /// <summary>The element type of their weights.</summary>
    OfWeights = 0,

    /// <summary>
    /// bfloat16, the upper half of a float32 (a sign, 8 bits of exponent, 7 of mantissa): inputs and weights are rounded to it for the forward and the backward pass of
    /// each step, and the gradients are added to float32 weights. Batch and instance normalization keep float32 weights and statistics.
    /// </summary>
    BFloat16 = 1,
}

/// <summary>How the critics of a divergence are trained: one optimizer for all of them, beside that of encoder and decoder.</summary>
public sealed record CriticOptions
{
    /// <summary>The learning rate.</summary>
    /// <value>Values finite and ≥ 0. Default: 5e-4 throughout.</value>
    public Schedule LearningRate { get; init; } = 5e-4;

    /// <summary>Makes the optimizer.</summary>
    /// <value>Default: Adam with β₁ 0.5, β₂ 0.999.</value>
    public IOptimizerFactory Optimizer { get; init; } = OptimizerFactory.Adam(beta1: 0.5);

    /// <summary>The largest Euclidean norm of the critics' gradient; a longer one is scaled down to it.</summary>
    /// <value>Finite and &gt; 0, or <see langword="null"/> (the default) for no limit.</value>
    public double? MaximumGradientNorm { get; init; }
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
