using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Testing;

/// <summary>What every reconstruction cost keeps to: a mean over the batch, gradients in both arguments, finite ones where input and reconstruction are equal.</summary>
public static class CostLaws
{
    /// <summary>Tries the laws on inputs in [0, 1] of several shapes.</summary>
    /// <param name="cost">The cost.</param>
    /// <param name="options">How, and what it claims; the defaults when <see langword="null"/>.</param>
    /// <returns>The laws tried and those violated. Nothing is thrown for a cost that throws.</returns>
    public static LawReport Check(IReconstructionCost cost, CostLawOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cost);
        options ??= new CostLawOptions();
        var book = new LawBook(cost, options);
        foreach (var shape in new long[][] { [1], [2], [1, 5], [7, 3], [13, 1, 4, 4] })
        {
            foreach (var dtype in new[] { float32, float64 })
            {
                Value(book, cost, options, shape, dtype);
            }
        }

        foreach (var count in new long[] { 1, 2, 5 })
        {
            long[] shape = [count, 2, 3];
            using var scope = NewDisposeScope();
            var (input, reconstruction) = (Points.Uniform(shape, options.Seed + 2, 0.1, 0.9), Points.Uniform(shape, options.Seed + 3, 0.1, 0.9));
            book.Try("gradients are those of finite differences, in both arguments", "central differences", Sizes(shape, float64), () =>
                FiniteDifferences.Difference(x => cost.Evaluate(input, x), reconstruction, LawTolerances.FiniteDifference)
                ?? FiniteDifferences.Difference(x => cost.Evaluate(x, reconstruction), input, LawTolerances.FiniteDifference));
        }

        Batch(book, cost, options);
        Identity(book, cost, options);
        if (options.Strict)
        {
            using var scope = NewDisposeScope();
            var good = Points.Uniform([4, 3], options.Seed, dtype: float32);
            book.TryRefusals(
                "inputs of [4, 3]",
                ("no input", () => cost.Evaluate(null!, good)),
                ("no reconstruction", () => cost.Evaluate(good, null!)),
                ("a reconstruction of another shape", () => cost.Evaluate(good, zeros([4, 2]))),
                ("a reconstruction that would be broadcast", () => cost.Evaluate(good, zeros([1, 3]))),
                ("a reconstruction of another element type", () => cost.Evaluate(good, zeros([4, 3], dtype: float64))),
                ("whole numbers", () => cost.Evaluate(zeros([4, 3], dtype: int64), zeros([4, 3], dtype: int64))),
                ("an empty batch", () => cost.Evaluate(zeros([0, 3]), zeros([0, 3]))),
                ("scalars", () => cost.Evaluate(tensor(1f), tensor(1f))));
        }

        return book.Report;
    }

    private static void Value(LawBook book, IReconstructionCost cost, CostLawOptions options, long[] shape, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var (input, reconstruction) = (Points.Uniform(shape, options.Seed, dtype: dtype), Points.Uniform(shape, options.Seed + 1, 0.05, 0.95, dtype));
        book.Try("the value is a finite scalar of the input's element type", $"a scalar of {dtype}", Sizes(shape, dtype), () =>
        {
            var value = cost.Evaluate(input, reconstruction);
            return value.dim() != 0 ? LawBook.Shape(value) : value.dtype != dtype ? $"{value.dtype}" : LawBook.IsFinite(value) ? null : LawBook.Text(Scalars.Read(value.to(float64)));
        });
        book.Try("float32 and float64 agree", "the same value to rounding", Sizes(shape, dtype), () =>
            LawBook.Difference(cost.Evaluate(input.to(float64), reconstruction.to(float64)), cost.Evaluate(input, reconstruction), LawTolerances.Of(dtype)));
        if (options.Strict)
        {
            book.Try("nothing but the value stays alive", "1 tensor", Sizes(shape, dtype), () =>
            {
                using var inner = NewDisposeScope();
                cost.Evaluate(input, reconstruction);
                return inner.DisposablesCount == 1 ? null : $"{inner.DisposablesCount}";
            });
        }
    }

    private static void Batch(LawBook book, IReconstructionCost cost, CostLawOptions options)
    {
        using var scope = NewDisposeScope();
        var (input, reconstruction) = (Points.Uniform([7, 2, 4], options.Seed + 2), Points.Uniform([7, 2, 4], options.Seed + 3));
        var sizes = Sizes([7, 2, 4], float64);
        book.Try("it is a mean over the batch", "the mean of the examples one by one, and the same for the batch twice over", sizes, () =>
        {
            var value = Scalars.Read(cost.Evaluate(input, reconstruction));
            var oneByOne = Enumerable.Range(0, 7).Average(i => Scalars.Read(cost.Evaluate(input.narrow(0, i, 1), reconstruction.narrow(0, i, 1))));
            var twice = Scalars.Read(cost.Evaluate(cat([input, input], 0), cat([reconstruction, reconstruction], 0)));
            return LawBook.Difference(oneByOne, value, LawTolerances.Float64 * Math.Max(1, Math.Abs(value))) ?? LawBook.Difference(value, twice, LawTolerances.Float64 * Math.Max(1, Math.Abs(value)));
        });
        book.Try("the shape of an example is of no matter", "the same value for flat examples", sizes,
            () => LawBook.Difference(cost.Evaluate(input, reconstruction), cost.Evaluate(input.reshape(7, 8), reconstruction.reshape(7, 8)), LawTolerances.Float64));
    }

    private static void Identity(LawBook book, IReconstructionCost cost, CostLawOptions options)
    {
        foreach (var dtype in new[] { float32, float64 })
        {
            foreach (var (what, input) in new[] { ("numbers in [0, 1]", Points.Uniform([5, 3], options.Seed + 2, dtype: dtype)), ("zeros", zeros([5, 3], dtype: dtype)), ("ones", ones([5, 3], dtype: dtype)) })
            {
                using (input)
                {
                    book.Try("exact reconstructions have finite gradients and the value claimed", $"{(options.ValueAtIdentity is { } claimed ? LawBook.Text(claimed) : "a finite value")} and a finite gradient", $"{what}, {Sizes([5, 3], dtype)}", () =>
                    {
                        var reconstruction = input.clone().requires_grad_(true);
                        var value = cost.Evaluate(input, reconstruction);
                        value.backward();
                        return !LawBook.IsFinite(value) ? "a value that is not finite"
                            : reconstruction.grad is not { IsInvalid: false } gradient || !LawBook.IsFinite(gradient) ? "a gradient that is missing or not finite"
                            : options.ValueAtIdentity is { } expected ? LawBook.Difference(expected, Scalars.Read(value.to(float64)), LawTolerances.Of(dtype)) : null;
                    });
                }
            }
        }
    }

    private static string Sizes(long[] shape, ScalarType dtype) => $"[{string.Join(", ", shape)}], {dtype}";
}
