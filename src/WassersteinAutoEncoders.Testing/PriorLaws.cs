using TorchSharp;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Testing;

/// <summary>What every prior keeps to: shapes, types, repeatable and independent samples, and that what it states about itself is true of them.</summary>
public static class PriorLaws
{
    private const int Most = 20_000, MostNumbers = 1 << 24;

    // Matrices of 32 MB.
    private const long MostMoments = 2048;

    /// <summary>Tries the laws. Statistical ones compare with samples and fail by chance with probability 1e-6, with a given seed always or never.</summary>
    /// <param name="prior">The prior. What it states through <see cref="IMomentPrior"/>, <see cref="IMarginalPrior"/>, <see cref="IDensityPrior"/> and <see cref="IRotationInvariantPrior"/> is tried as well: moments in up to 2,048 dimensions, a density's gradient in up to 409, its integral in one and two.</param>
    /// <param name="options">How; the defaults when <see langword="null"/>.</param>
    /// <returns>The laws tried and those violated. Nothing is thrown for a prior that throws.</returns>
    /// <exception cref="ArgumentException">The prior has no dimension, or more than 65,536.</exception>
    public static LawReport Check(IPrior prior, LawOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(prior);
        options ??= new LawOptions();
        if (prior.Dimension is < 1 or > Points.MostDimensions)
        {
            throw new ArgumentException($"Expected a prior of 1 to {Points.MostDimensions:N0} dimensions, but it has {prior.Dimension}. Try the laws on a smaller one.", nameof(prior));
        }

        var book = new LawBook(prior, options);
        using var noGrad = no_grad();
        Samples(book, prior, options);
        Distances(book, prior, options);
        Moments(book, prior, options);
        if (prior is IDensityPrior density)
        {
            Density(book, density, options);
        }

        if (options.Strict)
        {
            Strict(book, prior, options);
        }

        return book.Report;
    }

    private static void Samples(LawBook book, IPrior prior, LawOptions options)
    {
        foreach (var dtype in new[] { float32, float64 })
        {
            foreach (var count in new long[] { 1, 2, 13 })
            {
                var sizes = $"{count} samples of dimension {prior.Dimension}, {dtype}";
                book.Try("samples are finite, of the shape and element type asked for, on the CPU, without gradient", $"[{count}, {prior.Dimension}] of {dtype}", sizes, () =>
                {
                    using var grad = enable_grad();
                    var samples = Draw(prior, count, options.Seed, dtype);
                    return !samples.shape.SequenceEqual([count, prior.Dimension]) ? LawBook.Shape(samples)
                        : samples.dtype != dtype ? $"{samples.dtype}"
                        : samples.device_type != DeviceType.CPU ? $"the device {samples.device_type}"
                        : samples.requires_grad ? "samples that require a gradient"
                        : LawBook.IsFinite(samples) ? null : "numbers that are not finite";
                });
            }

            var thirty = $"31 samples of dimension {prior.Dimension}, {dtype}";
            book.Try("a generator of the same seed gives the same samples, bit for bit", "equal numbers", thirty, () =>
            {
                var different = Scalars.Count(Draw(prior, 31, options.Seed, dtype).ne(Draw(prior, 31, options.Seed, dtype)));
                return different == 0 ? null : $"{different} of {31 * prior.Dimension} that differ: the samples do not come from the generator given";
            });
            book.Try("later draws from one generator differ", "other numbers", thirty, () =>
            {
                using var generator = new Generator(options.Seed);
                var first = prior.Sample(31, generator, dtype: dtype);
                return Scalars.All(first.eq(prior.Sample(31, generator, dtype: dtype))) ? "the same ones" : null;
            });
        }

        book.Try("float32 on the CPU is the default", "Float32, CPU", "2 samples", () =>
        {
            var samples = prior.Sample(2);
            return samples.dtype == float32 && samples.device_type == DeviceType.CPU ? null : $"{samples.dtype}, {samples.device_type}";
        });
        // A device that every machine has and that is not the CPU.
        book.Try("samples lie on the device asked for", "the device META", "2 samples on the meta device", () =>
        {
            var samples = prior.Sample(2, device: META);
            return samples.device_type == DeviceType.META ? null : $"{samples.device_type}";
        });
    }

    private static void Distances(LawBook book, IPrior prior, LawOptions options)
    {
        var many = Many(prior);
        var sizes = $"{many} pairs of dimension {prior.Dimension}";
        var stated = double.NaN;
        book.Try("the expected squared distance is finite and above 0", "a finite number above 0", "no samples", () =>
        {
            stated = prior.ExpectedSquaredDistance;
            return double.IsFinite(stated) && stated > 0 ? null : LawBook.Text(stated);
        });
        book.Try("the expected squared distance is that of the samples", $"{LawBook.Text(stated)} as stated", sizes, () =>
        {
            using var generator = new Generator(options.Seed);
            return OffMean(stated, (prior.Sample(many, generator, dtype: float64) - prior.Sample(many, generator, dtype: float64)).Squared().sum(1), relative: true);
        });
        book.Try("the samples of one call are independent of each other", $"neighbors at the squared distance {LawBook.Text(stated)}", sizes, () =>
        {
            var samples = Draw(prior, 2 * many, options.Seed, float64).reshape(many, 2, prior.Dimension);
            return OffMean(stated, (samples.select(1, 0) - samples.select(1, 1)).Squared().sum(1), relative: true);
        });
    }

    private static void Moments(LawBook book, IPrior prior, LawOptions options)
    {
        var many = Many(prior);
        var sizes = $"{many} samples of dimension {prior.Dimension}";
        if (prior is IMomentPrior stating && prior.Dimension <= MostMoments)
        {
            book.Try("stated mean and covariance are those of the samples", "the stated moments", sizes, () =>
            {
                var moments = stating.Moments;
                var samples = Draw(prior, many, options.Seed, float64);
                for (var i = 0; i < Math.Min(prior.Dimension, 8); i++)
                {
                    var left = samples.select(1, i).Minus(moments.Mean[i]);
                    if (OffMean(0, left) is { } mean)
                    {
                        return $"for the mean of coordinate {i} less the stated one {mean}";
                    }

                    for (var j = 0; j <= i; j++)
                    {
                        if (OffMean(moments.Covariance[i, j], left * samples.select(1, j).Minus(moments.Mean[j])) is { } covariance)
                        {
                            return $"for the covariance of {i} and {j} {covariance}";
                        }
                    }
                }

                return null;
            });
            book.Try("the expected squared distance is twice the trace of the stated covariance", "2·tr Σ", "no samples", () =>
            {
                var moments = stating.Moments;
                var trace = 2 * Enumerable.Range(0, (int)prior.Dimension).Sum(i => moments.Covariance[i, i]);
                return LawBook.Difference(trace, prior.ExpectedSquaredDistance, LawTolerances.Float64 * trace);
            });
        }

        if (prior is IMarginalPrior marginal)
        {
            book.Try("stated quantiles are those of the samples", "a share p below the p-quantile", sizes, () =>
            {
                var samples = Draw(prior, many, options.Seed, float64).select(1, prior.Dimension - 1);
                return new[] { 0.1, 0.5, 0.9 }.Select(p => OffMean(p, samples.IsBelow(marginal.Quantile(prior.Dimension - 1, p)).to(float64))).FirstOrDefault(off => off is not null);
            });
        }

        if (prior is IRotationInvariantPrior invariant)
        {
            book.Try("the stated variance of projections is that of the samples", "E (θᵀp)²", sizes,
                () => OffMean(invariant.ProjectionVariance, Draw(prior, many, options.Seed, float64).mean([1]).Times(Math.Sqrt(prior.Dimension)).Squared()));
            book.Try("the means of projections ascend and have mean 0", "ascending numbers of mean 0", "17 intervals", () =>
            {
                var means = invariant.ProjectionMeans(17);
                return means.Zip(means.Skip(1)).All(pair => pair.First <= pair.Second + LawTolerances.Float64) ? LawBook.Difference(0, means.Average(), LawTolerances.Float64 * Math.Max(1, means.Max())) : "numbers that descend";
            });
        }
    }

    private static void Density(LawBook book, IDensityPrior prior, LawOptions options)
    {
        foreach (var dtype in new[] { float32, float64 })
        {
            book.Try("the log-density gives one finite value a sample, in its element type", "a shape of [5]", $"5 samples, {dtype}", () =>
            {
                var points = Draw(prior, 5, options.Seed, float64);
                var values = prior.LogDensity(points.to(dtype));
                return values.dtype != dtype ? $"{values.dtype}"
                    : !LawBook.IsFinite(values) ? "numbers that are not finite"
                    : LawBook.Difference(prior.LogDensity(points).reshape(5), values, LawTolerances.Of(dtype) * prior.Dimension);
            });
        }

        if (5 * prior.Dimension <= Points.MostDifferences)
        {
            book.Try("the log-density's gradient is that of finite differences", "central differences", $"5 samples of dimension {prior.Dimension}", () =>
            {
                using var grad = enable_grad();
                return FiniteDifferences.Difference(z => prior.LogDensity(z).sum(), Draw(prior, 5, options.Seed, float64), LawTolerances.FiniteDifference);
            });
        }

        if (prior.Dimension > 2)
        {
            return;
        }

        // A midpoint sum over a box that holds all but a negligible share.
        var spread = 8 * Math.Sqrt(prior.ExpectedSquaredDistance / prior.Dimension);
        var cells = prior.Dimension == 1 ? 40_001 : 801;
        var sizes = $"{cells} cells an axis, dimension {prior.Dimension}";
        book.Try("the density integrates to 1", "1", sizes, () => LawBook.Difference(1, Scalars.Read(Masses().Masses.sum()), LawTolerances.MidpointSum));
        book.Try("the density is that of the samples", "the expected squared distance as stated", sizes, () =>
        {
            var (grid, masses) = Masses();
            var mean = (grid * masses.unsqueeze(1)).sum(0L);
            var distance = 2 * Scalars.Read(((grid - mean).Squared().sum(1) * masses).sum());
            return LawBook.Difference(prior.ExpectedSquaredDistance, distance, LawTolerances.MidpointMoment * prior.ExpectedSquaredDistance);
        });

        (Tensor Grid, Tensor Masses) Masses()
        {
            var width = 2 * spread / cells;
            var axis = HeldScalars.Range(cells, CPU).to(float64).Plus(0.5).Times(width).Minus(spread);
            var grid = prior.Dimension == 1
                ? axis.unsqueeze(1)
                : stack([axis.unsqueeze(1).expand(cells, cells).reshape(-1), axis.unsqueeze(0).expand(cells, cells).reshape(-1)], 1);
            return (grid, prior.LogDensity(grid).exp().Times(Math.Pow(width, prior.Dimension)));
        }
    }

    private static void Strict(LawBook book, IPrior prior, LawOptions options)
    {
        book.Try("a seed means the same samples in both element types", "float64 samples that round to those of float32", $"31 samples of dimension {prior.Dimension}",
            () => Scalars.All(Draw(prior, 31, options.Seed, float64).to(float32).eq(Draw(prior, 31, options.Seed, float32))) ? null : "others");
        foreach (var dtype in new[] { ScalarType.Float16, ScalarType.BFloat16 })
        {
            book.Try("any floating type can be asked for", $"{dtype}", "2 samples", () => prior.Sample(2, dtype: dtype).dtype is var found && found == dtype ? null : $"{found}");
        }

        book.Try("nothing but the samples stays alive", "1 tensor", "13 samples", () =>
        {
            using var generator = new Generator(options.Seed);
            using var scope = NewDisposeScope();
            prior.Sample(13, generator);
            return scope.DisposablesCount == 1 ? null : $"{scope.DisposablesCount}";
        });
        book.TryRefusals($"dimension {prior.Dimension}", ("a count of 0", () => prior.Sample(0)), ("a count of -1", () => prior.Sample(-1)), ("samples of whole numbers", () => prior.Sample(2, dtype: int64)));
        if (prior is IDensityPrior density)
        {
            book.TryRefusals(
                $"dimension {prior.Dimension}",
                ("points of another dimension", () => density.LogDensity(zeros([2, prior.Dimension + 1]))),
                ("one point without its row", () => density.LogDensity(zeros([prior.Dimension]))),
                ("points of whole numbers", () => density.LogDensity(zeros([2, prior.Dimension], dtype: int64))));
        }
    }

    /// <summary>How many samples a statistical law is tried on: fewer of very many dimensions.</summary>
    private static long Many(IPrior prior) => Math.Min(MostNumbers / prior.Dimension, Most);

    private static Tensor Draw(IPrior prior, long count, ulong seed, ScalarType dtype)
    {
        using var generator = new Generator(seed);
        return prior.Sample(count, generator, CPU, dtype);
    }

    /// <summary>How the mean of values misses a number by more than the declared failure rate allows; an estimated number has an error of its own, about as large.</summary>
    private static string? OffMean(double expected, Tensor values, bool relative = false)
    {
        var (mean, error) = (Scalars.Read(values.mean()), Scalars.Read(values.std()) / Math.Sqrt(values.numel()));
        var allowed = LawTolerances.FailureSigmas * error * (relative ? Math.Sqrt(2.3) : 1) + LawTolerances.Float64 * Math.Max(1, Math.Abs(mean));
        return Math.Abs(mean - expected) <= allowed ? null : $"{LawBook.Text(mean)} ± {LawBook.Text(error)} in place of {LawBook.Text(expected)}";
    }
}
