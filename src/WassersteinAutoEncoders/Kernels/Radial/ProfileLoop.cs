using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace WassersteinAutoEncoders.Kernels.Radial;

/// <summary>Runs a vector profile over spans with the widest vectors the machine has.</summary>
/// <remarks>The rest that fills no vector goes through one as well, padded: φ(s) never depends on where s stands.</remarks>
internal static unsafe class ProfileLoop
{
    private const int MostLanes = 16;

    public static void Run<TProfile, T>(in TProfile profile, ReadOnlySpan<T> squaredDistances, Span<T> values, Span<T> derivatives)
        where TProfile : struct, IVectorProfile<T>
        where T : unmanaged
    {
        if (values.Length != squaredDistances.Length || (!derivatives.IsEmpty && derivatives.Length != squaredDistances.Length))
        {
            throw new ArgumentException($"Expected spans of one length, but there are {squaredDistances.Length} squared distances, {values.Length} values and {derivatives.Length} derivatives. Slice them; derivatives may be empty.", nameof(values));
        }

        fixed (T* s = squaredDistances, v = values, d = derivatives)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Loop<TProfile, T, Vector512<T>, Lanes512<T>>(profile, s, v, d, squaredDistances.Length);
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                Loop<TProfile, T, Vector256<T>, Lanes256<T>>(profile, s, v, d, squaredDistances.Length);
            }
            else
            {
                Loop<TProfile, T, Vector128<T>, Lanes128<T>>(profile, s, v, d, squaredDistances.Length);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Loop<TProfile, T, TVector, TLanes>(TProfile profile, T* s, T* values, T* derivatives, int length)
        where TProfile : struct, IVectorProfile<T>
        where T : unmanaged
        where TLanes : ILanes<TVector, T>
    {
        // 1/s and the Newton steps of a reciprocal must not meet an infinite s; every profile is flat long before.
        var limit = TLanes.Create(typeof(T) == typeof(float) ? (T)(object)1e37f : (T)(object)1e300);
        var i = 0;
        if (derivatives == null)
        {
            for (; i <= length - TLanes.Count; i += TLanes.Count)
            {
                TLanes.Store(profile.Value<TVector, TLanes>(TLanes.Min(limit, TLanes.Load(s + i))), values + i);
            }
        }
        else
        {
            for (; i <= length - TLanes.Count; i += TLanes.Count)
            {
                TLanes.Store(profile.ValueAndDerivative<TVector, TLanes>(TLanes.Min(limit, TLanes.Load(s + i)), out var derivative), values + i);
                TLanes.Store(derivative, derivatives + i);
            }
        }

        if (i == length)
        {
            return;
        }

        var padded = stackalloc T[3 * MostLanes];
        var paddedValues = padded + MostLanes;
        var paddedDerivatives = padded + (2 * MostLanes);
        for (var lane = 0; lane < TLanes.Count; lane++)
        {
            padded[lane] = s[Math.Min(i + lane, length - 1)];
        }

        TVector value;
        if (derivatives == null)
        {
            value = profile.Value<TVector, TLanes>(TLanes.Min(limit, TLanes.Load(padded)));
        }
        else
        {
            value = profile.ValueAndDerivative<TVector, TLanes>(TLanes.Min(limit, TLanes.Load(padded)), out var derivative);
            TLanes.Store(derivative, paddedDerivatives);
        }

        TLanes.Store(value, paddedValues);
        for (var lane = 0; i + lane < length; lane++)
        {
            values[i + lane] = paddedValues[lane];
            if (derivatives != null)
            {
                derivatives[i + lane] = paddedDerivatives[lane];
            }
        }
    }
}
