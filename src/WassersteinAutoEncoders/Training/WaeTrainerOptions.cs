using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Training.Optimizers;
using WassersteinAutoEncoders.Training.Schedules;

namespace WassersteinAutoEncoders.Training;

/// <summary>Settings of a <see cref="WaeTrainer"/>, checked when the trainer is made.</summary>
/// <remarks>Schedules with a state and observers belong to one trainer; everything else may be shared.</remarks>
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
    public ISchedule Lambda { get; init; } = new ConstantSchedule(10);

    /// <summary>The learning rate of encoder and decoder.</summary>
    /// <value>Values finite and ≥ 0. Default: 1e-3 throughout.</value>
    public ISchedule LearningRate { get; init; } = new ConstantSchedule(1e-3);

    /// <summary>The learning rate of the critic, where the divergence has one.</summary>
    /// <value>Values finite and ≥ 0. Default: 5e-4 throughout.</value>
    public ISchedule CriticLearningRate { get; init; } = new ConstantSchedule(5e-4);

    /// <summary>Makes the optimizer of encoder and decoder.</summary>
    /// <value>Default: Adam with β₁ 0.9, β₂ 0.999.</value>
    public IOptimizerFactory Optimizer { get; init; } = new AdamFactory();

    /// <summary>Makes the optimizer of the critic, where the divergence has one.</summary>
    /// <value>Default: Adam with β₁ 0.5, β₂ 0.999.</value>
    public IOptimizerFactory CriticOptimizer { get; init; } = new AdamFactory(beta1: 0.5);

    /// <summary>The largest Euclidean norm of the gradient of encoder and decoder together; a longer one is scaled down to it.</summary>
    /// <value>Finite and &gt; 0, or <see langword="null"/> (the default) for no limit.</value>
    public double? MaximumGradientNorm { get; init; }

    /// <summary>The largest Euclidean norm of the critic's gradient; a longer one is scaled down to it.</summary>
    /// <value>Finite and &gt; 0, or <see langword="null"/> (the default) for no limit.</value>
    public double? MaximumCriticGradientNorm { get; init; }

    /// <summary>How many batches' gradients are averaged for one optimizer step. An epoch's last step takes what is left. A step's result holds the terms of its last batch; metrics are means over all.</summary>
    /// <remarks>
    /// The penalty is estimated on each batch by itself and then averaged: k accumulated batches of n are not one batch of k·n
    /// for the divergence. An unbiased estimator keeps its mean and has a higher variance; a biased one, the logarithm of a
    /// divergence, sorted slices or a transport plan keep the bias of n. Where the penalty matters, prefer a larger batch.
    /// </remarks>
    /// <value>≥ 1; default 1.</value>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>
    /// The decay δ of an exponential moving average of the weights, w̄ ← δₜw̄ + (1−δₜ)w with δₜ = min(δ, (1+t)/(10+t))
    /// after step t, which <see cref="WaeTrainer.Evaluate"/>, <see cref="WaeTrainer.Encode"/>, <see cref="WaeTrainer.Decode"/>,
    /// <see cref="WaeTrainer.Reconstruct"/> and <see cref="WaeTrainer.Sample(long)"/> then use. The modules' buffers of floating-point
    /// numbers, such as the statistics of batch normalisation, are averaged alike: they belong to their weights.
    /// </summary>
    /// <value>In (0, 1), typically 0.999, or <see langword="null"/> (the default) for none.</value>
    public double? WeightAverageDecay { get; init; }

    /// <summary>Pretraining of the encoder, before the first step of <see cref="WaeTrainer.Fit"/>.</summary>
    /// <value>Default: none.</value>
    public EncoderPretraining? Pretraining { get; init; }

    /// <summary>Noise on what the encoder sees in training.</summary>
    /// <value>Default: none.</value>
    public IInputNoise? EncoderNoise { get; init; }

    /// <summary>The seed of what the trainer draws itself: prior samples in training, in <see cref="WaeTrainer.Evaluate"/> and in <see cref="WaeTrainer.Sample(long)"/>, and <see cref="EncoderNoise"/>.</summary>
    /// <remarks>
    /// Not seeded by it: the modules' initial weights and layers such as dropout, which draw from libtorch's global generator
    /// (<see cref="GlobalRandom.Seed"/>, before the modules are made); the order of the data
    /// (<see cref="Data.TensorBatcher"/>); and the generators of stochastic encoders and divergences. The last two have fixed
    /// seeds of their own by default.
    /// </remarks>
    /// <value>Any number; default 0.</value>
    public long Seed { get; init; }

    /// <summary>After how many optimizer steps means are read, logged and sent to observers.</summary>
    /// <value>≥ 1; default 50.</value>
    public int LoggingInterval { get; init; } = 50;

    /// <summary>What happens when a batch, a loss or a gradient holds NaN or an infinity.</summary>
    /// <value>Default: <see cref="NonFinitePolicy.Stop"/>.</value>
    public NonFinitePolicy NonFinite { get; init; } = NonFinitePolicy.Stop;

    /// <summary>What watches the run, called in this order.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<ITrainingObserver> Observers { get; init; } = [];

    /// <summary>What happens when an observer throws.</summary>
    /// <value>Default: <see cref="ObserverErrorPolicy.Continue"/>.</value>
    public ObserverErrorPolicy ObserverErrors { get; init; } = ObserverErrorPolicy.Continue;

    /// <summary>Batches <c>[n, …]</c> that are evaluated after each epoch of <see cref="WaeTrainer.Fit"/>; enumerated each time.</summary>
    /// <value>Default: none.</value>
    public IEnumerable<torch.Tensor>? HeldOut { get; init; }

    /// <summary>Is told how far <see cref="WaeTrainer.Fit"/> is, each <see cref="LoggingInterval"/> steps and after each epoch.</summary>
    /// <value>Default: nobody.</value>
    public IProgress<TrainingProgress>? Progress { get; init; }

    internal void Validate()
    {
        CheckPresent(Cost, nameof(Cost));
        CheckPresent(Lambda, nameof(Lambda));
        CheckPresent(LearningRate, nameof(LearningRate));
        CheckPresent(CriticLearningRate, nameof(CriticLearningRate));
        CheckPresent(Optimizer, nameof(Optimizer));
        CheckPresent(CriticOptimizer, nameof(CriticOptimizer));
        CheckPresent(NonFinite, nameof(NonFinite));
        CheckPresent(Observers, nameof(Observers));
        foreach (var observer in Observers)
        {
            CheckPresent(observer, nameof(Observers));
        }

        if (MaximumGradientNorm is { } norm)
        {
            Check.Positive(norm, nameof(MaximumGradientNorm));
        }

        if (MaximumCriticGradientNorm is { } criticNorm)
        {
            Check.Positive(criticNorm, nameof(MaximumCriticGradientNorm));
        }

        if (WeightAverageDecay is { } decay)
        {
            Check.Positive(Check.Fraction(decay, nameof(WeightAverageDecay)), nameof(WeightAverageDecay));
        }

        Pretraining?.Validate();
        Check.AtLeast(AccumulationSteps, 1, nameof(AccumulationSteps));
        Check.AtLeast(LoggingInterval, 1, nameof(LoggingInterval));
        Check.Defined(ObserverErrors, nameof(ObserverErrors));
    }

    private static void CheckPresent(object? value, string name)
    {
        if (value is null)
        {
            throw new ArgumentNullException(name, $"The option '{name}' must not be null. Leave it out to have its default.");
        }
    }
}
