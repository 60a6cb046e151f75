using WassersteinAutoEncoders.Divergences.Slices;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Numerics;
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

    /// <summary>Independent directions: the standard error of a mean over L of them falls as 1/√L.</summary>
    /// <param name="count">L ≥ 1; 50 by default, as in cwae.</param>
    /// <param name="seed">The seed of the directions.</param>
    /// <returns>The choice of directions, with a generator of its own.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public static SliceDirections Random(int count = 50, ulong seed = 0) => new RandomDirections(count, new Generator(seed));

    /// <summary>Independent directions from a generator of the caller's; see <see cref="Random(int, ulong)"/>.</summary>
    /// <param name="count">L ≥ 1.</param>
    /// <param name="generator">The CPU generator to draw from; it stays the caller's.</param>
    /// <returns>The choice of directions.</returns>
    /// <exception cref="ArgumentException">The generator is missing or not the CPU's, or the count is below 1.</exception>
    public static SliceDirections Random(int count, Generator generator) => new RandomDirections(count, generator);

    /// <summary>Directions in groups of d that are orthogonal to each other: every group sees every dimension, and the estimate varies less.</summary>
    /// <remarks>
    /// Each group is a random rotation of the coordinate axes (Rowland et al., 2019, orthogonal coupling). For a divergence that is quadratic in the direction, such as one that sees
    /// only the mean, a whole group has no variance left. With L below d the one group is cut short; it still varies less than independent directions.
    /// </remarks>
    /// <param name="count">L ≥ 1; 50 by default. A multiple of the latent dimension serves best.</param>
    /// <param name="seed">The seed of the directions.</param>
    /// <returns>The choice of directions, with a generator of its own.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public static SliceDirections Orthogonal(int count = 50, ulong seed = 0) => new OrthogonalDirections(count, new Generator(seed));

    /// <summary>Orthogonal directions from a generator of the caller's; see <see cref="Orthogonal(int, ulong)"/>.</summary>
    /// <param name="count">L ≥ 1.</param>
    /// <param name="generator">The CPU generator to draw from; it stays the caller's.</param>
    /// <returns>The choice of directions.</returns>
    /// <exception cref="ArgumentException">The generator is missing or not the CPU's, or the count is below 1.</exception>
    public static SliceDirections Orthogonal(int count, Generator generator) => new OrthogonalDirections(count, generator);

    /// <summary>Directions from a lattice of points spread evenly, shifted at random (a quasi-Monte Carlo rule).</summary>
    /// <remarks>
    /// The points of a rank-1 lattice of L points in the unit cube, its generator chosen coordinate by coordinate for the least worst-case error (Sloan and
    /// Reztsov, 2002), a random shift, and the normal quantile of each coordinate; in the plane L equal angles. The gain over independent directions is
    /// largest in few dimensions and is gone in many, where <see cref="Orthogonal(int, ulong)"/> serves better.
    /// </remarks>
    /// <param name="count">L ≥ 1; 50 by default.</param>
    /// <param name="seed">The seed of the shifts.</param>
    /// <returns>The choice of directions, with a generator of its own.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public static SliceDirections QuasiRandom(int count = 50, ulong seed = 0) => new QuasiRandomDirections(count, new Generator(seed));

    /// <summary>Evenly spread directions from a generator of the caller's; see <see cref="QuasiRandom(int, ulong)"/>.</summary>
    /// <param name="count">L ≥ 1.</param>
    /// <param name="generator">The CPU generator to draw from; it stays the caller's.</param>
    /// <returns>The choice of directions.</returns>
    /// <exception cref="ArgumentException">The generator is missing or not the CPU's, or the count is below 1.</exception>
    public static SliceDirections QuasiRandom(int count, Generator generator) => new QuasiRandomDirections(count, generator);

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

    private static Tensor Unit(Tensor vectors) => vectors / vectors.Squared().sum(1, keepdim: true).sqrt().AtLeast(double.Epsilon);
}

/// <summary>See <see cref="SliceDirections.Random(int, ulong)"/>.</summary>
internal sealed class RandomDirections : SliceDirections
{
    public RandomDirections(int count, Generator generator)
        : base(count, generator)
    {
    }

    /// <inheritdoc/>
    protected override Tensor Vectors(long dimension) => randn([Count, dimension], dtype: ScalarType.Float64, device: CPU, generator: Generator);

    /// <inheritdoc/>
    protected override Tensor PlaneVectors(long dimension) => randn([2L * Count, dimension], dtype: ScalarType.Float64, device: CPU, generator: Generator);
}

/// <summary>See <see cref="SliceDirections.Orthogonal(int, ulong)"/>.</summary>
internal sealed class OrthogonalDirections : SliceDirections
{
    public OrthogonalDirections(int count, Generator generator)
        : base(count, generator)
    {
    }

    /// <inheritdoc/>
    public override int GroupSize(long dimension) => (int)Math.Min(Count, Guard.CheckAtLeast(dimension, 1));

    /// <inheritdoc/>
    protected override Tensor Vectors(long dimension) => Groups(dimension, dimension, Count);

    /// <inheritdoc/>
    protected override Tensor PlaneVectors(long dimension) => Groups(dimension, dimension / 2 * 2, 2L * Count);

    /// <summary>The first rows of each of as many rotations as are needed.</summary>
    private Tensor Groups(long dimension, long taken, long count)
    {
        var groups = (count + taken - 1) / taken;
        var numbers = randn([groups, dimension, dimension], dtype: ScalarType.Float64, device: CPU, generator: Generator);

        // Signs of the columns, which the factorisation chooses, are of no matter: −θ is the same slice as θ.
        return linalg.qr(numbers).Q.transpose(1, 2).slice(1, 0, taken, 1).reshape(-1, dimension).slice(0, 0, count, 1);
    }
}

/// <summary>See <see cref="SliceDirections.QuasiRandom(int, ulong)"/>.</summary>
internal sealed class QuasiRandomDirections : SliceDirections
{
    private readonly LatticeRule _lattice = new();

    public QuasiRandomDirections(int count, Generator generator)
        : base(count, generator)
    {
    }

    /// <inheritdoc/>
    public override int GroupSize(long dimension) => Count;

    /// <inheritdoc/>
    protected override Tensor Vectors(long dimension)
    {
        if (dimension != 2)
        {
            return Normal(dimension);
        }

        // Half a turn: the other half holds the same slices.
        var angles = HeldScalars.Range(Count, CPU).to(ScalarType.Float64).Plus(rand([1], dtype: ScalarType.Float64, generator: Generator)).Times(Math.PI / Count);
        return stack([angles.cos(), angles.sin()], 1);
    }

    /// <inheritdoc/>
    protected override Tensor PlaneVectors(long dimension) => Normal(2 * dimension).reshape(2L * Count, dimension);

    private Tensor Normal(long dimension)
    {
        var points = tensor(_lattice.Points(Count, dimension), [Count, dimension]);
        var shifted = points.Plus(rand([1, dimension], dtype: ScalarType.Float64, generator: Generator)).frac();

        // √2·erf⁻¹(2p − 1) is the normal quantile; a coordinate at an end of the cube is moved off it.
        return shifted.Within(1e-16, 1 - 1e-16).Times(2).Minus(1).erfinv();
    }
}
