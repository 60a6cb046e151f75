using System.Runtime.CompilerServices;

namespace WassersteinAutoEncoders.Kernels.Radial;

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
