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
