using TorchSharp;

namespace WassersteinAutoEncoders.Testing;

/// <summary>Every tolerance of the laws, with where it comes from.</summary>
internal static class LawTolerances
{
    /// <summary>float64 against a second float64 evaluation of the same formula in another order of summation: about 1e5 roundings of 1.1e-16.</summary>
    public const double Float64 = 1e-10;

    /// <summary>float32 against float64: a few thousand roundings of 6e-8.</summary>
    public const double Float32 = 2e-4;

    /// <summary>What is 0 in exact arithmetic, in float32: a handful of roundings of 6e-8 in sums of values around 100.</summary>
    public const double Float32Zero = 2e-5;

    /// <summary>Central differences in float64 with step h ≈ cbrt(ε): error O(h²) ≈ 4e-11 times the third derivative.</summary>
    public const double FiniteDifference = 1e-5;

    /// <summary>A density's integral by a midpoint sum of about 800 cells an axis: where the density jumps, half a cell in 50 on each of four sides.</summary>
    public const double MidpointSum = 0.03;

    /// <summary>The same for the second moment, in which the outermost cells count twice.</summary>
    public const double MidpointMoment = 0.06;

    /// <summary>The failure rate that every statistical law declares. Seeds are fixed, so a pass stays a pass; the rate bounds the chance that a correct part meets an unlucky seed.</summary>
    public const double FailureRate = 1e-6;

    /// <summary>Standard normal quantile of a two-sided test at <see cref="FailureRate"/>.</summary>
    public const double FailureSigmas = 4.9;

    /// <summary>The relative tolerance of an element type.</summary>
    public static double Of(torch.ScalarType dtype) => dtype == torch.ScalarType.Float64 ? Float64 : Float32;
}
