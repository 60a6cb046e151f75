namespace WassersteinAutoEncoders.Testing;

/// <summary>How laws are tried.</summary>
public record LawOptions
{
    /// <summary>The seed of the points and samples.</summary>
    /// <value>Any number; 1 by default.</value>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Whether the laws for parts that strangers call are tried too: arguments that do not fit are refused with an <see cref="ArgumentException"/>,
    /// no tensor but the result stays alive, and a prior's seed means the same samples in both element types.
    /// The library checks arguments before it calls a part, and works inside dispose scopes, so that a part used with it alone needs none of this.
    /// </summary>
    /// <value>False by default.</value>
    public bool Strict { get; init; }
}

/// <summary>What a kernel claims.</summary>
public sealed record KernelLawOptions : LawOptions
{
    /// <summary>The dimensions of the points.</summary>
    /// <value>Each from 1 to 65,536; 1, 2, 3 and 64 by default. Gradients are held to finite differences in up to 1,024.</value>
    public IReadOnlyList<long> Dimensions { get; init; } = [1, 2, 3, 64];

    /// <summary>Whether cᵀKc ≥ 0 is claimed only for weights c that sum to 0, as for −‖x − y‖, which is enough for MMD.</summary>
    /// <value>False by default.</value>
    public bool IsConditionallyPositive { get; init; }
}

/// <summary>What a reconstruction cost claims.</summary>
public sealed record CostLawOptions : LawOptions
{
    /// <summary>The value where every input is reconstructed exactly; <see langword="null"/> where it depends on the input, as for a cross-entropy.</summary>
    /// <value>0 by default.</value>
    public double? ValueAtIdentity { get; init; } = 0;
}

/// <summary>What a latent divergence claims. An estimator that does not keep to a law says so here, and the others are tried.</summary>
public sealed record DivergenceLawOptions : LawOptions
{
    /// <summary>The dimension of the codes where no prior is given.</summary>
    /// <value>1 to 65,536; 3 by default.</value>
    public long Dimension { get; init; } = 3;

    /// <summary>The smallest batch it takes; with <see cref="LawOptions.Strict"/>, smaller ones are to be refused.</summary>
    /// <value>1 to 1,024, and at most 2²⁰ numbers a batch; what <see cref="Divergences.IMinimumSampleSize"/> says by default, or 1.</value>
    public long? SmallestBatch { get; init; }

    /// <summary>Whether the numbers of codes and of prior samples may differ; with <see cref="LawOptions.Strict"/>, different ones are to be refused otherwise.</summary>
    /// <value>True by default.</value>
    public bool TakesUnequalSizes { get; init; } = true;

    /// <summary>Whether the order of the rows of either sample is of no matter; not so for estimators over consecutive pairs.</summary>
    /// <value>True by default.</value>
    public bool IgnoresOrder { get; init; } = true;

    /// <summary>Whether a rotation of codes and prior samples together changes nothing.</summary>
    /// <value>False by default.</value>
    public bool IsRotationInvariant { get; init; }

    /// <summary>How far a rotation may change the value, relative to it or to 1; more than rounding where directions are drawn at random.</summary>
    /// <value>&gt; 0; 1e-10 by default.</value>
    public double RotationTolerance { get; init; } = LawTolerances.Float64;

    /// <summary>Whether two identical samples are at distance 0; not so where the prior is integrated out, for an unbiased estimate or a logarithm.</summary>
    /// <value>True by default.</value>
    public bool IsZeroForIdenticalSamples { get; init; } = true;

    /// <summary>Whether the value is never negative; unbiased estimates may be.</summary>
    /// <value>True by default.</value>
    public bool IsNonNegative { get; init; } = true;

    /// <summary>How far float32 may lie from float64 for points of size 1, relative to 1 or the value.</summary>
    /// <value>&gt; 0; 2e-4 by default.</value>
    public double Float32Tolerance { get; init; } = LawTolerances.Float32;

    /// <summary>How far gradients may lie from central differences, relative to 1 or the largest.</summary>
    /// <value>&gt; 0; 1e-5 by default.</value>
    public double GradientTolerance { get; init; } = LawTolerances.FiniteDifference;
}
