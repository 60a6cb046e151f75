using TorchSharp;

namespace WassersteinAutoEncoders.Training;

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
    /// <summary>cost + λ·penalty. Waits for the device.</summary>
    public double Total => Values?.Total ?? Scalars.Read(TotalTensor);

    /// <summary>The reconstruction cost. Waits for the device.</summary>
    public double Reconstruction => Values?.Reconstruction ?? Scalars.Read(ReconstructionTensor);

    /// <summary>The latent divergence before the factor λ. Waits for the device.</summary>
    public double Penalty => Values?.Penalty ?? Scalars.Read(PenaltyTensor);

    /// <summary>The values, where they were read during the step.</summary>
    internal (double Total, double Reconstruction, double Penalty)? Values { get; init; }

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
