using System.Numerics;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Divergences.Pairs;

/// <summary>What all workers share: the points, the profile, and where the gradient goes.</summary>
/// <param name="Kernel">The profile φ.</param>
/// <param name="X">Codes.</param>
/// <param name="Y">Prior samples; none when its count is 0.</param>
/// <param name="Dimension">d.</param>
/// <param name="Weights">The weights of the three sums.</param>
/// <param name="Block">Points in a block: a multiple of the panel width.</param>
/// <param name="Gradient">The gradient of the weighted sum in the codes, in panels like those of <paramref name="X"/>, zero at the start; its pointer is null where it is not wanted.</param>
internal sealed unsafe record PairProblem<T>(
    IRadialKernel Kernel, PanelPoints<T> X, PanelPoints<T> Y, int Dimension, PairWeights Weights, int Block, NativeBuffer<double> Gradient)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>Sums of a kernel over pairs: codes with codes, prior samples with prior samples, codes with prior samples.</summary>
internal readonly record struct PairTerms(double XX, double YY, double XY)
{
    public static PairTerms operator +(PairTerms a, PairTerms b) => new(a.XX + b.XX, a.YY + b.YY, a.XY + b.XY);
}

/// <summary>The estimate as a weighted sum over pairs: XX·Σk(q, q′) + YY·Σk(p, p′) + XY·Σk(q, p).</summary>
/// <param name="XX">The weight of pairs of codes.</param>
/// <param name="YY">The weight of pairs of prior samples.</param>
/// <param name="XY">The weight of mixed pairs.</param>
/// <param name="SkipWithin">Whether pairs i = j are left out of the first two sums.</param>
/// <param name="SkipAcross">Whether pairs i = j are left out of the third.</param>
internal readonly record struct PairWeights(double XX, double YY, double XY, bool SkipWithin, bool SkipAcross)
{
    /// <summary>The weights of an estimator other than the linear-time one.</summary>
    public static PairWeights Of(MmdEstimator estimator, double n, double m) => estimator switch
    {
        MmdEstimator.Biased => new(1 / (n * n), 1 / (m * m), -2 / (n * m), false, false),
        MmdEstimator.UnbiasedPaired => new(1 / (n * (n - 1)), 1 / (n * (n - 1)), -2 / (n * (n - 1)), true, true),
        _ => new(1 / (n * (n - 1)), 1 / (m * (m - 1)), -2 / (n * m), true, false),
    };

    /// <summary>The weights where there are codes only: all pairs for <see cref="MmdEstimator.Biased"/>, pairs i ≠ j otherwise.</summary>
    public static PairWeights OfOneSample(MmdEstimator estimator, double n)
        => estimator == MmdEstimator.Biased ? new(1 / (n * n), 0, 0, false, false) : new(1 / (n * (n - 1)), 0, 0, true, false);
}

/// <summary>The pairs i = j, for the estimators that leave them out.</summary>
internal static unsafe class PairDiagonals
{
    private const int Chunk = 64;

    /// <summary>The sums of the pairs to leave out, 0 where they stay in; takes what they gave out of the gradient.</summary>
    public static PairTerms Evaluate<T>(PairProblem<T> problem, double* gradient, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (weights, x, y) = (problem.Weights, problem.X, problem.Y);
        return new PairTerms(
            weights.SkipWithin ? Sum(problem, x, x, null, width) : 0,
            weights.SkipWithin ? Sum(problem, y, y, null, width) : 0,
            weights.SkipAcross ? Sum(problem, x, y, gradient, width) : 0);
    }

    private static double Sum<T>(PairProblem<T> problem, PanelPoints<T> x, PanelPoints<T> y, double* gradient, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var squared = stackalloc T[Chunk];
        var values = stackalloc T[Chunk];
        var derivatives = stackalloc T[Chunk];
        var sum = 0.0;
        for (var start = 0; start < x.Count; start += Chunk)
        {
            var count = Math.Min(Chunk, x.Count - start);
            for (var i = 0; i < count; i++)
            {
                squared[i] = SquaredDistance(x.Rows, y.Rows, start + i, problem.Dimension);
            }

            RadialProfile.Evaluate(problem.Kernel, squared, values, gradient == null ? null : derivatives, count);
            for (var i = 0; i < count; i++)
            {
                sum += double.CreateTruncating(values[i]);
                if (gradient != null)
                {
                    Remove(problem, start + i, double.CreateTruncating(derivatives[i]), gradient, width);
                }
            }
        }

        return sum;
    }

    private static T SquaredDistance<T>(T* x, T* y, int row, int dimension)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        for (var k = (long)row * dimension; k < (row + 1L) * dimension; k++)
        {
            sum += (x[k] - y[k]) * (x[k] - y[k]);
        }

        return sum;
    }

    private static void Remove<T>(PairProblem<T> problem, int row, double derivative, double* gradient, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var d = problem.Dimension;
        var target = gradient + ((long)(row / width) * width * d) + (row % width);
        var x = problem.X.Rows + ((long)row * d);
        var y = problem.Y.Rows + ((long)row * d);
        for (var k = 0; k < d; k++)
        {
            var difference = x[k] - y[k];
            target[(long)k * width] -= 2 * problem.Weights.XY * derivative * double.CreateTruncating(difference);
        }
    }
}

/// <summary>Sums of the terms of a kernel, each of its scales for itself in float64, and the slopes of all together.</summary>
internal sealed class ProfileSums(IReadOnlyList<(double Weight, IMatrixKernel Kernel)> terms, ScalarType element)
{
    private readonly Tensor?[] _totals = new Tensor?[terms.Count];
    private Tensor _values = null!;
    private int _term;

    /// <summary>The most scales that a term has at once.</summary>
    public long Scales { get; } = terms.Max(t => t.Kernel.ValueFactors(element).Values.Length);

    /// <summary>What the slopes are to be multiplied with.</summary>
    public double SlopeFactor => Slope(0);

    public double AtZero => MatrixPairSums.AtZero(terms);

    /// <summary>Lets the values of each term be summed, into tensors of the outer dispose scope, and gives the slopes of some leading rows, 0 where s = 0.</summary>
    public Tensor? Evaluate(Tensor squared, long slopeRows, Action<ProfileSums> sum)
    {
        Tensor? slopes = null;
        for (_term = 0; _term < terms.Count; _term++)
        {
            (_values, var own) = terms[_term].Kernel.Evaluate(squared, slopeRows);

            // Sums first: values and slopes may share memory.
            sum(this);
            if (slopes is null)
            {
                slopes = own;
            }
            else
            {
                slopes.Add(own!, Slope(_term) / SlopeFactor);
            }
        }

        // A pair at distance 0 has no gradient, and the rounding of what it would add to the product exceeds what far points are pulled by.
        return slopes?.ZeroWhere(squared.narrow(0, 0, slopeRows).IsZero());
    }

    /// <summary>The same where there is one matrix only.</summary>
    public Tensor? EvaluateOnce(Tensor squared, long slopeRows, Action<ProfileSums> sum)
    {
        using var scope = NewDisposeScope();
        return Evaluate(squared, slopeRows, sum)?.MoveToOuterDisposeScope();
    }

    /// <summary>Adds weight·Σv over a rectangle.</summary>
    public void Add(long row, long rows, long column, long columns, double weight) => Add(_values.narrow(1, row, rows).narrow(2, column, columns).sum([1, 2]), weight);

    /// <summary>Adds weight·Σv over the diagonal of the square that begins in row 0 and some column.</summary>
    public void AddDiagonal(long rows, long column, double weight) => Add(_values.narrow(1, 0, rows).narrow(2, column, rows).diagonal(0, 1, 2).sum(1), weight);

    /// <summary>The sum of all terms, less a number.</summary>
    public Tensor Total(double less)
    {
        var total = Collected(0);
        for (var term = 1; term < terms.Count; term++)
        {
            total = total.Plus(Collected(term));
        }

        return less == 0 ? total : total.Minus(less);
    }

    private double Slope(int term) => terms[term].Weight * terms[term].Kernel.SlopeFactor;

    private void Add(Tensor sums, double weight)
    {
        // One scale takes its factor here, several at the end.
        var factors = terms[_term].Kernel.ValueFactors(element).Values;
        weight *= terms[_term].Weight * (factors.Length == 1 ? factors[0] : 1);
        if (_totals[_term] is { } total)
        {
            total.Add(sums, weight);
            return;
        }

        _totals[_term] = sums.to(ScalarType.Float64).Times(weight).MoveToOuterDisposeScope();
    }

    private Tensor Collected(int term)
    {
        var (total, factors) = (_totals[term]!, terms[term].Kernel.ValueFactors(element));
        return factors.Values.Length == 1 ? total.squeeze(0) : total.dot(factors.On(total, ScalarType.Float64).reshape(-1));
    }
}
