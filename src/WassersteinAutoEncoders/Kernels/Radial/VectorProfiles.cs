using System.Runtime.CompilerServices;

namespace WassersteinAutoEncoders.Kernels.Radial;

/// <summary>A radial profile φ(s) on one hardware vector of squared distances; <see cref="ProfileLoop"/> runs it over spans.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal interface IVectorProfile<T>
    where T : unmanaged
{
    /// <summary>φ(s) in every lane.</summary>
    TVector Value<TVector, TLanes>(TVector s)
        where TLanes : ILanes<TVector, T>;

    /// <summary>φ(s) and φ′(s) in every lane.</summary>
    TVector ValueAndDerivative<TVector, TLanes>(TVector s, out TVector derivative)
        where TLanes : ILanes<TVector, T>;
}

/// <summary>φ(s) = Σ C/(C + s), φ′(s) = −Σ C/(C + s)².</summary>
/// <param name="constants">The C of each scale.</param>
internal readonly struct ImqProfile<T>(T[] constants) : IVectorProfile<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector, TLanes>(TVector s)
        where TLanes : ILanes<TVector, T>
    {
        var value = TLanes.Zero;
        foreach (var constant in constants)
        {
            var c = TLanes.Create(constant);
            value = TLanes.MultiplyAdd(c, TLanes.Reciprocal(TLanes.Add(s, c)), value);
        }

        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector ValueAndDerivative<TVector, TLanes>(TVector s, out TVector derivative)
        where TLanes : ILanes<TVector, T>
    {
        var value = TLanes.Zero;
        var slope = TLanes.Zero;
        foreach (var constant in constants)
        {
            var c = TLanes.Create(constant);
            var reciprocal = TLanes.Reciprocal(TLanes.Add(s, c));
            var term = TLanes.Multiply(c, reciprocal);
            value = TLanes.Add(value, term);
            slope = TLanes.MultiplyAdd(term, reciprocal, slope);
        }

        derivative = TLanes.Subtract(TLanes.Zero, slope);
        return value;
    }
}

/// <summary>φ(s) = (1 + r·s)^(−½), φ′(s) = −(r/2)·(1 + r·s)^(−3/2).</summary>
/// <param name="rate">r.</param>
internal readonly struct InverseRootProfile<T>(T rate) : IVectorProfile<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector, TLanes>(TVector s)
        where TLanes : ILanes<TVector, T>
        => TLanes.Reciprocal(TLanes.SquareRoot(TLanes.MultiplyAdd(TLanes.Create(rate), s, TLanes.One)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector ValueAndDerivative<TVector, TLanes>(TVector s, out TVector derivative)
        where TLanes : ILanes<TVector, T>
    {
        var r = TLanes.Create(rate);
        var value = Value<TVector, TLanes>(s);
        var half = TLanes.Multiply(r, TLanes.Reciprocal(TLanes.Add(TLanes.One, TLanes.One)));
        derivative = TLanes.Subtract(TLanes.Zero, TLanes.Multiply(TLanes.Multiply(half, value), TLanes.Multiply(value, value)));
        return value;
    }
}

/// <summary>φ(s) = (1 + r·s)^(−α), φ′(s) = −α·r·φ(s)/(1 + r·s).</summary>
/// <param name="rate">r = 1/(2αℓ²).</param>
/// <param name="alpha">α.</param>
internal readonly struct RationalQuadraticProfile<T>(T rate, T alpha) : IVectorProfile<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector, TLanes>(TVector s)
        where TLanes : ILanes<TVector, T>
        => ValueAndDerivative<TVector, TLanes>(s, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector ValueAndDerivative<TVector, TLanes>(TVector s, out TVector derivative)
        where TLanes : ILanes<TVector, T>
    {
        var r = TLanes.Create(rate);
        var a = TLanes.Create(alpha);
        var grown = TLanes.MultiplyAdd(r, s, TLanes.One);
        var value = TLanes.ExpOfNegative(TLanes.Subtract(TLanes.Zero, TLanes.Multiply(a, TLanes.Log(grown))));
        derivative = TLanes.Subtract(TLanes.Zero, TLanes.Multiply(TLanes.Multiply(a, r), TLanes.Multiply(value, TLanes.Reciprocal(grown))));
        return value;
    }
}

/// <summary>φ(s) = Σ exp(−r·s), φ′(s) = −Σ r·exp(−r·s).</summary>
/// <param name="rates">The r = 1/(2σ²) of each scale.</param>
internal readonly struct RbfProfile<T>(T[] rates) : IVectorProfile<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector, TLanes>(TVector s)
        where TLanes : ILanes<TVector, T>
        => ValueAndDerivative<TVector, TLanes>(s, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector ValueAndDerivative<TVector, TLanes>(TVector s, out TVector derivative)
        where TLanes : ILanes<TVector, T>
    {
        var negative = TLanes.Subtract(TLanes.Zero, s);
        var value = TLanes.Zero;
        var slope = TLanes.Zero;
        foreach (var rate in rates)
        {
            var r = TLanes.Create(rate);
            var term = TLanes.ExpOfNegative(TLanes.Multiply(r, negative));
            value = TLanes.Add(value, term);
            slope = TLanes.MultiplyAdd(term, r, slope);
        }

        derivative = TLanes.Subtract(TLanes.Zero, slope);
        return value;
    }
}

/// <summary>φ(s) = exp(−r·√s), φ′(s) = −r·φ(s)/(2√s), 0 at s = 0.</summary>
/// <param name="rate">r = 1/ℓ.</param>
internal readonly struct LaplacianProfile<T>(T rate) : IVectorProfile<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector, TLanes>(TVector s)
        where TLanes : ILanes<TVector, T>
        => TLanes.ExpOfNegative(TLanes.Multiply(TLanes.Subtract(TLanes.Zero, TLanes.Create(rate)), TLanes.SquareRoot(s)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector ValueAndDerivative<TVector, TLanes>(TVector s, out TVector derivative)
        where TLanes : ILanes<TVector, T>
    {
        var distance = TLanes.SquareRoot(s);
        var r = TLanes.Create(rate);
        var value = TLanes.ExpOfNegative(TLanes.Multiply(TLanes.Subtract(TLanes.Zero, r), distance));
        var slope = TLanes.Multiply(TLanes.Multiply(r, value), TLanes.Reciprocal(TLanes.Add(distance, distance)));
        derivative = TLanes.Subtract(TLanes.Zero, TLanes.WhereNotZero(s, slope));
        return value;
    }
}

/// <summary>φ(s) = −√s, φ′(s) = −1/(2√s), 0 at s = 0.</summary>
internal readonly struct EnergyProfile<T> : IVectorProfile<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector, TLanes>(TVector s)
        where TLanes : ILanes<TVector, T>
        => TLanes.Subtract(TLanes.Zero, TLanes.SquareRoot(s));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector ValueAndDerivative<TVector, TLanes>(TVector s, out TVector derivative)
        where TLanes : ILanes<TVector, T>
    {
        var distance = TLanes.SquareRoot(s);
        derivative = TLanes.Subtract(TLanes.Zero, TLanes.WhereNotZero(s, TLanes.Reciprocal(TLanes.Add(distance, distance))));
        return TLanes.Subtract(TLanes.Zero, distance);
    }
}

/// <summary>The exponential function of float32 vectors, for arguments that are not positive: four times as fast as one for all arguments in double precision.</summary>
/// <remarks>
/// eᵃ = 2ⁿ·eʳ with n = round(a/ln 2) and |r| ≤ ln 2/2, and eʳ by its Taylor polynomial of degree 7, whose error is below 6e-9.
/// ln 2 is split in two, the first part short enough for n times it to be exact.
/// </remarks>
internal static class ExponentialSingle<TVector, TLanes>
    where TLanes : ILanes<TVector, float>
{
    private const float Lowest = 87;
    private const float InverseLn2 = 1.44269504f;
    private const float Ln2 = 0.693359375f;
    private const float Ln2Remainder = -2.12194440e-4f;

    // Adding 1.5·2²³ rounds to an integer and leaves it in the lowest bits.
    private const float Rounder = 12582912;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OfNegative(TVector a)
    {
        a = TLanes.Subtract(TLanes.Zero, TLanes.Min(TLanes.Create(Lowest), TLanes.Subtract(TLanes.Zero, a)));
        var shifted = TLanes.MultiplyAdd(a, TLanes.Create(InverseLn2), TLanes.Create(Rounder));
        var n = TLanes.Subtract(shifted, TLanes.Create(Rounder));
        var r = TLanes.MultiplyAdd(n, TLanes.Create(-Ln2), a);
        r = TLanes.MultiplyAdd(n, TLanes.Create(-Ln2Remainder), r);

        var sum = TLanes.Create(1f / 5040);
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Create(1f / 720));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Create(1f / 120));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Create(1f / 24));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Create(1f / 6));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.Create(0.5f));
        sum = TLanes.MultiplyAdd(sum, r, TLanes.One);
        sum = TLanes.MultiplyAdd(sum, r, TLanes.One);
        return TLanes.AddToExponent(sum, shifted);
    }
}
