using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Testing;

/// <summary>Points to try laws on, the same for the same seed.</summary>
internal static class Points
{
    /// <summary>More would take longer than they tell.</summary>
    public const long MostDimensions = 1 << 16;

    /// <summary>The largest batch, at which a divergence of O(n²·d) and a hundred evaluations take seconds.</summary>
    public const long MostPoints = 1024;

    /// <summary>The most numbers of a batch.</summary>
    public const long MostNumbers = 1 << 20;

    /// <summary>The most coordinates whose central differences are taken, at two evaluations each.</summary>
    public const long MostDifferences = 1 << 11;

    private const int MostTurned = 256;

    /// <summary>Standard normal points, <c>[count, dimension]</c>.</summary>
    public static Tensor Normal(long count, long dimension, ulong seed, ScalarType dtype = ScalarType.Float64)
    {
        using var generator = new Generator(seed);
        using var scope = NewDisposeScope();
        return randn([count, dimension], dtype: ScalarType.Float64, generator: generator).to(dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Uniform numbers of [low, high], of a shape.</summary>
    public static Tensor Uniform(long[] shape, ulong seed, double low = 0, double high = 1, ScalarType dtype = ScalarType.Float64)
    {
        using var generator = new Generator(seed);
        using var scope = NewDisposeScope();
        return rand(shape, dtype: ScalarType.Float64, generator: generator).Times(high - low).Plus(low).to(dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Sets of points <c>[n, d]</c>, all turned by one rotation of ℝᵈ; of many dimensions the first 256 are turned.</summary>
    public static Tensor[] Turned(ulong seed, params ReadOnlySpan<Tensor> sets)
    {
        using var scope = NewDisposeScope();
        var (d, turned) = (sets[0].shape[1], (int)Math.Min(sets[0].shape[1], MostTurned));
        var rotation = Rotation(turned, seed).to(sets[0].dtype);
        var results = new Tensor[sets.Length];
        for (var i = 0; i < sets.Length; i++)
        {
            results[i] = cat([sets[i].narrow(1, 0, turned).mm(rotation), sets[i].narrow(1, turned, d - turned)], 1).MoveToOuterDisposeScope();
        }

        return results;
    }

    /// <summary>A rotation of ℝᵈ, <c>[d, d]</c> float64: normal columns made orthonormal by Gram and Schmidt's procedure, twice for rounding.</summary>
    public static Tensor Rotation(int dimension, ulong seed)
    {
        using var scope = NewDisposeScope();
        var numbers = Normal(dimension, dimension, seed).data<double>().ToArray();
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < dimension; i++)
            {
                var row = numbers.AsSpan(i * dimension, dimension);
                for (var j = 0; j < i; j++)
                {
                    var other = numbers.AsSpan(j * dimension, dimension);
                    var dot = System.Numerics.Tensors.TensorPrimitives.Dot<double>(row, other);
                    for (var k = 0; k < dimension; k++)
                    {
                        row[k] -= dot * other[k];
                    }
                }

                var norm = System.Numerics.Tensors.TensorPrimitives.Norm<double>(row);
                for (var k = 0; k < dimension; k++)
                {
                    row[k] /= norm;
                }
            }
        }

        return tensor(numbers, [dimension, dimension]).MoveToOuterDisposeScope();
    }

    /// <summary>The rows in another order, the same for the same seed.</summary>
    public static Tensor Shuffled(Tensor x, int seed)
    {
        using var scope = NewDisposeScope();
        var order = Enumerable.Range(0, (int)x.shape[0]).Select(i => (long)i).ToArray();
        new Random(seed).Shuffle(order);
        return x.index_select(0, tensor(order)).MoveToOuterDisposeScope();
    }
}
