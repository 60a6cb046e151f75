using System.Numerics;
using System.Runtime.CompilerServices;
using WassersteinAutoEncoders.Kernels.Radial;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>Kummer's function ₁F₁(½; b; −s) for b = 1, 3/2, 2, … and s ≥ 0, on the host, to about 1e-14 relative.</summary>
internal static class ConfluentHypergeometric
{
    private const double Rescale = 1e200;

    public static double HalfNegative(double b, double s)
        => s <= Math.Max(500, 20 * b) ? ByKummersTransformation(b, s) : ByAsymptoticSeries(b, s);

    /// <summary>e^−s·₁F₁(b − ½; b; s): all terms are positive, so nothing cancels.</summary>
    private static double ByKummersTransformation(double b, double s)
    {
        double term = 1, sum = 1, logarithmOfScale = 0;
        for (var k = 0; term > sum * 1e-18 || k < s; k++)
        {
            term *= (b - 0.5 + k) / (b + k) * s / (k + 1);
            sum += term;
            if (sum > Rescale)
            {
                sum /= Rescale;
                term /= Rescale;
                logarithmOfScale += Math.Log(Rescale);
            }
        }

        return sum * Math.Exp(logarithmOfScale - s);
    }

    /// <summary>Γ(b)/Γ(b − ½)·s^−½·Σ_k (½)_k·(3/2 − b)_k/(k!·s^k); from the larger of 500 and 20·b on each term is at most an eighth of the one before until it no longer counts.</summary>
    private static double ByAsymptoticSeries(double b, double s)
    {
        double term = 1, sum = 1;
        for (var k = 0; Math.Abs(term) > 1e-18; k++)
        {
            term *= (0.5 + k) * (1.5 - b + k) / ((k + 1) * s);
            sum += term;
        }

        return sum * RatioOfGammas(b) / Math.Sqrt(s);
    }

    /// <summary>Γ(b)/Γ(b − ½) for b = d/2, d ≥ 2: from Γ(1)/Γ(½) = 1/√π and Γ(3/2)/Γ(1) = √π/2 by R(b + 1) = R(b)·b/(b − ½).</summary>
    private static double RatioOfGammas(double b)
    {
        var start = b == Math.Floor(b) ? 1.0 : 1.5;
        var ratio = start == 1 ? 1 / Math.Sqrt(Math.PI) : Math.Sqrt(Math.PI) / 2;
        for (; start < b; start++)
        {
            ratio *= start / (start - 0.5);
        }

        return ratio;
    }
}

/// <summary>φ(s) = (1 + t/c)^(−½)·P(x) with t = rate·s, x = (t − c)/(t + c) and P a Chebyshev series, and φ′(s).</summary>
/// <param name="values">The coefficients of P.</param>
/// <param name="derivatives">The coefficients of P′.</param>
/// <param name="centre">c.</param>
/// <param name="rate">What multiplies s.</param>
internal readonly struct ChebyshevProfile<T>(T[] values, T[] derivatives, T centre, T rate) : IVectorProfile<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The exact Cramér–Wold profile, its series cut where coefficients are negligible.</summary>
    public static ChebyshevProfile<T> Of(CramerWoldProfile profile, double rate, double negligible)
    {
        var (values, derivatives) = profile.Truncated(negligible);
        return new(Array.ConvertAll(values, T.CreateTruncating), Array.ConvertAll(derivatives, T.CreateTruncating), T.CreateTruncating(profile.Centre), T.CreateTruncating(rate));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector, TLanes>(TVector s)
        where TLanes : ILanes<TVector, T>
    {
        var (x, reciprocal) = Variable<TVector, TLanes>(s);
        return TLanes.Multiply(Root<TVector, TLanes>(reciprocal), Series<TVector, TLanes>(values, x));
    }

    // With r = 1/(t + c): (1 + t/c)^(−½) = √(c·r), dx/dt = 2c·r², and (1 + t/c)^(−½) falls at the rate r/2.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector ValueAndDerivative<TVector, TLanes>(TVector s, out TVector derivative)
        where TLanes : ILanes<TVector, T>
    {
        var (x, reciprocal) = Variable<TVector, TLanes>(s);
        var root = Root<TVector, TLanes>(reciprocal);
        var series = Series<TVector, TLanes>(values, x);
        var steepness = TLanes.Multiply(TLanes.Create(centre + centre), reciprocal);
        var slope = TLanes.Subtract(
            TLanes.Multiply(Series<TVector, TLanes>(derivatives, x), steepness), TLanes.Multiply(TLanes.Create(T.One / (T.One + T.One)), series));
        derivative = TLanes.Multiply(TLanes.Multiply(TLanes.Create(rate), root), TLanes.Multiply(reciprocal, slope));
        return TLanes.Multiply(root, series);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (TVector X, TVector Reciprocal) Variable<TVector, TLanes>(TVector s)
        where TLanes : ILanes<TVector, T>
    {
        var reciprocal = TLanes.Reciprocal(TLanes.MultiplyAdd(TLanes.Create(rate), s, TLanes.Create(centre)));
        return (TLanes.Subtract(TLanes.One, TLanes.Multiply(TLanes.Create(centre + centre), reciprocal)), reciprocal);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Root<TVector, TLanes>(TVector reciprocal)
        where TLanes : ILanes<TVector, T>
        => TLanes.SquareRoot(TLanes.Multiply(TLanes.Create(centre), reciprocal));

    /// <summary>Clenshaw's recurrence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Series<TVector, TLanes>(T[] coefficients, TVector x)
        where TLanes : ILanes<TVector, T>
    {
        var twice = TLanes.Add(x, x);
        var next = TLanes.Zero;
        var afterNext = TLanes.Zero;
        for (var k = coefficients.Length - 1; k >= 1; k--)
        {
            var current = TLanes.MultiplyAdd(twice, next, TLanes.Subtract(TLanes.Create(coefficients[k]), afterNext));
            afterNext = next;
            next = current;
        }

        return TLanes.MultiplyAdd(x, next, TLanes.Subtract(TLanes.Create(coefficients[0]), afterNext));
    }
}
