using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>The permutation two-sample test on the maximum mean discrepancy, over one kernel or several: are two sets of points drawn from one distribution?</summary>
/// <remarks>
/// <para>
/// For each kernel the unbiased MMD² = Σ_{i≠j} k(x_i, x_j)/(n(n−1)) + Σ_{i≠j} k(y_i, y_j)/(m(m−1)) − 2Σ_ij k(x_i, y_j)/(nm)
/// (Gretton et al., A Kernel Two-Sample Test, JMLR 2012, equation 3) of the given labelling and of B random ones. Several kernels are put together as in MMD-FUSE (Biggs et al., NeurIPS 2023):
/// T = log mean_k exp(z_k), where z_k is MMD² in standard deviations among the labellings. (There it is normalised by Σ k(·, ·)², which lets wide kernels count for little; over the
/// labellings a linear kernel counts as much as a narrow one.)
/// </para>
/// <para>
/// Under equal distributions every relabelling of the n + m points is equally likely, and what kernels and normalisation take from the data does not depend on the labels: so
/// p = (1 + #{T ≥ observed})/(1 + B) is valid in finite samples, P(p ≤ α) ≤ α for all kernels, and = α where α(1 + B) is whole and ties have probability 0. With one kernel it is the test on its MMD².
/// </para>
/// <para>
/// A Gram matrix of the pooled points is evaluated once a kernel; each relabelling is one row of a 0/1 matrix S, the same for all kernels, and all
/// statistics come from one product S·K: O(B·(n+m)²) time a kernel, O((n+m)²) memory, in float64.
/// </para>
/// </remarks>
/// <param name="PValue">(1 + number of relabellings with a statistic of all kernels together at least as large)/(1 + <paramref name="Permutations"/>), in (0, 1].</param>
/// <param name="Permutations">B, how many relabellings were drawn.</param>
/// <param name="Count">Points a side that were tested (the smaller side).</param>
/// <param name="Kernels">What each kernel sees, in the order in which they were given.</param>
public sealed record PermutationTest(double PValue, int Permutations, long Count, IReadOnlyList<KernelTest> Kernels)
{
    /// <summary>What each kernel sees, in the order in which they were given.</summary>
    public IReadOnlyList<KernelTest> Kernels { get; init => field = Guard.CheckItems(value, nameof(Kernels)); } = Guard.CheckItems(Kernels, nameof(Kernels));

    /// <summary>The default number of relabellings: 399, for which 5 % and 1 % tests are exact.</summary>
    public const int DefaultPermutations = 399;

    private const long BlockElements = 4_000_000;
    private const long KernelElements = 250_000;
    private const double PowerLevel = 0.05;

    /// <summary>The first kernel's unbiased estimate of MMD².</summary>
    public double Statistic => Guard.CheckFirst(Kernels).Statistic;

    /// <summary>The first kernel's standard deviation over the relabellings.</summary>
    public double NullStandardDeviation => Guard.CheckFirst(Kernels).NullStandardDeviation;

    /// <summary>Runs the test.</summary>
    /// <param name="x">The first sample, <c>[n, d]</c> with n ≥ 2, float32 or float64, finite.</param>
    /// <param name="y">The second sample, <c>[m, d]</c> with m ≥ 2, of the same element type and on the same device.</param>
    /// <param name="kernels">One kernel or more; <see cref="DefaultKernels"/> when <see langword="null"/>. A kernel chosen after a look at the two samples must depend on the pooled points only.</param>
    /// <param name="permutations">B, from 19 up (the least that can reject at 5 %); 399 by default.</param>
    /// <param name="generator">The CPU generator that relabellings are drawn from; the global one when <see langword="null"/>.</param>
    /// <returns>The p-value of all kernels together, and each kernel's figures.</returns>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit, a sample is too small, there is no kernel, or a value or a kernel is not finite.</exception>
    public static PermutationTest Run(Tensor x, Tensor y, IReadOnlyList<IKernel>? kernels = null, int permutations = DefaultPermutations, Generator? generator = null)
    {
        Guard.CheckPair(x, nameof(x), y, nameof(y));
        Guard.CheckAtLeast(permutations, 19);
        Guard.CheckGenerator(generator, nameof(generator));
        var (n, m) = (x.shape[0], y.shape[0]);
        if (n < 2 || m < 2)
        {
            throw new ArgumentException($"Expected at least 2 points on each side, but there are {n} and {m}. Pass more points.", n < 2 ? nameof(x) : nameof(y));
        }

        Guard.CheckFiniteValues(x, nameof(x));
        Guard.CheckFiniteValues(y, nameof(y));
        kernels ??= DefaultKernels(x, y);
        if (kernels.Count == 0 || kernels.Any(k => k is null))
        {
            throw new ArgumentException($"Expected one kernel or more, but got {(kernels.Count == 0 ? "none" : "null among them")}. Leave them out for those of {nameof(DefaultKernels)}.", nameof(kernels));
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var pooled = cat([TensorData.Float64(x), TensorData.Float64(y)], 0);
        var labels = Labels(n, m, permutations, generator);
        var all = new List<double[]>();
        var results = new List<KernelTest>();
        foreach (var kernel in kernels)
        {
            using var inner = NewDisposeScope();
            var gram = Gram(kernel, pooled);
            var statistics = Statistics(gram, n, m, labels);
            if (!statistics.All(double.IsFinite))
            {
                throw new ArgumentException("Expected finite kernel values, but the statistic is not finite. Check the kernel's scale against the points.", nameof(kernels));
            }

            // The same split found again differs by rounding only, and must count as a tie.
            SnapTies(statistics, 1e-12 * (Math.Abs(Scalars.Read(gram.mean())) + Math.Abs(Scalars.Read(gram.diagonal().mean()))));
            results.Add(Summary(kernel, statistics, StandardError(gram, n, m)));
            all.Add(statistics);
        }

        return new(Exceedance(Combined(all)), permutations, Math.Min(n, m), results);
    }

    /// <summary>Kernels that see differences of the mean, of wide and of narrow shape, scaled to the pooled points: what a test takes where nothing is known beforehand.</summary>
    /// <param name="x">The first sample, <c>[n, d]</c>.</param>
    /// <param name="y">The second sample, <c>[m, d]</c>, of the same element type and on the same device.</param>
    /// <param name="first">A kernel in place of the first; the inverse multiquadratic mixture around s² when <see langword="null"/>.</param>
    /// <returns>
    /// With s² twice the median squared distance of a point from the coordinates' medians, the typical squared distance of two points: the first kernel,
    /// the linear kernel, whose MMD² is ‖x̄ − ȳ‖², and a Gaussian and a Laplacian kernel with k = e⁻¹ at s/2.
    /// </returns>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit.</exception>
    public static IReadOnlyList<IKernel> DefaultKernels(Tensor x, Tensor y, IKernel? first = null)
    {
        Guard.CheckPair(x, nameof(x), y, nameof(y));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var pooled = cat([TensorData.Float64(x), TensorData.Float64(y)], 0);
        var centre = pooled.sort(0).Values[pooled.shape[0] / 2];
        var squares = (pooled - centre).Squared().sum(1);
        var typical = 2 * Scalars.Read(squares.median());

        // More than half of the points may coincide; where all do, any scale is as good.
        typical = typical > 0 ? typical : 2 * Scalars.Read(squares.mean());
        typical = typical > 0 && double.IsFinite(typical) ? typical : 1;
        return
        [
            first ?? new ImqKernel(typical),
            new LinearKernel(TensorData.ToArray(centre), typical),
            new RbfKernel(typical / 8),
            new LaplacianKernel(Math.Sqrt(typical) / 2),
        ];
    }

    /// <summary>The Gram matrix, filled a few rows at a time: kernels make intermediates as large as what they are asked for.</summary>
    private static Tensor Gram(IKernel kernel, Tensor pooled)
    {
        var n = pooled.shape[0];
        var gram = zeros([n, n], dtype: ScalarType.Float64, device: pooled.device);
        var block = Math.Max(1, KernelElements / n);
        for (long start = 0; start < n; start += block)
        {
            using var scope = NewDisposeScope();
            var end = Math.Min(n, start + block);
            var points = pooled.slice(0, start, end, 1);
            var rows = Guard.CheckGram(kernel.Gram(points, pooled), kernel, points, pooled);
            gram.slice(0, start, end, 1).copy_(rows);
        }

        return gram;
    }

    /// <summary>The given labelling, then B random ones: true for the points of x, <c>[rows, n + m]</c> each.</summary>
    private static List<Tensor> Labels(long n, long m, int permutations, Generator? generator)
    {
        var blocks = new List<Tensor> { HeldScalars.Range(n + m, CPU).IsBelow(n).unsqueeze(0) };
        var block = Math.Max(1, BlockElements / (n + m));
        for (long done = 0; done < permutations; done += block)
        {
            using var scope = NewDisposeScope();

            // The order of uniform numbers is a uniform permutation; ties have probability 1e-10.
            var order = rand([Math.Min(block, permutations - done), n + m], dtype: ScalarType.Float64, generator: generator).argsort(1);
            blocks.Add(order.IsBelow(n).MoveToOuterDisposeScope());
        }

        return blocks;
    }

    /// <summary>The statistic of each labelling.</summary>
    private static double[] Statistics(Tensor gram, long n, long m, List<Tensor> labels)
    {
        // Pairs of a point with itself never count.
        var diagonal = gram.diagonal();
        var rowSums = gram.sum(1) - diagonal;
        var total = Scalars.Read(rowSums.sum());
        var all = new List<double>();
        foreach (var rows in labels)
        {
            using var scope = NewDisposeScope();
            var ones = rows.to(ScalarType.Float64).to(gram.device);
            var within = (ones.mm(gram) * ones).sum(1) - ones.mv(diagonal);
            var first = ones.mv(rowSums);
            var across = first - within;
            var others = first.Times(-2).Plus(total).Plus(within);
            all.AddRange(TensorData.ToArray(within.Over((double)n * (n - 1)).Plus(others.Over((double)m * (m - 1))) - across.Times(2.0 / ((double)n * m))));
        }

        return [.. all];
    }

    private static void SnapTies(double[] statistics, double rounding)
    {
        foreach (ref var value in statistics.AsSpan(1))
        {
            value = Math.Abs(value - statistics[0]) <= rounding ? statistics[0] : value;
        }
    }

    /// <summary>The jackknife's standard error of MMD² over the points of both samples; NaN below three points on a side.</summary>
    private static double StandardError(Tensor gram, long n, long m)
    {
        if (Math.Min(n, m) < 3)
        {
            return double.NaN;
        }

        var diagonal = gram.diagonal();
        var toX = gram.slice(1, 0, n, 1).sum(1);
        var toY = gram.slice(1, n, n + m, 1).sum(1);
        double[] own = [.. TensorData.ToArray(toX.slice(0, 0, n, 1) - diagonal.slice(0, 0, n, 1)), .. TensorData.ToArray(toY.slice(0, n, n + m, 1) - diagonal.slice(0, n, n + m, 1))];
        double[] other = [.. TensorData.ToArray(toY.slice(0, 0, n, 1)), .. TensorData.ToArray(toX.slice(0, n, n + m, 1))];
        return Math.Sqrt(Variance(own.AsSpan(0, (int)n), other.AsSpan(0, (int)n), n, m) + Variance(own.AsSpan((int)n), other.AsSpan((int)n), m, n));

        static double Variance(ReadOnlySpan<double> own, ReadOnlySpan<double> other, double count, double others)
        {
            // Without point i the sum within loses 2·own_i and the one across other_i; what does not change with i drops out of the variance.
            var left = new double[own.Length];
            for (var i = 0; i < left.Length; i++)
            {
                left[i] = -2 * own[i] / ((count - 1) * (count - 2)) + 2 * other[i] / ((count - 1) * others);
            }

            var mean = left.Average();
            return (count - 1) / count * left.Sum(v => (v - mean) * (v - mean));
        }
    }

    private static KernelTest Summary(IKernel kernel, double[] statistics, double standardError)
    {
        var (_, deviation) = Moments(statistics.AsSpan(1));
        var ascending = statistics[1..];
        Array.Sort(ascending);

        // The smallest value that the observed one must exceed for p ≤ 5 %.
        var critical = ascending[Math.Min(ascending.Length - 1, (int)Math.Ceiling((1 - PowerLevel) * statistics.Length) - 1)];
        return new(kernel, statistics[0], standardError, deviation, Exceedance(statistics), SpecialFunctions.NormalCdf((statistics[0] - critical) / standardError));
    }

    /// <summary>log Σ_k exp(z_k) of each labelling. A kernel that no labelling changes adds the same to all.</summary>
    private static double[] Combined(List<double[]> statistics)
    {
        var moments = statistics.Select(values => Moments(values)).ToArray();
        var combined = new double[statistics[0].Length];
        for (var b = 0; b < combined.Length; b++)
        {
            var scores = statistics.Zip(moments, (values, own) => own.Deviation > 0 ? (values[b] - own.Mean) / own.Deviation : 0).ToArray();
            var largest = scores.Max();
            combined[b] = largest + Math.Log(scores.Sum(z => Math.Exp(z - largest)));
        }

        return combined;
    }

    private static double Exceedance(double[] statistics)
    {
        var extreme = 0;
        foreach (var value in statistics.AsSpan(1))
        {
            extreme += value >= statistics[0] ? 1 : 0;
        }

        return (1.0 + extreme) / statistics.Length;
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<double> values)
    {
        double mean = 0, squares = 0;
        foreach (var value in values)
        {
            mean += value / values.Length;
        }

        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return (mean, Math.Sqrt(squares / (values.Length - 1)));
    }

    /// <summary>k(x, y) = (x − c)ᵀ(y − c)/s, whose MMD² is ‖x̄ − ȳ‖²/s: all it sees is the mean.</summary>
    private sealed class LinearKernel(double[] centre, double scale) : IKernel
    {
        public Tensor Gram(Tensor x, Tensor y)
        {
            using var scope = NewDisposeScope();
            var c = TensorData.Like(centre, 1, centre.Length, x);
            return (x - c).mm((y - c).t()).Over(scale).MoveToOuterDisposeScope();
        }
    }
}

/// <summary>What one kernel of a permutation test sees.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Statistic">The unbiased estimate of MMD². It may be negative: under equal distributions it scatters around 0.</param>
/// <param name="StandardError">Its standard error by the jackknife over the points of both samples (too large, up to √2, where the distributions are equal); NaN below three points on a side.</param>
/// <param name="NullStandardDeviation">Standard deviation of the statistic over the relabellings: the scale on which the statistic is to be read where there may be no difference.</param>
/// <param name="PValue">The p-value of this kernel alone.</param>
/// <param name="Power">
/// Φ((MMD² − c)/standard error), c the 95 % quantile over the relabellings: about how often the test of this kernel alone would reject at 5 % if samples of these sizes were drawn anew and
/// the difference were the one estimated.
/// </param>
public sealed record KernelTest(IKernel Kernel, double Statistic, double StandardError, double NullStandardDeviation, double PValue, double Power);
