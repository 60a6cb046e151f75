using System.Runtime.CompilerServices;
using TorchSharp;
using WassersteinAutoEncoders.Numerics;

namespace WassersteinAutoEncoders.Training;

/// <summary>The summary of a call of <c>Fit</c>.</summary>
/// <param name="Epochs">Epochs completed, over all resumed runs.</param>
/// <param name="Steps">Steps done, over all resumed runs.</param>
/// <param name="Outcome">Why it ended.</param>
/// <param name="History">The mean metrics of each epoch of this call.</param>
/// <param name="Elapsed">Wall-clock time of this call.</param>
public sealed record WaeRun(int Epochs, long Steps, RunOutcome Outcome, IReadOnlyList<IReadOnlyList<Metric>> History, TimeSpan Elapsed)
{
    /// <summary>The means of each epoch.</summary>
    public IReadOnlyList<IReadOnlyList<Metric>> History { get; init => field = MetricNames.CheckAll(value, nameof(History)); } = MetricNames.CheckAll(History, nameof(History));
}

/// <summary>Why a run ended.</summary>
public enum RunOutcome
{
    /// <summary>All epochs were completed.</summary>
    Completed,

    /// <summary>The cancellation token was signalled; the step in progress was finished first.</summary>
    Cancelled,

    /// <summary>An observer asked to stop.</summary>
    StoppedEarly,
}

/// <summary>The terms of one training step, as device scalars: reading a value waits for the device, holding it does not.</summary>
/// <remarks>
/// The tensors belong to the trainer and live until its next step or its disposal; clone what is needed longer. On the
/// CPU, where reading costs nothing, <see cref="Total"/>, <see cref="Reconstruction"/> and <see cref="Penalty"/> were read
/// during the step and stay.
/// </remarks>
/// <param name="TotalTensor">cost + λ·penalty, scalar, without gradient.</param>
/// <param name="ReconstructionTensor">The reconstruction cost, scalar, without gradient.</param>
/// <param name="PenaltyTensor">The latent divergence before the factor λ, scalar, without gradient; may be negative for unbiased estimators.</param>
/// <param name="Lambda">The λ of this step.</param>
/// <param name="Measurements">Further device scalars: the critic's loss and what the divergence measured.</param>
public sealed record WaeStepResult(
    torch.Tensor TotalTensor,
    torch.Tensor ReconstructionTensor,
    torch.Tensor PenaltyTensor,
    double Lambda,
    IReadOnlyList<(string Name, torch.Tensor Value)> Measurements)
{
    /// <summary>cost + λ·penalty, scalar, without gradient.</summary>
    public torch.Tensor TotalTensor { get; init => field = Guard.CheckGiven(value, nameof(TotalTensor)); } = Guard.CheckGiven(TotalTensor, nameof(TotalTensor));

    /// <summary>The reconstruction cost, scalar, without gradient.</summary>
    public torch.Tensor ReconstructionTensor { get; init => field = Guard.CheckGiven(value, nameof(ReconstructionTensor)); } = Guard.CheckGiven(ReconstructionTensor, nameof(ReconstructionTensor));

    /// <summary>The latent divergence before the factor λ, scalar, without gradient.</summary>
    public torch.Tensor PenaltyTensor { get; init => field = Guard.CheckGiven(value, nameof(PenaltyTensor)); } = Guard.CheckGiven(PenaltyTensor, nameof(PenaltyTensor));

    /// <summary>Further device scalars.</summary>
    public IReadOnlyList<(string Name, torch.Tensor Value)> Measurements { get; init => field = Guard.CheckNamed(value, nameof(Measurements)); } = Guard.CheckNamed(Measurements, nameof(Measurements));

    /// <summary>cost + λ·penalty. Waits for the device.</summary>
    public double Total => Values?.Total ?? Scalars.Read(TotalTensor);

    /// <summary>The reconstruction cost. Waits for the device.</summary>
    public double Reconstruction => Values?.Reconstruction ?? Scalars.Read(ReconstructionTensor);

    /// <summary>The latent divergence before the factor λ. Waits for the device.</summary>
    public double Penalty => Values?.Penalty ?? Scalars.Read(PenaltyTensor);

    /// <summary>The examples of the step's batch, or of all batches where gradients were accumulated.</summary>
    public long Count { get; internal set; }

    /// <summary>The values, where they were read during the step.</summary>
    internal (double Total, double Reconstruction, double Penalty)? Values { get; init; }

    /// <summary>Whether it is the same object: tensors have no equality of values.</summary>
    public bool Equals(WaeStepResult? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    internal void DisposeTensors()
    {
        TotalTensor.Dispose();
        ReconstructionTensor.Dispose();
        PenaltyTensor.Dispose();
        foreach (var (_, value) in Measurements)
        {
            value.Dispose();
        }
    }
}

/// <summary>What an evaluation of batches that are not trained on found.</summary>
/// <param name="Reconstruction">Mean reconstruction cost an example.</param>
/// <param name="Penalty">Mean latent divergence a batch, weighted by batch size.</param>
/// <param name="Total">Reconstruction + λ·penalty.</param>
/// <param name="LatentMean">Mean of each latent dimension, <c>d</c> values.</param>
/// <param name="LatentStandardDeviation">Standard deviation of each latent dimension, <c>d</c> values.</param>
/// <param name="Count">Examples seen.</param>
public sealed record WaeEvaluation(
    double Reconstruction,
    double Penalty,
    double Total,
    IReadOnlyList<double> LatentMean,
    IReadOnlyList<double> LatentStandardDeviation,
    long Count)
{
    /// <summary>Mean of each latent dimension.</summary>
    public IReadOnlyList<double> LatentMean { get; init => field = Guard.CheckGiven(value, nameof(LatentMean)); } = Guard.CheckGiven(LatentMean, nameof(LatentMean));

    /// <summary>Standard deviation of each latent dimension.</summary>
    public IReadOnlyList<double> LatentStandardDeviation { get; init => field = Guard.CheckGiven(value, nameof(LatentStandardDeviation)); } = Guard.CheckGiven(LatentStandardDeviation, nameof(LatentStandardDeviation));

    /// <summary>The scalar terms under the names they have among an epoch's means: <c>validation/total</c>, <c>validation/reconstruction</c>, <c>validation/penalty</c>.</summary>
    internal IReadOnlyList<Metric> Metrics =>
    [
        new("validation/total", Total),
        new("validation/reconstruction", Reconstruction),
        new("validation/penalty", Penalty),
    ];
}

/// <summary>What <see cref="WaeTrainer.TestLearningRates(IEnumerable{TorchSharp.torch.Tensor}, double, double, int)"/> found.</summary>
/// <param name="Points">The learning rate of each step and the loss found before it, as a mean over the last steps with weights that fall by a tenth from one to the one before; ends early where the loss is more than four times its lowest value or not finite.</param>
/// <param name="Suggestion">The rate at which that loss falls most steeply per decade; NaN where it never falls.</param>
public sealed record LearningRateCurve(IReadOnlyList<(double Rate, double Loss)> Points, double Suggestion)
{
    /// <summary>The learning rates and the losses found before them.</summary>
    public IReadOnlyList<(double Rate, double Loss)> Points { get; init => field = Guard.CheckGiven(value, nameof(Points)); } = Guard.CheckGiven(Points, nameof(Points));
}
