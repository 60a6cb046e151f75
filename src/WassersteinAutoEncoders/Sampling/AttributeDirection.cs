using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Sampling;

/// <summary>A direction in the latent space along which an attribute of the data (a smile, a slant) comes and goes.</summary>
/// <remarks>Immutable, holds no tensors; safe to share between threads.</remarks>
public sealed class AttributeDirection
{
    private readonly double[] _unit;

    private AttributeDirection(double[] direction, double[] with, double[] without, Tensor codes, bool[] labels)
    {
        var norm = Math.Sqrt(direction.Sum(v => v * v));
        _unit = [.. direction.Select(v => v / norm)];
        var (high, low) = (Dot(_unit, with), Dot(_unit, without));
        Separation = high - low;
        Threshold = (high + low) / 2;
        using var scope = NewDisposeScope();
        var scores = TensorData.ToArray(Score(TensorData.Float64Cpu(codes)));
        var (positive, negative) = (labels.Count(l => l), labels.Count(l => !l));
        BalancedAccuracy = 0.5 * scores.Where((s, i) => labels[i] && s > 0).Count() / positive + 0.5 * scores.Where((s, i) => !labels[i] && s <= 0).Count() / negative;
    }

    /// <summary>The direction as a unit vector, d values.</summary>
    public IReadOnlyList<double> Direction => _unit;

    /// <summary>The distance of the two class means along the direction: adding this amount to a code without the attribute makes it, on average, one with it.</summary>
    public double Separation { get; }

    /// <summary>The projection halfway between the class means.</summary>
    public double Threshold { get; }

    /// <summary>The mean over both classes of the fraction of the fitted codes on their side of the threshold, in [0, 1]; ½ is chance.</summary>
    public double BalancedAccuracy { get; }

    /// <summary>The direction from the mean of the codes without the attribute to the mean of those with it.</summary>
    /// <remarks>Moves everything that goes with the attribute in the data; <see cref="FromDiscriminant"/> moves as little else as possible.</remarks>
    /// <param name="codes">Codes, <c>[n, d]</c>, float32 or float64, finite.</param>
    /// <param name="labels">Whether each code has the attribute, n of them; both answers must occur.</param>
    /// <returns>The direction.</returns>
    /// <exception cref="ArgumentException">The numbers do not fit, one class is empty, or the class means coincide.</exception>
    public static AttributeDirection FromClassMeans(Tensor codes, IReadOnlyList<bool> labels)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (with, without, flags) = Classes(codes, labels);
        var (m1, m0) = (TensorData.ToArray(with.mean([0L])), TensorData.ToArray(without.mean([0L])));
        return new AttributeDirection(Difference(m1, m0), m1, m0, codes, flags);
    }

    /// <summary>Fisher's linear discriminant Σ_w⁻¹(μ₁ − μ₀): the direction that tells the classes apart best when both have the pooled within-class covariance Σ_w.</summary>
    /// <param name="codes">Codes, <c>[n, d]</c>, float32 or float64, finite; n well above d.</param>
    /// <param name="labels">Whether each code has the attribute, n of them; both answers must occur.</param>
    /// <param name="ridge">Added to the diagonal of Σ_w in units of its mean variance, from 1e-9 up; 1e-3 by default. Large values lead back to <see cref="FromClassMeans"/>.</param>
    /// <returns>The direction.</returns>
    /// <exception cref="ArgumentException">The numbers do not fit, one class is empty, the class means coincide, or the ridge is outside its range.</exception>
    public static AttributeDirection FromDiscriminant(Tensor codes, IReadOnlyList<bool> labels, double ridge = 1e-3)
    {
        if (!(ridge >= 1e-9 && double.IsFinite(ridge)))
        {
            throw new ArgumentOutOfRangeException(nameof(ridge), ridge, $"Expected '{nameof(ridge)}' to be a finite number of at least 1e-9. Pass one such as 1e-3.");
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (with, without, flags) = Classes(codes, labels);
        var (m1, m0) = (TensorData.ToArray(with.mean([0L])), TensorData.ToArray(without.mean([0L])));
        var difference = Difference(m1, m0);
        var d = difference.Length;
        var within = TensorData.ToArray(Scatter(with).Plus(Scatter(without)).Over(flags.Length));
        var variance = Enumerable.Range(0, d).Average(i => within[i * d + i]);

        // Classes of one point each have no scatter: any ridge then gives the difference of means.
        var added = ridge * (variance > 0 ? variance : 1);
        for (var i = 0; i < d; i++)
        {
            within[i * d + i] += added;
        }

        var factor = Cholesky.Factor(within, d)
            ?? throw new ArgumentException("Expected codes whose scales differ by less than seven orders of magnitude, but their covariance is singular in float64. Raise the ridge, or scale the dimensions.", nameof(codes));
        var inverse = Cholesky.InvertLower(factor, d);
        var white = Multiply(inverse, difference, transpose: false);
        return new AttributeDirection(Multiply(inverse, white, transpose: true), m1, m0, codes, flags);
    }

    /// <summary>Codes moved along the direction.</summary>
    /// <param name="codes">Codes, <c>[n, d]</c>, float32 or float64.</param>
    /// <param name="amount">How far, in the space's own units, finite; <see cref="Separation"/> adds the attribute, its negative takes it away.</param>
    /// <returns><c>[n, d]</c>, of the same element type and on the same device; differentiable.</returns>
    /// <exception cref="ArgumentException">The shape or element type does not fit, or the amount is not finite.</exception>
    public Tensor Move(Tensor codes, double amount)
    {
        Guard.CheckPoints(codes, nameof(codes), _unit.Length);
        Guard.CheckFinite(amount);
        using var scope = NewDisposeScope();
        return codes.Plus(TensorData.Like([.. _unit.Select(v => v * amount)], 1, _unit.Length, codes)).MoveToOuterDisposeScope();
    }

    /// <summary>The signed distance of codes from the threshold: positive on the side of the attribute.</summary>
    /// <param name="codes">Codes, <c>[n, d]</c>, float32 or float64.</param>
    /// <returns><c>[n]</c>, of the same element type and on the same device; differentiable.</returns>
    /// <exception cref="ArgumentException">The shape or element type does not fit.</exception>
    public Tensor Score(Tensor codes)
    {
        Guard.CheckPoints(codes, nameof(codes), _unit.Length);
        using var scope = NewDisposeScope();
        return codes.mm(TensorData.Like(_unit, _unit.Length, 1, codes)).squeeze(1).Minus(Threshold).MoveToOuterDisposeScope();
    }

    private static (Tensor With, Tensor Without, bool[] Labels) Classes(Tensor codes, IReadOnlyList<bool> labels)
    {
        Guard.CheckPoints(codes, nameof(codes));
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != codes.shape[0] || labels.All(l => l) || !labels.Any(l => l))
        {
            throw new ArgumentException($"Expected one label for each of the {codes.shape[0]} codes, and both answers among them, but {labels.Count} came with {labels.Count(l => l)} true. Label codes with and without the attribute.", nameof(labels));
        }

        Guard.CheckFiniteValues(codes, nameof(codes));
        var points = TensorData.Float64Cpu(codes);
        return (Rows(true), Rows(false), [.. labels]);

        Tensor Rows(bool label) => points.index_select(0, tensor(Enumerable.Range(0, labels.Count).Where(i => labels[i] == label).Select(i => (long)i).ToArray()));
    }

    private static Tensor Scatter(Tensor points)
    {
        var centred = points - points.mean([0L], keepdim: true);
        return centred.t().mm(centred);
    }

    private static double[] Difference(double[] with, double[] without)
    {
        var difference = with.Zip(without, (a, b) => a - b).ToArray();
        return difference.Any(v => v != 0)
            ? difference
            : throw new ArgumentException("Expected classes whose means differ, but they coincide. The attribute does not show in the mean of these codes.", "codes");
    }

    private static double[] Multiply(double[] matrix, double[] vector, bool transpose)
    {
        var d = vector.Length;
        return [.. Enumerable.Range(0, d).Select(i => Enumerable.Range(0, d).Sum(j => matrix[transpose ? j * d + i : i * d + j] * vector[j]))];
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
