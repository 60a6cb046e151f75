using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Sampling;

/// <summary>Paths between two codes, both ends included.</summary>
public static class Interpolation
{
    /// <summary>Angles closer to 0 or π than this have no direction that rounding leaves meaningful.</summary>
    private const double SmallestAngle = 1e-7;

    /// <summary>The path that suits a prior: along the sphere for a <see cref="SpherePrior"/>, straight for every other.</summary>
    /// <remarks>
    /// Where the sphere has no path, between codes of one dimension or from a code that is 0, it is straight too.
    /// In many dimensions a straight path between samples of a Gaussian passes through norms that samples do not have;
    /// <see cref="Spherical"/> avoids that too.
    /// </remarks>
    /// <param name="prior">The prior, of dimension d.</param>
    /// <param name="from">The first code, <c>[d]</c>, float32 or float64, finite.</param>
    /// <param name="to">The last code, <c>[d]</c>, of the same element type and on the same device.</param>
    /// <param name="steps">Points on the path, ≥ 2.</param>
    /// <returns><c>[steps, d]</c>, without gradient.</returns>
    /// <exception cref="ArgumentException">The codes do not fit one another or the prior, or there are fewer than 2 steps.</exception>
    public static Tensor ForPrior(IPrior prior, Tensor from, Tensor to, int steps)
    {
        ArgumentNullException.ThrowIfNull(prior);
        Check(from, to, steps);
        if (from.shape[0] != prior.Dimension)
        {
            throw new ArgumentException($"Expected codes of the prior's dimension {prior.Dimension}, but '{nameof(from)}' has shape {Guard.Shape(from)}. Use codes of its space.", nameof(from));
        }

        var turns = prior is SpherePrior && from.shape[0] > 1 && HasDirection(from) && HasDirection(to);
        return turns ? Spherical(from, to, steps) : Linear(from, to, steps);
    }

    /// <summary>The straight path (1 − t)·from + t·to at t = 0, 1/(steps − 1), …, 1.</summary>
    /// <param name="from">The first code, <c>[d]</c>, float32 or float64, finite.</param>
    /// <param name="to">The last code, <c>[d]</c>, of the same element type and on the same device.</param>
    /// <param name="steps">Points on the path, ≥ 2.</param>
    /// <returns><c>[steps, d]</c>, without gradient.</returns>
    /// <exception cref="ArgumentException">The codes do not fit one another, or there are fewer than 2 steps.</exception>
    public static Tensor Linear(Tensor from, Tensor to, int steps)
    {
        Check(from, to, steps);
        var (a, b) = (TensorData.ToArray(from), TensorData.ToArray(to));
        return Path(from, steps, (t, i) => (1 - t) * a[i] + t * b[i]);
    }

    /// <summary>The path along the great circle (Shoemake 1985): directions turn at constant speed, norms change linearly.</summary>
    /// <remarks>
    /// Between codes of one norm r every point has norm r. Codes in the same direction give a straight path; of
    /// codes in opposite directions, where every great circle is as short, the one is taken that passes nearest the
    /// coordinate axis on which <paramref name="from"/> is smallest.
    /// </remarks>
    /// <param name="from">The first code, <c>[d]</c> with d ≥ 2, float32 or float64, finite, not 0.</param>
    /// <param name="to">The last code, <c>[d]</c>, not 0, of the same element type and on the same device.</param>
    /// <param name="steps">Points on the path, ≥ 2.</param>
    /// <returns><c>[steps, d]</c>, without gradient.</returns>
    /// <exception cref="ArgumentException">The codes do not fit one another, one is 0, d is 1, or there are fewer than 2 steps.</exception>
    public static Tensor Spherical(Tensor from, Tensor to, int steps)
    {
        Check(from, to, steps);
        if (from.shape[0] < 2)
        {
            throw new ArgumentException("Expected codes of at least 2 dimensions: a sphere of one dimension is two points, with no path between. Use Linear.", nameof(from));
        }

        var (a, b) = (TensorData.ToArray(from), TensorData.ToArray(to));
        var (start, end) = (Normalise(a, nameof(from)), Normalise(b, nameof(to)));

        // In a plane with axes a and w: the angle by atan2, which keeps its digits where acos loses half of them.
        var cosine = a.Zip(b, (x, y) => x * y).Sum();
        var w = b.Zip(a, (y, x) => y - cosine * x).ToArray();
        var sine = Math.Sqrt(w.Sum(v => v * v));
        var angle = Math.Atan2(sine, cosine);
        if (Math.PI - angle < SmallestAngle)
        {
            w = Perpendicular(a);
        }
        else if (angle >= SmallestAngle)
        {
            w = [.. w.Select(v => v / sine)];
        }

        return Path(from, steps, (t, i) =>
        {
            var norm = (1 - t) * start + t * end;
            return norm * (t == 1 ? b[i] : Math.Cos(t * angle) * a[i] + Math.Sin(t * angle) * w[i]);
        });
    }

    private static Tensor Path(Tensor like, int steps, Func<double, int, double> coordinate)
    {
        var d = (int)like.shape[0];
        var values = new double[steps * d];
        for (var s = 0; s < steps; s++)
        {
            for (var i = 0; i < d; i++)
            {
                values[s * d + i] = coordinate((double)s / (steps - 1), i);
            }
        }

        return TensorData.Like(values, steps, d, like);
    }

    private static bool HasDirection(Tensor code) => Norm(TensorData.ToArray(code)) > 0;

    private static double Norm(double[] code) => Math.Sqrt(code.Sum(v => v * v));

    private static double Normalise(double[] code, string name)
    {
        var norm = Norm(code);
        if (!(norm > 0))
        {
            throw new ArgumentException($"Expected a code other than 0, which has no direction, but '{name}' is 0. Use Linear.", name);
        }

        for (var i = 0; i < code.Length; i++)
        {
            code[i] /= norm;
        }

        return norm;
    }

    private static double[] Perpendicular(double[] unit)
    {
        var axis = Enumerable.Range(0, unit.Length).MinBy(i => Math.Abs(unit[i]));
        var vector = unit.Select((v, i) => (i == axis ? 1 : 0) - unit[axis] * v).ToArray();
        Normalise(vector, nameof(unit));
        return vector;
    }

    private static void Check(Tensor from, Tensor to, int steps)
    {
        Codes.CheckOne(from, nameof(from));
        Codes.CheckOne(to, nameof(to));
        Guard.CheckSameShape(from, nameof(from), to, nameof(to));
        Guard.CheckAtLeast(steps, 2);
        Guard.CheckArray(nameof(steps), steps, from.shape[0]);
    }
}
