using System.Numerics;
using WassersteinAutoEncoders.Kernels;

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
