using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace WassersteinAutoEncoders.Kernels.Radial;

/// <summary>Vectors of 512 bits.</summary>
internal readonly unsafe struct Lanes512<T> : ILanes<Vector512<T>, T>
    where T : unmanaged
{
    public static int Count => Vector512<T>.Count;

    public static Vector512<T> Zero => Vector512<T>.Zero;

    public static Vector512<T> One => Vector512<T>.One;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Create(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> value, T* target) => Vector512.Store(value, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Subtract(Vector512<T> a, Vector512<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c)
        => typeof(T) == typeof(float)
            ? Vector512.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Reciprocal(Vector512<T> a)
    {
        if (!Avx512F.IsSupported)
        {
            return Vector512<T>.One / a;
        }

        // 14 bits, doubled by each Newton step r ← r + r·(1 − a·r): 2⁻²⁸ before rounding in float32, 2⁻⁵⁶ in float64.
        if (typeof(T) == typeof(float))
        {
            var x = a.AsSingle();
            var r = Avx512F.Reciprocal14(x);
            return Avx512F.FusedMultiplyAdd(Avx512F.FusedMultiplyAddNegated(x, r, Vector512<float>.One), r, r).As<float, T>();
        }
        else
        {
            var x = a.AsDouble();
            var r = Avx512F.Reciprocal14(x);
            r = Avx512F.FusedMultiplyAdd(Avx512F.FusedMultiplyAddNegated(x, r, Vector512<double>.One), r, r);
            return Avx512F.FusedMultiplyAdd(Avx512F.FusedMultiplyAddNegated(x, r, Vector512<double>.One), r, r).As<double, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> SquareRoot(Vector512<T> a) => Vector512.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ExpOfNegative(Vector512<T> a)
        => typeof(T) == typeof(float)
            ? ExponentialSingle<Vector512<float>, Lanes512<float>>.OfNegative(a.AsSingle()).As<float, T>()
            : Vector512.Exp(a.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AddToExponent(Vector512<T> value, Vector512<T> integer)
        => (value.AsInt32() + Vector512.ShiftLeft(integer.AsInt32(), 23)).As<int, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Log(Vector512<T> a)
        => typeof(T) == typeof(float) ? Vector512.Log(a.AsSingle()).As<float, T>() : Vector512.Log(a.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Min(Vector512<T> a, Vector512<T> b) => Vector512.MinNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> WhereNotZero(Vector512<T> s, Vector512<T> value)
        => Vector512.ConditionalSelect(Vector512.Equals(s, Vector512<T>.Zero), Vector512<T>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Vector512<T> value, double* target)
    {
        if (typeof(T) == typeof(float))
        {
            var (lower, upper) = Vector512.Widen(value.AsSingle());
            Vector512.Store(Vector512.Load(target) + lower, target);
            Vector512.Store(Vector512.Load(target + Vector512<double>.Count) + upper, target + Vector512<double>.Count);
        }
        else
        {
            Vector512.Store(Vector512.Load(target) + value.AsDouble(), target);
        }
    }
}
