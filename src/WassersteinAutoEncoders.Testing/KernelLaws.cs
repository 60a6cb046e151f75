using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Testing;

/// <summary>What every kernel keeps to: symmetry, positive definiteness, gradients, finite values far away, and a profile that agrees with the Gram matrix.</summary>
public static class KernelLaws
{
    private static readonly double[] Distances = [0, 1e-12, 1e-6, 1e-3, .. Enumerable.Range(1, 40).Select(i => 0.37 * i), 1e2, 1e4, 4e8];

    /// <summary>Tries the laws in several dimensions.</summary>
    /// <param name="kernel">The kernel; of an <see cref="IRadialKernel"/> its profile and that it depends on differences alone are tried as well.</param>
    /// <param name="options">How, and what it claims; the defaults when <see langword="null"/>.</param>
    /// <returns>The laws tried and those violated. Nothing is thrown for a kernel that throws.</returns>
    public static LawReport Check(IKernel kernel, KernelLawOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        options ??= new KernelLawOptions();
        if (options.Dimensions is not { Count: > 0 } || options.Dimensions.Any(dimension => dimension is < 1 or > Points.MostDimensions))
        {
            throw new ArgumentException($"Expected dimensions from 1 to {Points.MostDimensions}, but {nameof(KernelLawOptions.Dimensions)} has none, or another. Name those of the points that the kernel is for.", nameof(options));
        }

        var book = new LawBook(kernel, options);
        foreach (var d in options.Dimensions)
        {
            using var scope = NewDisposeScope();
            var (x, y) = (Points.Normal(6, d, options.Seed), Points.Normal(5, d, options.Seed + 1));
            Values(book, kernel, options, x, y);
            Far(book, kernel, d, options.Seed);
        }

        if (kernel is IRadialKernel radial)
        {
            Profile(book, radial);
        }

        if (options.Strict)
        {
            using var scope = NewDisposeScope();
            var x = Points.Normal(3, 2, options.Seed);
            book.TryRefusals(
                "3 points of dimension 2",
                ("points of another dimension", () => kernel.Gram(x, Points.Normal(3, 4, 1))),
                ("points of another element type", () => kernel.Gram(x, x.to(float32))),
                ("numbers without rows", () => kernel.Gram(x.reshape(6), x)),
                ("null", () => kernel.Gram(null!, x)));
            book.Try("nothing but the result stays alive", "1 tensor", "3 points of dimension 2", () =>
            {
                using var inner = NewDisposeScope();
                kernel.Gram(x, x);
                return inner.DisposablesCount == 1 ? null : $"{inner.DisposablesCount}";
            });
        }

        return book.Report;
    }

    private static void Values(LawBook book, IKernel kernel, KernelLawOptions options, Tensor x, Tensor y)
    {
        var sizes = $"6 and 5 points of dimension {x.shape[1]}";
        book.Try("the Gram matrix has a row a point of x and a column a point of y, in their element type", "[6, 5]", sizes, () =>
        {
            var (wide, narrow) = (kernel.Gram(x, y), kernel.Gram(x.to(float32), y.to(float32)));
            return !wide.shape.SequenceEqual([6, 5]) ? LawBook.Shape(wide)
                : wide.dtype != float64 || narrow.dtype != float32 ? $"{wide.dtype} for Float64 and {narrow.dtype} for Float32"
                : null;
        });
        book.Try("float32 and float64 agree", "the same values to rounding", sizes, () => LawBook.Difference(kernel.Gram(x, y), kernel.Gram(x.to(float32), y.to(float32)), LawTolerances.Float32));
        book.Try("it is symmetric", "K(x, y) = K(y, x)ᵀ", sizes, () => LawBook.Difference(kernel.Gram(x, y), kernel.Gram(y, x).t(), LawTolerances.Float64));
        book.Try("it has no state", "the same values in a second call", sizes, () => LawBook.Difference(kernel.Gram(x, y), kernel.Gram(x, y), 0));
        book.Try("an entry depends on its own two points alone", "rows that move with their points", sizes, () =>
        {
            var order = tensor(new long[] { 3, 0, 5, 1, 4, 2 });
            return LawBook.Difference(kernel.Gram(x, y).index_select(0, order), kernel.Gram(x.index_select(0, order), y), LawTolerances.Float64)
                ?? LawBook.Difference(kernel.Gram(x, y).narrow(0, 2, 1), kernel.Gram(x.narrow(0, 2, 1), y), LawTolerances.Float64);
        });
        book.Try(options.IsConditionallyPositive ? "it is positive definite for weights that sum to 0" : "it is positive definite", "no eigenvalue below 0", sizes, () =>
        {
            var gram = kernel.Gram(x, x);
            if (options.IsConditionallyPositive)
            {
                // (I − 11ᵀ/n)·K·(I − 11ᵀ/n): what is left for weights that sum to 0.
                gram = gram - gram.mean([0], keepdim: true);
                gram = gram - gram.mean([1], keepdim: true);
            }

            var eigenvalues = linalg.eigvalsh(gram.Plus(gram.t()).Over(2));
            var (least, largest) = (Scalars.Read(eigenvalues.min()), Scalars.Read(eigenvalues.max()));
            return least >= -LawTolerances.Float64 * largest ? null : $"eigenvalues from {LawBook.Text(least)} to {LawBook.Text(largest)}";
        });
        if (kernel is IRadialKernel)
        {
            book.Try("it does not change when all points move alike", "the same values", sizes, () => LawBook.Difference(kernel.Gram(x, y), kernel.Gram(x.Plus(0.5), y.Plus(0.5)), LawTolerances.Float64));
        }

        var (few, one) = x.shape[1] > 3 ? (x.narrow(0, 0, 2), y.narrow(0, 0, 1)) : (x, y);
        if (few.numel() > Points.MostDifferences)
        {
            return;
        }

        var weights = Points.Normal(few.shape[0], one.shape[0], options.Seed + 2);
        book.Try("gradients are those of finite differences, in either argument and in both", "central differences", $"{few.shape[0]} and {one.shape[0]} points of dimension {x.shape[1]}", () =>
            FiniteDifferences.Difference(p => (kernel.Gram(p, one) * weights).sum(), few, LawTolerances.FiniteDifference)
            ?? FiniteDifferences.Difference(p => (kernel.Gram(few, p) * weights).sum(), one, LawTolerances.FiniteDifference)
            ?? FiniteDifferences.Difference(p => kernel.Gram(p, p).sum(), few, LawTolerances.FiniteDifference));
    }

    private static void Far(LawBook book, IKernel kernel, long dimension, ulong seed)
    {
        foreach (var type in new[] { float32, float64 })
        {
            book.Try("points that coincide and points far away have finite values and gradients", "finite numbers", $"4 points of dimension {dimension} twice, and twice moved by 1e4, {type}", () =>
            {
                var near = Points.Normal(4, dimension, seed);
                var x = cat([near, near, near.Plus(1e4), near.Plus(1e4)]).to(type).requires_grad_();
                var gram = kernel.Gram(x, x);
                gram.sum().backward();
                var exact = kernel.Gram(x.detach().to(float64), x.detach().to(float64));
                return !LawBook.IsFinite(gram) ? "values that are not finite"
                    : x.grad is { IsInvalid: false } gradient && LawBook.IsFinite(gradient) ? LawBook.Difference(exact, gram, LawTolerances.Of(type))
                    : "a gradient that is missing or not finite";
            });
        }
    }

    private static void Profile(LawBook book, IRadialKernel kernel)
    {
        var sizes = $"{Distances.Length} squared distances from 0 to 4e8";
        var singles = Array.ConvertAll(Distances, s => (float)s);
        book.Try("the profile is the Gram matrix of the distances", "φ(s) = k(√s, 0)", sizes, () =>
        {
            var expected = kernel.Gram(tensor(Distances).sqrt().unsqueeze(1), zeros([1, 1], float64)).squeeze(1);
            var (values, narrow) = (Unwritten<double>(), Unwritten<float>());
            kernel.Profile(Distances, values, []);
            kernel.Profile(singles, narrow, []);
            return LawBook.Difference(expected, tensor(values), LawTolerances.Float64) ?? LawBook.Difference(expected, tensor(narrow), LawTolerances.Float32);
        });
        book.Try("the profile's derivative is that of finite differences, and finite at 0", "φ′(s)", sizes, () =>
        {
            var (values, derivatives, narrow, narrowDerivatives) = (Unwritten<double>(), Unwritten<double>(), Unwritten<float>(), Unwritten<float>());
            kernel.Profile(Distances, values, derivatives);
            kernel.Profile(singles, narrow, narrowDerivatives);
            for (var i = 0; i < Distances.Length; i++)
            {
                if (!double.IsFinite(derivatives[i]) || !float.IsFinite(narrowDerivatives[i]))
                {
                    return $"{LawBook.Text(derivatives[i])} at {LawBook.Text(Distances[i])}";
                }

                if (Distances[i] == 0)
                {
                    continue;
                }

                var step = 1e-5 * Distances[i];
                var at = new double[2];
                kernel.Profile([Distances[i] - step, Distances[i] + step], at, []);
                var numeric = (at[1] - at[0]) / (2 * step);
                var rounding = 1e-15 * Math.Abs(values[i]) / step;
                if ((LawBook.Difference(numeric, derivatives[i], LawTolerances.FiniteDifference * Math.Abs(numeric) + rounding)
                    ?? LawBook.Difference(derivatives[i], narrowDerivatives[i], LawTolerances.Float32 * Math.Abs(derivatives[i]) + 1e-37)) is { } difference)
                {
                    return $"{difference} at {LawBook.Text(Distances[i])}";
                }
            }

            return null;
        });
        book.Try("the profile depends on the distance alone, not on its place", "the same bits one by one", sizes, () =>
        {
            var (values, derivatives) = (Unwritten<float>(), Unwritten<float>());
            kernel.Profile(singles, values, derivatives);
            for (var i = 0; i < singles.Length; i++)
            {
                var (value, derivative) = (new float[1], new float[1]);
                kernel.Profile(singles.AsSpan(i, 1), value, derivative);
                if ((values[i], derivatives[i]) != (value[0], derivative[0]))
                {
                    return $"{LawBook.Text(value[0])} in place of {LawBook.Text(values[i])} at {LawBook.Text(singles[i])}";
                }
            }

            return null;
        });
    }

    /// <summary>What a profile writes to: nothing that was there before may show.</summary>
    private static T[] Unwritten<T>()
        where T : System.Numerics.IFloatingPointIeee754<T>
        => [.. Enumerable.Repeat(T.NaN, Distances.Length)];
}
