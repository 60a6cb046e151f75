using System.Runtime.CompilerServices;

namespace WassersteinAutoEncoders.Kernels.Radial;

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
