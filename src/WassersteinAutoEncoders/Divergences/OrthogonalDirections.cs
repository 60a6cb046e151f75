using WassersteinAutoEncoders.Divergences.Slices;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences;

/// <summary>Directions in groups of d that are orthogonal to each other: every group sees every dimension, and the estimate varies less.</summary>
/// <remarks>
/// Each group is a random rotation of the coordinate axes (Rowland et al., 2019, orthogonal coupling). For a divergence that is quadratic in the direction, such as one that sees
/// only the mean, a whole group has no variance left. With L below d the one group is cut short; it still varies less than independent directions.
/// </remarks>
public sealed class OrthogonalDirections : SliceDirections
{
    /// <summary>Creates orthogonal directions with a generator of their own.</summary>
    /// <param name="count">L ≥ 1; 50 by default. A multiple of the latent dimension serves best.</param>
    /// <param name="seed">The seed of the directions.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public OrthogonalDirections(int count = 50, ulong seed = 0)
        : base(count, new Generator(seed))
    {
    }

    /// <inheritdoc cref="SliceDirections(int, Generator)"/>
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

/// <summary>Directions from a lattice of points spread evenly, shifted at random (a quasi-Monte Carlo rule).</summary>
/// <remarks>
/// The points of a rank-1 lattice of L points in the unit cube, its generator chosen coordinate by coordinate for the least worst-case error (Sloan and
/// Reztsov, 2002), a random shift, and the normal quantile of each coordinate; in the plane L equal angles. The gain over independent directions is
/// largest in few dimensions and is gone in many, where <see cref="OrthogonalDirections"/> serves better.
/// </remarks>
public sealed class QuasiRandomDirections : SliceDirections
{
    private readonly LatticeRule _lattice = new();

    /// <summary>Creates evenly spread directions with a generator of their own.</summary>
    /// <param name="count">L ≥ 1; 50 by default.</param>
    /// <param name="seed">The seed of the shifts.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public QuasiRandomDirections(int count = 50, ulong seed = 0)
        : base(count, new Generator(seed))
    {
    }

    /// <inheritdoc cref="SliceDirections(int, Generator)"/>
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
        var angles = (arange(Count, dtype: ScalarType.Float64) + rand([1], dtype: ScalarType.Float64, generator: Generator)) * (Math.PI / Count);
        return stack([angles.cos(), angles.sin()], 1);
    }

    /// <inheritdoc/>
    protected override Tensor PlaneVectors(long dimension) => Normal(2 * dimension).reshape(2L * Count, dimension);

    private Tensor Normal(long dimension)
    {
        var points = tensor(_lattice.Points(Count, dimension), [Count, dimension]);
        var shifted = (points + rand([1, dimension], dtype: ScalarType.Float64, generator: Generator)).frac();

        // √2·erf⁻¹(2p − 1) is the normal quantile; a coordinate at an end of the cube is moved off it.
        return (shifted.clamp(1e-16, 1 - 1e-16) * 2 - 1).erfinv();
    }
}
