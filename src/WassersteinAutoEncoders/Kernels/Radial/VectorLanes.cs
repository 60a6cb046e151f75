using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace WassersteinAutoEncoders.Kernels.Radial;

/// <summary>The arithmetic of one width of hardware vectors, so that each loop is written once and compiled for every width.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">Its elements: float or double.</typeparam>
internal unsafe interface ILanes<TVector, T>
    where T : unmanaged
{
    static abstract int Count { get; }

    static abstract TVector Zero { get; }

    static abstract TVector One { get; }

    static abstract TVector Create(T value);

    static abstract TVector Load(T* source);

    static abstract void Store(TVector value, T* target);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a·b + c, fused where the hardware fuses.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>1/a for finite a, to about one rounding.</summary>
    static abstract TVector Reciprocal(TVector a);

    static abstract TVector SquareRoot(TVector a);

    /// <summary>eᵃ for a ≤ 0. In float32 to two roundings, and e⁻⁸⁷ ≈ 2e-38 below −87.</summary>
    static abstract TVector ExpOfNegative(TVector a);

    /// <summary>float32 only: value·2ⁿ, n in the lowest bits of the other vector.</summary>
    static abstract TVector AddToExponent(TVector value, TVector integer);

    static abstract TVector Log(TVector a);

    /// <summary>The smaller of both; b where one is NaN.</summary>
    static abstract TVector Min(TVector a, TVector b);

    /// <summary>0 where s is 0, else value: where s is NaN too.</summary>
    static abstract TVector WhereNotZero(TVector s, TVector value);

    /// <summary>Adds each lane to a double in memory.</summary>
    static abstract void AddTo(TVector value, double* target);
}

/// <summary>Vectors of 128 bits.</summary>
internal readonly unsafe struct Lanes128<T> : ILanes<Vector128<T>, T>
    where T : unmanaged
{
    public static int Count => Vector128<T>.Count;

    public static Vector128<T> Zero => Vector128<T>.Zero;

    public static Vector128<T> One => Vector128<T>.One;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Create(T value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(T* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<T> value, T* target) => Vector128.Store(value, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Add(Vector128<T> a, Vector128<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Subtract(Vector128<T> a, Vector128<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Multiply(Vector128<T> a, Vector128<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> a, Vector128<T> b, Vector128<T> c)
        => typeof(T) == typeof(float)
            ? Vector128.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector128.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Reciprocal(Vector128<T> a)
        => Vector128<T>.One / a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> SquareRoot(Vector128<T> a) => Vector128.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> ExpOfNegative(Vector128<T> a)
        => typeof(T) == typeof(float)
            ? ExponentialSingle<Vector128<float>, Lanes128<float>>.OfNegative(a.AsSingle()).As<float, T>()
            : Vector128.Exp(a.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AddToExponent(Vector128<T> value, Vector128<T> integer)
        => (value.AsInt32() + Vector128.ShiftLeft(integer.AsInt32(), 23)).As<int, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Log(Vector128<T> a)
        => typeof(T) == typeof(float) ? Vector128.Log(a.AsSingle()).As<float, T>() : Vector128.Log(a.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Min(Vector128<T> a, Vector128<T> b) => Vector128.MinNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> WhereNotZero(Vector128<T> s, Vector128<T> value)
        => Vector128.ConditionalSelect(Vector128.Equals(s, Vector128<T>.Zero), Vector128<T>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Vector128<T> value, double* target)
    {
        if (typeof(T) == typeof(float))
        {
            var (lower, upper) = Vector128.Widen(value.AsSingle());
            Vector128.Store(Vector128.Load(target) + lower, target);
            Vector128.Store(Vector128.Load(target + Vector128<double>.Count) + upper, target + Vector128<double>.Count);
        }
        else
        {
            Vector128.Store(Vector128.Load(target) + value.AsDouble(), target);
        }
    }
}

/// <summary>Vectors of 256 bits.</summary>
internal readonly unsafe struct Lanes256<T> : ILanes<Vector256<T>, T>
    where T : unmanaged
{
    public static int Count => Vector256<T>.Count;

    public static Vector256<T> Zero => Vector256<T>.Zero;

    public static Vector256<T> One => Vector256<T>.One;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Create(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> value, T* target) => Vector256.Store(value, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Add(Vector256<T> a, Vector256<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Subtract(Vector256<T> a, Vector256<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Multiply(Vector256<T> a, Vector256<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> a, Vector256<T> b, Vector256<T> c)
        => typeof(T) == typeof(float)
            ? Vector256.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector256.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Reciprocal(Vector256<T> a)
        => Vector256<T>.One / a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> SquareRoot(Vector256<T> a) => Vector256.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> ExpOfNegative(Vector256<T> a)
        => typeof(T) == typeof(float)
            ? ExponentialSingle<Vector256<float>, Lanes256<float>>.OfNegative(a.AsSingle()).As<float, T>()
            : Vector256.Exp(a.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> AddToExponent(Vector256<T> value, Vector256<T> integer)
        => (value.AsInt32() + Vector256.ShiftLeft(integer.AsInt32(), 23)).As<int, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Log(Vector256<T> a)
        => typeof(T) == typeof(float) ? Vector256.Log(a.AsSingle()).As<float, T>() : Vector256.Log(a.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Min(Vector256<T> a, Vector256<T> b) => Vector256.MinNative(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> WhereNotZero(Vector256<T> s, Vector256<T> value)
        => Vector256.ConditionalSelect(Vector256.Equals(s, Vector256<T>.Zero), Vector256<T>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Vector256<T> value, double* target)
    {
        if (typeof(T) == typeof(float))
        {
            var (lower, upper) = Vector256.Widen(value.AsSingle());
            Vector256.Store(Vector256.Load(target) + lower, target);
            Vector256.Store(Vector256.Load(target + Vector256<double>.Count) + upper, target + Vector256<double>.Count);
        }
        else
        {
            Vector256.Store(Vector256.Load(target) + value.AsDouble(), target);
        }
    }
}
