using System.Numerics;
using System.Runtime.CompilerServices;
using WassersteinAutoEncoders.Kernels.Radial;

namespace WassersteinAutoEncoders.Divergences;

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
