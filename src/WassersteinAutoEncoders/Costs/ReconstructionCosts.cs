namespace WassersteinAutoEncoders.Costs;

/// <summary>The costs of the published code bases, number for number.</summary>
public static class ReconstructionCosts
{
    /// <summary>The authors' code (tolstikhin/wae), cost "l2sq": 0.05 · mean of Σ (x − x̂)².</summary>
    public static IReconstructionCost OfficialSquared { get; } = new SquaredErrorCost(CostReduction.Sum, 0.05);

    /// <summary>The authors' code, cost "l2": 0.2 · mean of √(1e-8 + Σ (x − x̂)²).</summary>
    public static IReconstructionCost OfficialEuclidean { get; } = new EuclideanCost(CostReduction.Sum, 0.2, 1e-8);

    /// <summary>The authors' code, cost "l1": 0.02 · mean of Σ |x − x̂|.</summary>
    public static IReconstructionCost OfficialAbsolute { get; } = new AbsoluteErrorCost(CostReduction.Sum, 0.02);

    /// <summary>The review (Giwoong-Han/Variational-Inference) on MNIST: mean of Σ −x·log x̂ − (1 − x)·log(1 − x̂), on probabilities.</summary>
    public static IReconstructionCost Review { get; } = new BinaryCrossEntropyCost(CrossEntropyInput.Probabilities, CostReduction.Sum);

    /// <summary>pythae (clementchadebec/benchmark_VAE), WAE_MMD: mean of Σ (x − x̂)².</summary>
    public static IReconstructionCost Pythae { get; } = new SquaredErrorCost(CostReduction.Sum);

    /// <summary>cwae (gmum/cwae-pytorch), mean squared error an image: mean of Σ (x − x̂)².</summary>
    public static IReconstructionCost Cwae { get; } = new SquaredErrorCost(CostReduction.Sum);
}
