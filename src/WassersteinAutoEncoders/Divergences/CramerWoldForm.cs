namespace WassersteinAutoEncoders.Divergences;

/// <summary>Which form of the profile φ_d(s) = ₁F₁(½; d/2; −s) a Cramér–Wold divergence is computed with.</summary>
public enum CramerWoldForm
{
    /// <summary>Exact in every dimension, and the default: e^−s for d = 1, otherwise a Chebyshev series of φ_d, true to 1e-11 in float64 and to 1e-6 in float32.</summary>
    Exact,

    /// <summary>
    /// The paper's (1 + 4s/(2d − 3))^−½, for d ≥ 2: to reproduce results computed with it, and for nothing else. It is no positive
    /// definite function of codes and prior together, so that the divergence does not fall to 0 with the number of codes: for exact samples of N(0, I), n = 1,000,
    /// it is 5.4e-3 at d = 20 and 2.2e-3 at d = 64, where the exact form is below 1e-3. The largest error of φ_d falls from 0.21 (d = 2) over 0.022 (d = 8) and
    /// 0.0077 (d = 20) to 0.0023 (d = 64). The paper recommends it from d = 20 on; the cwae code uses it from d = 8 on.
    /// </summary>
    Asymptotic,
}
