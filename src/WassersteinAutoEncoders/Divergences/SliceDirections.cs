using WassersteinAutoEncoders.Encoders;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>The directions that a sliced divergence looks along, drawn anew at each evaluation.</summary>
/// <remarks>
/// Each single direction is uniform on the sphere, so that every choice estimates the same mean over all directions, without bias; choices
/// differ in how the directions of one draw lie to each other, and so in the variance of the estimate. Everything is drawn in float64 on the CPU from
/// <see cref="Generator"/>, which checkpoints save. Not to be shared between threads.
/// </remarks>
public abstract class SliceDirections : IStochasticModule
{
    /// <summary>Creates a choice of directions around a generator.</summary>
    /// <param name="count">L ≥ 1, how many directions a draw has.</param>
    /// <param name="generator">The CPU generator of the directions; it stays the caller's.</param>
    /// <exception cref="ArgumentException">The generator is missing or not the CPU's, or the count is below 1.</exception>
    protected SliceDirections(int count, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        Guard.CheckGenerator(generator, nameof(generator));
        Count = (int)Guard.CheckAtLeast(count, 1);
        Generator = generator;
    }

    /// <summary>L, the number of directions a draw.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    public Generator Generator { get; }

    /// <summary>How many neighbouring directions of a draw depend on one another; 1 where all are independent.</summary>
    /// <param name="dimension">d ≥ 1.</param>
    /// <returns>The size of a group; a standard error is taken over groups.</returns>
    public virtual int GroupSize(long dimension) => 1;

    /// <summary>Draws directions.</summary>
    /// <param name="dimension">d ≥ 1.</param>
    /// <returns>Unit vectors, <c>[L, d]</c>, float64 on the CPU.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is below 1.</exception>
    public Tensor Draw(long dimension)
    {
        Guard.CheckAtLeast(dimension, 1);
        Guard.CheckArray(nameof(dimension), Count, dimension);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Unit(Vectors(dimension)).MoveToOuterDisposeScope();
    }

    /// <summary>Draws planes through the origin, each uniform among all planes.</summary>
    /// <param name="dimension">d ≥ 2.</param>
    /// <returns>Two orthonormal vectors for each of L planes, <c>[2L, d]</c>, one after the other, float64 on the CPU.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is below 2.</exception>
    public Tensor DrawPlanes(long dimension)
    {
        Guard.CheckAtLeast(dimension, 2);
        Guard.CheckArray(nameof(dimension), 2L * Count, dimension);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var pairs = PlaneVectors(dimension).reshape(-1, 2, dimension);
        var first = Unit(pairs.select(1, 0));
        var second = pairs.select(1, 1);

        // Twice for rounding, as two vectors may be nearly parallel.
        second = second - (second * first).sum(1, keepdim: true) * first;
        second = Unit(second - (second * first).sum(1, keepdim: true) * first);
        return stack([first, second], 1).reshape(-1, dimension).MoveToOuterDisposeScope();
    }

    /// <summary>Vectors of any length ≥ 0 whose directions are those wanted.</summary>
    /// <param name="dimension">d ≥ 1.</param>
    /// <returns><c>[L, d]</c>, float64 on the CPU.</returns>
    protected abstract Tensor Vectors(long dimension);

    /// <summary>Two vectors for each plane, whose common span is a plane uniform among all.</summary>
    /// <param name="dimension">d ≥ 2.</param>
    /// <returns><c>[2L, d]</c>, float64 on the CPU.</returns>
    protected abstract Tensor PlaneVectors(long dimension);

    private static Tensor Unit(Tensor vectors) => vectors / vectors.square().sum(1, keepdim: true).sqrt().clamp_min(double.Epsilon);
}

/// <summary>Independent directions: the standard error of a mean over L of them falls as 1/√L.</summary>
public sealed class RandomDirections : SliceDirections
{
    /// <summary>Creates independent directions with a generator of their own.</summary>
    /// <param name="count">L ≥ 1; 50 by default, as in cwae.</param>
    /// <param name="seed">The seed of the directions.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public RandomDirections(int count = 50, ulong seed = 0)
        : base(count, new Generator(seed))
    {
    }

    /// <inheritdoc cref="SliceDirections(int, Generator)"/>
    public RandomDirections(int count, Generator generator)
        : base(count, generator)
    {
    }

    /// <inheritdoc/>
    protected override Tensor Vectors(long dimension) => randn([Count, dimension], dtype: ScalarType.Float64, device: CPU, generator: Generator);

    /// <inheritdoc/>
    protected override Tensor PlaneVectors(long dimension) => randn([2L * Count, dimension], dtype: ScalarType.Float64, device: CPU, generator: Generator);
}
