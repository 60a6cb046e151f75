using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace WassersteinAutoEncoders.Divergences.Pairs;

/// <summary>Transposes square tiles.</summary>
internal static unsafe class SquareTile
{
    /// <summary>target[i·width + j] = source[j·width + i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose<T>(T* source, T* target, int width)
        where T : unmanaged
    {
        if (Avx.IsSupported && typeof(T) == typeof(float) && width % 8 == 0)
        {
            for (var i = 0; i < width; i += 8)
            {
                for (var j = 0; j < width; j += 8)
                {
                    Transpose8((float*)source + (j * width) + i, (float*)target + (i * width) + j, width);
                }
            }
        }
        else
        {
            for (var i = 0; i < width; i++)
            {
                for (var j = 0; j < width; j++)
                {
                    target[(i * width) + j] = source[(j * width) + i];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8(float* source, float* target, int width)
    {
        var r0 = Vector256.Load(source);
        var r1 = Vector256.Load(source + width);
        var r2 = Vector256.Load(source + (2 * width));
        var r3 = Vector256.Load(source + (3 * width));
        var r4 = Vector256.Load(source + (4 * width));
        var r5 = Vector256.Load(source + (5 * width));
        var r6 = Vector256.Load(source + (6 * width));
        var r7 = Vector256.Load(source + (7 * width));

        // Pairs of rows, then fours, within each half of a vector; last the halves change places.
        var (a0, a1) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        var (a2, a3) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        var (a4, a5) = (Avx.UnpackLow(r4, r5), Avx.UnpackHigh(r4, r5));
        var (a6, a7) = (Avx.UnpackLow(r6, r7), Avx.UnpackHigh(r6, r7));
        var (b0, b1) = (Avx.Shuffle(a0, a2, 0x44), Avx.Shuffle(a0, a2, 0xEE));
        var (b2, b3) = (Avx.Shuffle(a1, a3, 0x44), Avx.Shuffle(a1, a3, 0xEE));
        var (b4, b5) = (Avx.Shuffle(a4, a6, 0x44), Avx.Shuffle(a4, a6, 0xEE));
        var (b6, b7) = (Avx.Shuffle(a5, a7, 0x44), Avx.Shuffle(a5, a7, 0xEE));

        Vector256.Store(Avx.Permute2x128(b0, b4, 0x20), target);
        Vector256.Store(Avx.Permute2x128(b1, b5, 0x20), target + width);
        Vector256.Store(Avx.Permute2x128(b2, b6, 0x20), target + (2 * width));
        Vector256.Store(Avx.Permute2x128(b3, b7, 0x20), target + (3 * width));
        Vector256.Store(Avx.Permute2x128(b0, b4, 0x31), target + (4 * width));
        Vector256.Store(Avx.Permute2x128(b1, b5, 0x31), target + (5 * width));
        Vector256.Store(Avx.Permute2x128(b2, b6, 0x31), target + (6 * width));
        Vector256.Store(Avx.Permute2x128(b3, b7, 0x31), target + (7 * width));
    }
}
