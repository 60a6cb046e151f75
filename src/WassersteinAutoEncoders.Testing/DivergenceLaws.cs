using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Encoders;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Testing;

/// <summary>What every latent divergence keeps to: finite scalars and gradients near and far, gradients that are right, and the symmetries it claims.</summary>
public static class DivergenceLaws
{
    /// <summary>Tries the laws on one divergence, in both element types or, where it has a critic, in the critic's.</summary>
    /// <param name="divergence">The divergence. The generator of an <see cref="IStochasticModule"/>, also within an <see cref="ICompositeDivergence"/>, is set back before each evaluation and left as it was found.</param>
    /// <param name="prior">P_Z where the divergence needs one; its dimension is that of the codes. Samples without a prior otherwise.</param>
    /// <param name="options">How, and what it claims; the defaults when <see langword="null"/>.</param>
    /// <returns>The laws tried and those violated. Nothing is thrown for a divergence that throws.</returns>
    /// <exception cref="ArgumentException">The codes have more than 65,536 dimensions, the smallest batch more than 1,024 of them, or a batch more than 2²⁰ numbers.</exception>
    public static LawReport Check(ILatentDivergence divergence, IPrior? prior = null, DivergenceLawOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(divergence);
        var generators = Parts(divergence).OfType<IStochasticModule>().Select(part => (part.Generator, State: part.Generator.get_state())).ToArray();
        var critic = Parts(divergence).OfType<ITrainableDivergence>().SelectMany(part => part.Critic.parameters()).FirstOrDefault();
        try
        {
            return new DivergenceTrial(
                _ =>
                {
                    foreach (var (generator, state) in generators)
                    {
                        generator.set_state(state);
                    }

                    return divergence;
                },
                divergence, critic is null ? [float32, float64] : [critic.dtype], prior, options ?? new DivergenceLawOptions()).Run();
        }
        finally
        {
            foreach (var (generator, state) in generators)
            {
                generator.set_state(state);
                state.Dispose();
            }
        }
    }

    /// <summary>Tries the laws on divergences made anew for each evaluation: for those with a critic, which has one element type, or with random numbers of their own.</summary>
    /// <param name="create">Makes one for an element type, float32 or float64; two calls give divergences that do the same.</param>
    /// <param name="prior">As for <see cref="Check(ILatentDivergence, IPrior, DivergenceLawOptions)"/>.</param>
    /// <param name="options">How, and what it claims; the defaults when <see langword="null"/>.</param>
    /// <returns>The laws tried and those violated.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Check(ILatentDivergence, IPrior, DivergenceLawOptions)"/>, or the function returned null.</exception>
    public static LawReport Check(Func<ScalarType, ILatentDivergence> create, IPrior? prior = null, DivergenceLawOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        var example = create(float64) ?? throw new ArgumentException("Expected a divergence, but the function returned null. Return a new one at each call.", nameof(create));
        return new DivergenceTrial(create, example, [float32, float64], prior, options ?? new DivergenceLawOptions()).Run();
    }

    private static IEnumerable<ILatentDivergence> Parts(ILatentDivergence divergence)
        => divergence is ICompositeDivergence composite ? composite.Parts.SelectMany(Parts).Prepend(divergence) : [divergence];
}

/// <summary>The laws of <see cref="DivergenceLaws"/>, tried on one divergence.</summary>
internal sealed class DivergenceTrial(Func<ScalarType, ILatentDivergence> create, ILatentDivergence example, ScalarType[] types, IPrior? prior, DivergenceLawOptions options)
{
    // Beyond them, central differences take longer than they tell.
    private const long MostDimensions = 8, MostCoordinates = 512;

    private readonly LawBook _book = new(example, options);
    private readonly long _d = prior?.Dimension ?? options.Dimension;
    private readonly long _smallest = options.SmallestBatch ?? (example as IMinimumSampleSize)?.MinimumSampleSize ?? 1;

    public LawReport Run()
    {
        CheckWork();
        foreach (var dtype in types)
        {
            Values(dtype);
            Far(dtype);
        }

        if (types.Contains(float32) && types.Contains(float64))
        {
            _book.Try("float32 and float64 agree", "the same value to rounding", Sizes(13, 13, float32), () =>
            {
                var (codes, samples) = Pair(13, 13, float64);
                return LawBook.Difference(Value(codes, samples), Value(codes.to(float32), samples.to(float32)), options.Float32Tolerance);
            });
        }

        var type = types[^1];
        Symmetries(type);
        if (type == float64 && _d <= MostDimensions && _d * Math.Max(8, _smallest) <= MostCoordinates)
        {
            Gradient(Math.Max(5, _smallest), Math.Max(5, _smallest));
            if (options.TakesUnequalSizes)
            {
                Gradient(Math.Max(5, _smallest), Math.Max(8, _smallest));
            }
        }

        if (options.Strict)
        {
            Strict(type);
        }

        return _book.Report;
    }

    private void CheckWork()
    {
        if (_d is < 1 or > Points.MostDimensions || _smallest is < 1 or > Points.MostPoints || _d * Math.Max(13, _smallest) > Points.MostNumbers)
        {
            throw new ArgumentException($"Expected codes of dimension 1 to {Points.MostDimensions:N0}, a smallest batch of 1 to {Points.MostPoints:N0} and at most {Points.MostNumbers:N0} numbers a batch, but the dimension is {_d} and the smallest batch {_smallest}. Try the laws on a smaller prior or batch.", nameof(options));
        }
    }

    private void Values(ScalarType dtype)
    {
        foreach (var count in new[] { _smallest, Math.Max(2, _smallest), Math.Max(13, _smallest) })
        {
            _book.Try("the value is a finite scalar of the codes' element type", $"a scalar of {dtype}", Sizes(count, count, dtype), () =>
            {
                var (codes, samples) = Pair(count, count, dtype);
                var value = Value(codes, samples);
                return value.dim() != 0 ? LawBook.Shape(value) : value.dtype != dtype ? $"{value.dtype}" : LawBook.IsFinite(value) ? null : LawBook.Text(Number(value));
            });
            if (options.IsNonNegative)
            {
                _book.Try("the value is never negative", "a value of at least 0", Sizes(count, count, dtype), () =>
                {
                    var (codes, samples) = Pair(count, count, dtype);
                    return Number(Value(codes, samples)) is var value && value >= -LawTolerances.Of(dtype) ? null : LawBook.Text(value);
                });
            }
        }

        if (options.IsZeroForIdenticalSamples)
        {
            _book.Try("identical samples are at distance 0", "0", Sizes(13, 13, dtype), () =>
            {
                var (codes, _) = Pair(13, 13, dtype);
                return LawBook.Difference(0, Number(Value(codes, codes.clone())), dtype == float64 ? LawTolerances.Float64 : LawTolerances.Float32Zero);
            });
        }
    }

    private void Far(ScalarType dtype)
    {
        var n = Math.Max(7, _smallest);
        _book.Try("codes far away and codes that coincide have finite values and gradients", "finite numbers", Sizes(n, n, dtype), () =>
        {
            var far = Points.Normal(n, _d, options.Seed, dtype);
            far = (far / far.Squared().sum(1, keepdim: true).sqrt()).Times(1e4);
            foreach (var (what, codes) in new[] { ("codes of norm 1e4", far), ("codes all 0", zeros([n, _d], dtype: dtype)), ("codes all 1", ones([n, _d], dtype: dtype)), ("codes all 1e4", ones([n, _d], dtype: dtype).Times(1e4)) })
            {
                foreach (var (against, samples) in new[] { ("", Points.Normal(n, _d, options.Seed + 1, dtype)), (" against themselves", codes.clone()) })
                {
                    var x = codes.clone().requires_grad_(true);
                    var value = Value(x, samples);
                    value.backward();
                    if (!LawBook.IsFinite(value) || x.grad is not { IsInvalid: false } gradient || !LawBook.IsFinite(gradient))
                    {
                        return $"the value {LawBook.Text(Number(value))}, or a gradient that is missing or not finite, for {what}{against}";
                    }
                }
            }

            return null;
        });
    }

    private void Symmetries(ScalarType dtype)
    {
        var n = Math.Max(13, _smallest);
        var sizes = Sizes(n, n, dtype);
        _book.Try("the same arguments give the same value, bit for bit", "equal values", sizes, () =>
        {
            var (codes, samples) = Pair(n, n, dtype);
            return LawBook.Difference(Value(codes, samples), Value(codes, samples), 0) is { } difference
                ? $"{difference}: random numbers must come from the generator that {nameof(IStochasticModule)} names" : null;
        });
        _book.Try("the arguments are left as they are", "equal codes and samples afterwards", sizes, () =>
        {
            var (codes, samples) = Pair(n, n, dtype);
            var (before, samplesBefore) = (codes.clone(), samples.clone());
            Value(codes, samples);
            return LawBook.Difference(before, codes, 0) ?? LawBook.Difference(samplesBefore, samples, 0);
        });
        if (options.IgnoresOrder)
        {
            _book.Try("the order of either sample is of no matter", "the same value", sizes, () =>
            {
                var (codes, samples) = Pair(n, n, dtype);
                var value = Value(codes, samples);
                return LawBook.Difference(value, Value(Points.Shuffled(codes, 1), samples), LawTolerances.Of(dtype))
                    ?? LawBook.Difference(value, Value(codes, Points.Shuffled(samples, 2)), LawTolerances.Of(dtype));
            });
        }

        if (options.IsRotationInvariant)
        {
            _book.Try("a rotation of both samples changes nothing", "the same value", sizes, () =>
            {
                var (codes, samples) = Pair(n, n, dtype);
                codes = codes.Plus(0.3);
                var turned = Points.Turned(options.Seed + 4, codes, samples);
                return LawBook.Difference(Value(codes, samples), Value(turned[0], turned[1]), Math.Max(options.RotationTolerance, LawTolerances.Of(dtype)));
            });
        }
    }

    private void Gradient(long count, long priorCount)
        => _book.Try("the gradient is that of finite differences", "central differences", Sizes(count, priorCount, float64), () =>
        {
            var samples = Points.Normal(priorCount, _d, options.Seed + 3);
            return FiniteDifferences.Difference(codes => Value(codes, samples), Points.Normal(count, _d, options.Seed + 2).Plus(0.5), options.GradientTolerance);
        });

    private void Strict(ScalarType dtype)
    {
        var n = Math.Max(7, _smallest);
        using var scope = NewDisposeScope();
        var good = Points.Normal(n, _d, options.Seed, dtype);
        var refused = new List<(string, Action)>
        {
            ("no codes", () => Value(null!, good)),
            ("no prior", () => create(dtype).Evaluate(good, null!)),
            ("samples of another dimension", () => create(dtype).Evaluate(good, zeros([n, _d + 1], dtype: dtype))),
        };
        foreach (var (what, bad) in new[]
        {
            ("numbers without rows", zeros([n], dtype: dtype)), ("points of a third axis", zeros([n, _d, 1], dtype: dtype)),
            ("no rows", zeros([0, _d], dtype: dtype)), ("whole numbers", zeros([n, _d], dtype: int64)),
        })
        {
            refused.Add(($"codes that are {what}", () => Value(bad, good)));
            refused.Add(($"samples that are {what}", () => create(dtype).Evaluate(good, bad)));
        }

        foreach (var count in new[] { 1, _smallest / 2, _smallest - 1 }.Distinct().Where(count => count > 0 && count < _smallest))
        {
            var (few, fewSamples) = Pair(count, count, dtype);
            refused.Add(($"a batch of {count}", () => Value(few, fewSamples)));
        }

        if (!options.TakesUnequalSizes)
        {
            var more = Points.Normal(n + 3, _d, options.Seed, dtype);
            refused.Add(("as many samples as there are not codes", () => Value(good, more)));
        }

        _book.TryRefusals($"{n} codes of dimension {_d}", [.. refused]);
        _book.Try("nothing but the value stays alive", "1 tensor", Sizes(n, n, dtype), () =>
        {
            var divergence = create(dtype);
            var samples = new PriorSamples(good.clone(), prior);
            using var inner = NewDisposeScope();
            divergence.Evaluate(good, samples);
            return inner.DisposablesCount == 1 ? null : $"{inner.DisposablesCount}";
        });
    }

    private Tensor Value(Tensor codes, Tensor samples) => create((codes ?? samples).dtype).Evaluate(codes!, new PriorSamples(samples, prior));

    private (Tensor Codes, Tensor Samples) Pair(long count, long priorCount, ScalarType dtype)
        => (Points.Normal(count, _d, options.Seed, dtype), Points.Normal(priorCount, _d, options.Seed + 1, dtype));

    private static double Number(Tensor value) => Scalars.Read(value.detach().to(float64));

    private string Sizes(long count, long priorCount, ScalarType dtype) => $"{count} codes and {priorCount} prior samples of dimension {_d}, {dtype}";
}
