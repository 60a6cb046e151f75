using TorchSharp;

namespace WassersteinAutoEncoders.Tests;

/// <summary>Every tolerance of the tests, in one place, with where it comes from.</summary>
internal static class Tolerances
{
    /// <summary>float64 against a second float64 evaluation of the same formula in another order of summation: about 1e5 roundings of 1.1e-16.</summary>
    public const double Float64 = LawTolerances.Float64;

    /// <summary>Weights after some fifty steps of one process and of several, in float64: sums in another order at each step, relative to numbers above 1.</summary>
    public const double SeveralProcesses = 1e-10;

    /// <summary>float64 against numbers worked out by hand to ten decimals.</summary>
    public const double HandComputed = 1e-9;

    /// <summary>float32 against float64: a few thousand roundings of 6e-8.</summary>
    public const double Float32 = LawTolerances.Float32;

    /// <summary>Central differences in float64 with step h ≈ cbrt(ε): error O(h²) ≈ 4e-11 times the third derivative.</summary>
    public const double FiniteDifference = LawTolerances.FiniteDifference;

    /// <summary>bfloat16 against float32, for gradients and what a few steps make of them, relative to their norm or to numbers up to 1: some ten roundings of 2⁻⁹ = 0.002, one in each layer and each way.</summary>
    public const double BFloat16 = 0.02;

    /// <summary>What is 0 in exact arithmetic, in float32: a handful of roundings of 6e-8 in sums of values around 100.</summary>
    public const double Float32Zero = LawTolerances.Float32Zero;

    /// <summary>The Chebyshev series of the Cramér–Wold profile in float64: 64 coefficients, cut below 1e-13, in d = 2, where they fall slowest.</summary>
    public const double ChebyshevSeries = 1e-11;

    /// <summary>The same series in float32: about thirty roundings of 6e-8 in Clenshaw's recurrence.</summary>
    public const double Float32Profile = 1e-6;

    /// <summary>A singular value by a few hundred power iterations of a small random matrix: the ratio of the two largest, squared, to that power.</summary>
    public const double PowerIteration = 1e-6;

    /// <summary>The failure rate every statistical test declares. Seeds are fixed, so a pass stays a pass; the rate bounds the chance that a correct implementation was given an unlucky seed.</summary>
    public const double FailureRate = LawTolerances.FailureRate;

    /// <summary>Standard normal quantile of a two-sided test at <see cref="FailureRate"/>.</summary>
    public const double FailureSigmas = LawTolerances.FailureSigmas;

    /// <summary>Relative error of a distribution function: a few hundred roundings in a series or continued fraction, and in the exponent of its factor.</summary>
    public const double SpecialFunction = 1e-12;

    /// <summary>Table values of a distribution, printed to five decimals.</summary>
    public const double TableValue = 5e-6;

    /// <summary>Roots of eigenvalues that rounding moved off 0: √1.1e-16 ≈ 1e-8 each, a few tens of them, relative to the largest variance.</summary>
    public const double MatrixRoot = 1e-6;

    /// <summary>Clipping divides by the norm plus 1e-6, as libtorch does, and so ends up shorter by up to that part of the limit.</summary>
    public const double GradientClipping = 1e-6;

    /// <summary>One rounding of a float32 of size about 1, twice over: two orders of the same few operations.</summary>
    public const double SingleRounding = 2.4e-7;

    /// <summary>The same for float64.</summary>
    public const double DoubleRounding = 4.5e-16;

    /// <summary>Relative error that the inverse multiquadratic kernel states for its mean over a Gaussian prior, in float64.</summary>
    public const double Quadrature = 1e-9;

    /// <summary>A number of float32 roundings, each half a unit in the last place: 6e-8.</summary>
    public static double SingleRoundings(int count) => count * Math.Pow(2, -24);

    /// <summary>Gradients of kernels with a kink at 0, in float64, with squared distances from a product of matrices: their rounding, some 1e-15, over squared distances down to 1e-8, of a pair or two among all.</summary>
    public const double NearPairs = 1e-7;

    /// <summary>The relative tolerance of an element type.</summary>
    public static double Of(torch.ScalarType dtype) => LawTolerances.Of(dtype);
}
