using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Testing;

/// <summary>Gradients against central differences in float64.</summary>
internal static class FiniteDifferences
{
    // cbrt(1.1e-16), the step at which truncation and rounding balance.
    private const double Step = 6e-6;

    // Where a function of absolute values or sorted numbers has a kink within the first step, hardly any lies within this one; rounding stays below 1e-8.
    private const double ShortStep = Step / 100;

    /// <summary>Throws where autograd's gradient of a scalar function at x differs from its central differences.</summary>
    /// <exception cref="LawViolationException">It does; the message has the figures.</exception>
    public static void Check(Func<Tensor, Tensor> function, Tensor x, double tolerance = LawTolerances.FiniteDifference)
    {
        if (Difference(function, x, tolerance) is { } difference)
        {
            throw new LawViolationException(difference);
        }
    }

    /// <summary>How autograd's gradient of a scalar function at x differs from its central differences, or <see langword="null"/> where they agree.</summary>
    /// <param name="function">Of points of x's shape, float64.</param>
    /// <param name="x">The place.</param>
    /// <param name="tolerance">Relative to 1 or the largest of the differences.</param>
    public static string? Difference(Func<Tensor, Tensor> function, Tensor x, double tolerance)
    {
        using var scope = NewDisposeScope();
        var numeric = Numeric(function, x);
        double[]? shorter = null;
        var gradient = Gradient(function, x);
        var scale = Math.Max(1, numeric.Max(Math.Abs));
        for (var i = 0; i < numeric.Length; i++)
        {
            if (!Agrees(gradient[i], numeric[i]) && !Agrees(gradient[i], (shorter ??= Numeric(function, x, ShortStep))[i]))
            {
                return FormattableString.Invariant($"{gradient[i]:G9} in place of {numeric[i]:G9} in coordinate {i}");
            }
        }

        return null;

        bool Agrees(double actual, double expected) => Math.Abs(actual - expected) <= tolerance * scale;
    }

    /// <summary>Autograd's gradient of a scalar function, row by row.</summary>
    public static double[] Gradient(Func<Tensor, Tensor> function, Tensor x)
    {
        using var scope = NewDisposeScope();
        var leaf = x.detach().clone().requires_grad_();
        function(leaf).backward();
        return leaf.grad is { IsInvalid: false } gradient ? Values(gradient) : throw new LawViolationException("no gradient at all");
    }

    /// <summary>The elements in float64, row by row.</summary>
    public static double[] Values(Tensor x)
    {
        using var scope = NewDisposeScope();
        return x.detach().to(ScalarType.Float64).reshape(-1).data<double>().ToArray();
    }

    private static double[] Numeric(Func<Tensor, Tensor> function, Tensor x, double step = Step)
    {
        using var noGrad = no_grad();
        var values = Values(x);
        var result = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            result[i] = (At(i, step) - At(i, -step)) / (2 * step);
        }

        return result;

        double At(int index, double change)
        {
            using var scope = NewDisposeScope();
            var moved = values.ToArray();
            moved[index] += change;
            return Scalars.Read(function(tensor(moved).reshape(x.shape)));
        }
    }
}
