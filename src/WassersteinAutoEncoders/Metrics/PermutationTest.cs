using TorchSharp;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Numerics;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>The permutation two-sample test on the maximum mean discrepancy: are two sets of points drawn from one distribution?</summary>
/// <remarks>
/// <para>
/// Statistic: the unbiased MMD² = Σ_{i≠j} k(x_i, x_j)/(n(n−1)) + Σ_{i≠j} k(y_i, y_j)/(m(m−1)) − 2Σ_ij k(x_i, y_j)/(nm)
/// (Gretton et al., A Kernel Two-Sample Test, JMLR 2012, equation 3). Under equal distributions every relabelling of the n + m
/// points is equally likely, so p = (1 + #{statistic ≥ observed})/(1 + B) is valid in finite samples: P(p ≤ α) ≤ α for
/// every kernel, and = α where α(1 + B) is whole and ties have probability 0.
/// </para>
/// <para>
/// The Gram matrix of the pooled points is evaluated once; each relabelling is one row of a 0/1 matrix S, and all
/// statistics come from one product S·K: O(B·(n+m)²) time, O((n+m)²) memory, in float64.
/// </para>
/// </remarks>
public static class PermutationTest
{
    /// <summary>The default number of relabellings: 399, for which 5 % and 1 % tests are exact.</summary>
    public const int DefaultPermutations = 399;

    private const long BlockElements = 4_000_000;
    private const long KernelElements = 250_000;

    /// <summary>Runs the test.</summary>
    /// <param name="x">The first sample, <c>[n, d]</c> with n ≥ 2, float32 or float64, finite.</param>
    /// <param name="y">The second sample, <c>[m, d]</c> with m ≥ 2, of the same element type and on the same device.</param>
    /// <param name="kernel">The kernel; characteristic ones (<c>ImqKernel</c>, <c>RbfKernel</c>) see every difference.</param>
    /// <param name="permutations">B, from 19 up (the least that can reject at 5 %); 399 by default.</param>
    /// <param name="generator">The CPU generator that relabellings are drawn from; the global one when <see langword="null"/>.</param>
    /// <returns>The statistic, its p-value and its scale.</returns>
    /// <exception cref="ArgumentException">Shapes, element types or devices do not fit, a sample is too small, or a value or the kernel is not finite.</exception>
    public static PermutationTestResult Run(Tensor x, Tensor y, IKernel kernel, int permutations = DefaultPermutations, Generator? generator = null)
    {
        Guard.CheckPair(x, nameof(x), y, nameof(y));
        ArgumentNullException.ThrowIfNull(kernel);
        Guard.CheckAtLeast(permutations, 19);
        Guard.CheckGenerator(generator, nameof(generator));
        var (n, m) = (x.shape[0], y.shape[0]);
        if (n < 2 || m < 2)
        {
            throw new ArgumentException($"Expected at least 2 points on each side, but there are {n} and {m}. Pass more points.", n < 2 ? nameof(x) : nameof(y));
        }

        Guard.CheckFiniteValues(x, nameof(x));
        Guard.CheckFiniteValues(y, nameof(y));

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var pooled = cat([TensorData.Float64(x), TensorData.Float64(y)], 0);
        var gram = Gram(kernel, pooled);
        var statistics = Statistics(gram, n, m, permutations, generator);
        if (!double.IsFinite(statistics[0]))
        {
            throw new ArgumentException("Expected finite kernel values, but the statistic is not finite. Check the kernel's scale against the points.", nameof(kernel));
        }

        return Summarise(statistics, Math.Min(n, m), Math.Abs(gram.mean().ToDouble()) + Math.Abs(gram.diagonal().mean().ToDouble()));
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

    /// <summary>The statistic of the given labelling, then of B random ones.</summary>
    private static double[] Statistics(Tensor gram, long n, long m, int permutations, Generator? generator)
    {
        // Pairs of a point with itself never count.
        var diagonal = gram.diagonal();
        var rowSums = gram.sum(1) - diagonal;
        var total = rowSums.sum().ToDouble();
        var all = new List<double>(permutations + 1);
        var identity = cat([ones(n, dtype: ScalarType.Float64), zeros(m, dtype: ScalarType.Float64)], 0);
        all.AddRange(Evaluate(identity.unsqueeze(0).to(gram.device)));
        var block = Math.Max(1, BlockElements / (n + m));
        for (long done = 0; done < permutations; done += block)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(block, permutations - done);

            // The order of uniform numbers is a uniform permutation; ties have probability 1e-10.
            var order = rand([count, n + m], dtype: ScalarType.Float64, generator: generator).argsort(1);
            all.AddRange(Evaluate(order.lt(n).to(ScalarType.Float64).to(gram.device)));
        }

        return [.. all];

        double[] Evaluate(Tensor labels)
        {
            using var scope = NewDisposeScope();
            var within = (labels.mm(gram) * labels).sum(1) - labels.mm(diagonal.unsqueeze(1)).squeeze(1);
            var first = labels.mm(rowSums.unsqueeze(1)).squeeze(1);
            var across = first - within;
            var others = total - 2 * first + within;
            return TensorData.ToArray(within / ((double)n * (n - 1)) + others / ((double)m * (m - 1)) - across * (2.0 / ((double)n * m)));
        }
    }

    private static PermutationTestResult Summarise(double[] statistics, long count, double scale)
    {
        // The same split found again differs by rounding only, and must count as a tie.
        var threshold = statistics[0] - 1e-12 * scale;
        var permutations = statistics.Length - 1;
        var extreme = 0;
        double sum = 0, squares = 0;
        foreach (var value in statistics.AsSpan(1))
        {
            extreme += value >= threshold ? 1 : 0;
            sum += value;
            squares += value * value;
        }

        var mean = sum / permutations;
        var deviation = Math.Sqrt(Math.Max(0, squares / permutations - mean * mean) * permutations / (permutations - 1.0));
        return new(statistics[0], (1.0 + extreme) / (1 + permutations), permutations, deviation, count);
    }
}

/// <summary>The outcome of a permutation two-sample test.</summary>
/// <param name="Statistic">The unbiased estimate of MMD². It may be negative: under equal distributions it scatters around 0.</param>
/// <param name="PValue">(1 + number of relabellings with a statistic at least as large)/(1 + <paramref name="Permutations"/>), in (0, 1].</param>
/// <param name="Permutations">B, how many relabellings were drawn.</param>
/// <param name="NullStandardDeviation">Standard deviation of the statistic over the relabellings: the scale on which the statistic is to be read.</param>
/// <param name="Count">Points a side that were tested (the smaller side).</param>
public sealed record PermutationTestResult(double Statistic, double PValue, int Permutations, double NullStandardDeviation, long Count);
