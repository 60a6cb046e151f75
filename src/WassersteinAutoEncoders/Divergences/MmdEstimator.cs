namespace WassersteinAutoEncoders.Divergences;

/// <summary>How <see cref="MmdDivergence"/> estimates the squared maximum mean discrepancy from codes q₁…q_n and prior samples p₁…p_m.</summary>
public enum MmdEstimator
{
    /// <summary>
    /// All pairs in every term: Σ_ij k(q_i, q_j)/n² + Σ_ij k(p_i, p_j)/m² − 2·Σ_ij k(q_i, p_j)/(n·m). The V-statistic: biased upwards, never
    /// negative for a positive definite kernel, exactly 0 for identical samples. Any n, m ≥ 1. Gretton et al. 2012, equation 5.
    /// </summary>
    Biased,

    /// <summary>
    /// The U-statistic of pairs (qᵢ, pᵢ), i ≠ j in all three terms: Σ_{i≠j} [k(q_i, q_j) + k(p_i, p_j) − 2·k(q_i, p_j)]/(n(n − 1)). Unbiased, so it is
    /// negative about half of the time when both distributions are equal; exactly 0 for identical samples. n = m ≥ 2.
    /// Gretton et al. 2012, lemma 6.
    /// </summary>
    UnbiasedPaired,

    /// <summary>
    /// The paper's and its authors' code's: i ≠ j within, all pairs across: Σ_{i≠j} k(q_i, q_j)/(n(n − 1)) + Σ_{i≠j} k(p_i, p_j)/(m(m − 1)) −
    /// 2·Σ_ij k(q_i, p_j)/(n·m). Unbiased, may be negative, and is not 0 for identical samples. n, m ≥ 2. Tolstikhin et al.
    /// 2018, algorithm 2; Gretton et al. 2012, equation 3.
    /// </summary>
    Unbiased,

    /// <summary>
    /// Linear time: the mean over ⌊n/2⌋ disjoint pairs of k(q₁, q₂) + k(p₁, p₂) − k(q₁, p₂) − k(q₂, p₁); the last sample of an
    /// odd number is left out. Unbiased, of much higher variance. n = m ≥ 2. Gretton et al. 2012, lemma 14.
    /// </summary>
    LinearTime,
}
