using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using WassersteinAutoEncoders.Kernels.Radial;

namespace WassersteinAutoEncoders.Divergences.Pairs;

/// <summary>The inner loops over pairs of one panel of points (two vectors of lanes) and a range of rows.</summary>
/// <remarks>
/// Squared distances and gradients are made of differences of coordinates, not of ‖x‖² + ‖y‖² − 2xᵀy: exact where points
/// are near each other however far from the origin, never negative, the same bits for (x, y) and (y, x). The extra
/// subtraction runs beside the multiplications on current processors and costs less than a correction would.
/// </remarks>
internal static unsafe class PairTile<T, TVector, TLanes>
    where T : unmanaged
    where TLanes : ILanes<TVector, T>
{
    /// <summary>Points in a panel.</summary>
    public static int Width => 2 * TLanes.Count;

    /// <summary>squared[j·Width + lane] = ‖panel point − row j‖².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Distances(T* panel, T* rows, int rowCount, int dimension, T* squared)
    {
        var half = TLanes.Count;
        var width = 2 * half;
        var j = 0;
        for (; j <= rowCount - 4; j += 4)
        {
            var (a0, b0, a1, b1) = (TLanes.Zero, TLanes.Zero, TLanes.Zero, TLanes.Zero);
            var (a2, b2, a3, b3) = (TLanes.Zero, TLanes.Zero, TLanes.Zero, TLanes.Zero);
            var x = panel;
            var y0 = rows;
            var y1 = y0 + dimension;
            var y2 = y1 + dimension;
            var y3 = y2 + dimension;
            for (var k = 0; k < dimension; k++)
            {
                var u = TLanes.Load(x);
                var v = TLanes.Load(x + half);
                x += width;

                var y = TLanes.Create(y0[k]);
                var difference = TLanes.Subtract(u, y);
                a0 = TLanes.MultiplyAdd(difference, difference, a0);
                difference = TLanes.Subtract(v, y);
                b0 = TLanes.MultiplyAdd(difference, difference, b0);

                y = TLanes.Create(y1[k]);
                difference = TLanes.Subtract(u, y);
                a1 = TLanes.MultiplyAdd(difference, difference, a1);
                difference = TLanes.Subtract(v, y);
                b1 = TLanes.MultiplyAdd(difference, difference, b1);

                y = TLanes.Create(y2[k]);
                difference = TLanes.Subtract(u, y);
                a2 = TLanes.MultiplyAdd(difference, difference, a2);
                difference = TLanes.Subtract(v, y);
                b2 = TLanes.MultiplyAdd(difference, difference, b2);

                y = TLanes.Create(y3[k]);
                difference = TLanes.Subtract(u, y);
                a3 = TLanes.MultiplyAdd(difference, difference, a3);
                difference = TLanes.Subtract(v, y);
                b3 = TLanes.MultiplyAdd(difference, difference, b3);
            }

            TLanes.Store(a0, squared);
            TLanes.Store(b0, squared + half);
            squared += width;
            TLanes.Store(a1, squared);
            TLanes.Store(b1, squared + half);
            squared += width;
            TLanes.Store(a2, squared);
            TLanes.Store(b2, squared + half);
            squared += width;
            TLanes.Store(a3, squared);
            TLanes.Store(b3, squared + half);
            squared += width;
            rows += 4 * (long)dimension;
        }

        for (; j < rowCount; j++)
        {
            var (a, b) = (TLanes.Zero, TLanes.Zero);
            for (var k = 0; k < dimension; k++)
            {
                var y = TLanes.Create(rows[k]);
                var difference = TLanes.Subtract(TLanes.Load(panel + ((long)k * width)), y);
                a = TLanes.MultiplyAdd(difference, difference, a);
                difference = TLanes.Subtract(TLanes.Load(panel + ((long)k * width) + half), y);
                b = TLanes.MultiplyAdd(difference, difference, b);
            }

            TLanes.Store(a, squared);
            TLanes.Store(b, squared + half);
            squared += width;
            rows += dimension;
        }
    }

    /// <summary>sums[lane] += Σ_j values[j·Width + lane]; in the element type over these rows, in double from there on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(T* values, int rowCount, double* sums)
    {
        var half = TLanes.Count;
        var (a, b) = (TLanes.Zero, TLanes.Zero);
        for (var j = 0; j < rowCount; j++)
        {
            a = TLanes.Add(a, TLanes.Load(values));
            b = TLanes.Add(b, TLanes.Load(values + half));
            values += 2 * half;
        }

        TLanes.AddTo(a, sums);
        TLanes.AddTo(b, sums + half);
    }

    /// <summary>gradient[k·Width + lane] += factor·Σ_j weights[j·Width + lane]·(panel point − row j)[k].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(T* panel, T* rows, int rowCount, int dimension, T* weights, T factor, double* gradient)
    {
        var half = TLanes.Count;
        var width = 2 * half;
        var scale = TLanes.Create(factor);
        var k = 0;
        for (; k <= dimension - 4; k += 4)
        {
            var x = panel + ((long)k * width);
            var (u0, v0, u1, v1) = (TLanes.Load(x), TLanes.Load(x + half), TLanes.Load(x + width), TLanes.Load(x + width + half));
            x += 2 * width;
            var (u2, v2, u3, v3) = (TLanes.Load(x), TLanes.Load(x + half), TLanes.Load(x + width), TLanes.Load(x + width + half));
            var (a0, b0, a1, b1) = (TLanes.Zero, TLanes.Zero, TLanes.Zero, TLanes.Zero);
            var (a2, b2, a3, b3) = (TLanes.Zero, TLanes.Zero, TLanes.Zero, TLanes.Zero);
            var row = rows + k;
            var w = weights;
            for (var j = 0; j < rowCount; j++)
            {
                var p = TLanes.Load(w);
                var q = TLanes.Load(w + half);
                w += width;

                var y = TLanes.Create(row[0]);
                a0 = TLanes.MultiplyAdd(p, TLanes.Subtract(u0, y), a0);
                b0 = TLanes.MultiplyAdd(q, TLanes.Subtract(v0, y), b0);
                y = TLanes.Create(row[1]);
                a1 = TLanes.MultiplyAdd(p, TLanes.Subtract(u1, y), a1);
                b1 = TLanes.MultiplyAdd(q, TLanes.Subtract(v1, y), b1);
                y = TLanes.Create(row[2]);
                a2 = TLanes.MultiplyAdd(p, TLanes.Subtract(u2, y), a2);
                b2 = TLanes.MultiplyAdd(q, TLanes.Subtract(v2, y), b2);
                y = TLanes.Create(row[3]);
                a3 = TLanes.MultiplyAdd(p, TLanes.Subtract(u3, y), a3);
                b3 = TLanes.MultiplyAdd(q, TLanes.Subtract(v3, y), b3);
                row += dimension;
            }

            var g = gradient + ((long)k * width);
            TLanes.AddTo(TLanes.Multiply(scale, a0), g);
            TLanes.AddTo(TLanes.Multiply(scale, b0), g + half);
            g += width;
            TLanes.AddTo(TLanes.Multiply(scale, a1), g);
            TLanes.AddTo(TLanes.Multiply(scale, b1), g + half);
            g += width;
            TLanes.AddTo(TLanes.Multiply(scale, a2), g);
            TLanes.AddTo(TLanes.Multiply(scale, b2), g + half);
            g += width;
            TLanes.AddTo(TLanes.Multiply(scale, a3), g);
            TLanes.AddTo(TLanes.Multiply(scale, b3), g + half);
        }

        for (; k < dimension; k++)
        {
            var x = panel + ((long)k * width);
            var (u, v) = (TLanes.Load(x), TLanes.Load(x + half));
            var (a, b) = (TLanes.Zero, TLanes.Zero);
            for (var j = 0; j < rowCount; j++)
            {
                var y = TLanes.Create(rows[((long)j * dimension) + k]);
                a = TLanes.MultiplyAdd(TLanes.Load(weights + (j * width)), TLanes.Subtract(u, y), a);
                b = TLanes.MultiplyAdd(TLanes.Load(weights + (j * width) + half), TLanes.Subtract(v, y), b);
            }

            TLanes.AddTo(TLanes.Multiply(scale, a), gradient + ((long)k * width));
            TLanes.AddTo(TLanes.Multiply(scale, b), gradient + ((long)k * width) + half);
        }
    }
}

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
