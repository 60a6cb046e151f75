using static TorchSharp.torch;

namespace Fuzz;

/// <summary>Tensors that a library should take, and tensors that it should refuse or survive.</summary>
/// <remarks>All good points are of dimension <see cref="D"/>, and so are the good modules: whatever is composed fits together.</remarks>
public static class Tensors
{
    public const long N = 6;
    public const long D = 3;

    public static Tensor Good(Random random, string name)
    {
        if (name.Contains("label", StringComparison.OrdinalIgnoreCase))
        {
            return randint(0, 3, [N], dtype: ScalarType.Int64);
        }

        if (name.Contains("image", StringComparison.OrdinalIgnoreCase) || name.Contains("pixel", StringComparison.OrdinalIgnoreCase))
        {
            return rand([4, 1, 8, 8]);
        }

        return random.Next(20) switch
        {
            0 => rand([4, 1, 8, 8]),
            1 => randn([D]),
            2 => randn([N, D], dtype: ScalarType.Float64),
            3 => randn([1, D]),
            4 => randn([], dtype: ScalarType.Float64),
            5 => randn([D, D]),
            _ => randn([N, D]),
        };
    }

    /// <summary>The ways to be bad; each by its number, so that all of them come.</summary>
    public static Tensor? Bad(Random random)
    {
        using var scope = NewDisposeScope();
        return Odd(random)?.MoveToOuterDisposeScope();
    }

    private static Tensor? Odd(Random random)
    {
        switch (random.Next(27))
        {
            case 0:
                return null;
            case 1:
                var gone = randn([N, D]);
                gone.Dispose();
                return gone;
            case 2:
                return empty([0, D]);
            case 3:
                return empty([N, 0]);
            case 4:
                return empty([0]);
            case 5:
                return randn([]);
            case 6:
                return randn([2, N, D]);
            case 7:
                return randn([N, D + 2]);
            case 8:
                return randn([N + 3, D]);
            case 9:
                return randint(0, 9, [N, D], dtype: random.Next(2) == 0 ? ScalarType.Int64 : ScalarType.Byte);
            case 10:
                return rand([N, D]).to(random.Next(2) == 0 ? ScalarType.Float16 : ScalarType.BFloat16);
            case 11:
                return rand([N, D]).gt(0.5);
            case 12:
                return randn([N, D], dtype: ScalarType.ComplexFloat32);
            case 13:
                return full([N, D], double.NaN, dtype: ScalarType.Float32);
            case 14:
                return OneOdd(double.NaN);
            case 15:
                return OneOdd(random.Next(2) == 0 ? double.PositiveInfinity : double.NegativeInfinity);
            case 16:
                return randn([N, D]).mul(1e20);
            case 17:
                return randn([N, D], dtype: ScalarType.Float64).mul(1e200);
            case 18:
                return randn([1, D]).expand(N, D);
            case 19:
                return randn([D, N]).t();
            case 20:
                return randn([N, 2 * D]).slice(1, 0, 2 * D, 2);
            case 21:
                return randn([N, D]).to_sparse();
            case 22:
                return empty([N, D], device: META);
            case 23:
                return randn([N, D], requires_grad: true);
            case 24:
                return randn([N, D], requires_grad: true).mul(2);
            case 25:
                return zeros([1, D]).expand(1L << 40, D);
            default:
                return zeros([N, D]).mul(random.Next(2) == 0 ? -0.0 : 1e-30);
        }
    }

    private static Tensor OneOdd(double value)
    {
        var points = randn([N, D]);
        points[2, 1] = tensor(value, dtype: ScalarType.Float32);
        return points;
    }
}
