using System.Numerics;

namespace WassersteinAutoEncoders.Divergences.Pairs;

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
