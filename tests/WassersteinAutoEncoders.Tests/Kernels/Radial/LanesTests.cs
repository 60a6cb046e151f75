using System.Numerics;
using System.Runtime.Intrinsics;
using WassersteinAutoEncoders.Kernels.Radial;

namespace WassersteinAutoEncoders.Tests.Kernels.Radial;

/// <summary>Vectors of every width compute what scalars do, lane by lane, whichever width the machine prefers.</summary>
public class LanesTests
{
    private static readonly double Single = Tolerances.SingleRoundings(4);
    private static readonly double Double = 2 * Tolerances.DoubleRounding;

    [Fact]
    public void Vectors_of_128_bits_compute_as_scalars_do()
    {
        Check<Vector128<float>, Lanes128<float>, float>(128, Single);
        Check<Vector128<double>, Lanes128<double>, double>(128, Double);
        CheckExponents<Vector128<float>, Lanes128<float>>();
    }

    [Fact]
    public void Vectors_of_256_bits_compute_as_scalars_do()
    {
        Check<Vector256<float>, Lanes256<float>, float>(256, Single);
        Check<Vector256<double>, Lanes256<double>, double>(256, Double);
        CheckExponents<Vector256<float>, Lanes256<float>>();
    }

    [Fact]
    public void Vectors_of_512_bits_compute_as_scalars_do()
    {
        Check<Vector512<float>, Lanes512<float>, float>(512, Single);
        Check<Vector512<double>, Lanes512<double>, double>(512, Double);
        CheckExponents<Vector512<float>, Lanes512<float>>();
    }

    private static unsafe void Check<TVector, TLanes, T>(int bits, double rounding)
        where TLanes : ILanes<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(bits / (8 * sizeof(T)), TLanes.Count);
        var (x, y, z) = (Numbers(i => 0.3 + (1.7 * i)), Numbers(i => 9.1 - (0.8 * i)), Numbers(i => -2.5 + (0.6 * i)));
        var (a, b, c) = (Load(x), Load(y), Load(z));

        Assert.Equal(x, Stored(a));
        Close(_ => T.Zero, TLanes.Zero);
        Close(_ => T.One, TLanes.One);
        Close(_ => x[1], TLanes.Create(x[1]));
        Close(i => x[i] + y[i], TLanes.Add(a, b));
        Close(i => x[i] - y[i], TLanes.Subtract(a, b));
        Close(i => x[i] * y[i], TLanes.Multiply(a, b));
        Close(i => (x[i] * y[i]) + z[i], TLanes.MultiplyAdd(a, b, c));
        Close(i => T.One / x[i], TLanes.Reciprocal(a));
        Close(i => T.Sqrt(x[i]), TLanes.SquareRoot(a));
        Close(i => T.Exp(-x[i]), TLanes.ExpOfNegative(TLanes.Subtract(TLanes.Zero, a)));
        Close(i => T.Log(x[i]), TLanes.Log(a));
        Close(i => T.Min(x[i], y[i]), TLanes.Min(a, b));
        Close(i => i % 2 == 0 ? y[i] : T.Zero, TLanes.WhereNotZero(Load(Numbers(i => i % 2 == 0 ? 1e-30 : 0)), b));
        Close(_ => y[0], TLanes.WhereNotZero(TLanes.Create(T.NaN), TLanes.Create(y[0])));
        Assert.All(Stored(TLanes.Min(a, TLanes.Create(T.NaN))), value => Assert.True(T.IsNaN(value)));

        // As much room again on either side, to be left alone.
        var (count, sums) = (TLanes.Count, Enumerable.Range(0, 3 * TLanes.Count).Select(i => 100.0 * i).ToArray());
        fixed (double* target = sums)
        {
            TLanes.AddTo(a, target + count);
        }

        for (var i = 0; i < 3 * count; i++)
        {
            Assert.Equal((100.0 * i) + (i >= count && i < 2 * count ? double.CreateChecked(x[i - count]) : 0), sums[i]);
        }

        T[] Numbers(Func<int, double> number) => [.. Enumerable.Range(0, TLanes.Count).Select(i => T.CreateChecked(number(i)))];

        TVector Load(T[] values)
        {
            fixed (T* source = values)
            {
                return TLanes.Load(source);
            }
        }

        T[] Stored(TVector vector)
        {
            var values = new T[TLanes.Count];
            fixed (T* target = values)
            {
                TLanes.Store(vector, target);
            }

            return values;
        }

        void Close(Func<int, T> expected, TVector actual)
        {
            var values = Stored(actual);
            for (var i = 0; i < values.Length; i++)
            {
                var wanted = double.CreateChecked(expected(i));
                Assert.Equal(wanted, double.CreateChecked(values[i]), rounding * Math.Max(1, Math.Abs(wanted)));
            }
        }
    }

    private static unsafe void CheckExponents<TVector, TLanes>()
        where TLanes : ILanes<TVector, float>
    {
        var values = new float[TLanes.Count];
        foreach (var exponent in new[] { 3, 0, -2 })
        {
            var raised = TLanes.AddToExponent(TLanes.Create(1.5f), TLanes.Create(BitConverter.Int32BitsToSingle(exponent)));
            fixed (float* target = values)
            {
                TLanes.Store(raised, target);
            }

            Assert.All(values, value => Assert.Equal(MathF.ScaleB(1.5f, exponent), value));
        }
    }
}
