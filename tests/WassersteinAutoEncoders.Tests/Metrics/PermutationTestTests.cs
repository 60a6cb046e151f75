using TorchSharp;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Metrics;

public class PermutationTestTests
{
    private static readonly ImqKernel Kernel = ImqKernel.ForPrior(new GaussianPrior(2));

    [Theory]
    [InlineData(2, 2)]
    [InlineData(7, 4)]
    public void Statistic_is_the_unbiased_mmd_of_the_definition(int n, int m)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var x = randn([n, 2], dtype: float64, generator: generator);
        var y = randn([m, 2], dtype: float64, generator: generator) + 1;
        var expected = Mean(Kernel.Gram(x, x), true) + Mean(Kernel.Gram(y, y), true) - 2 * Mean(Kernel.Gram(x, y), false);
        Assert.Equal(expected, PermutationTest.Run(x, y, [Kernel], 19, generator).Statistic, Tolerances.Float64);
    }

    [Fact]
    public void False_positive_rate_is_the_level()
    {
        // 400 trials of equal distributions at 5 %, unequal sizes; the exact binomial bounds of the declared failure rate.
        const int trials = 400;
        var rejected = 0;
        double sum = 0;
        using var generator = new Generator(2);
        for (var t = 0; t < trials; t++)
        {
            using var scope = NewDisposeScope();
            var result = PermutationTest.Run(randn([40, 2], dtype: float64, generator: generator), randn([50, 2], dtype: float64, generator: generator), [Kernel], 199, generator);
            rejected += result.PValue <= 0.05 ? 1 : 0;
            sum += result.PValue;
        }

        var (lower, upper) = BinomialBounds(trials, 0.05, Tolerances.FailureRate);
        Assert.InRange(rejected, lower, upper);

        // p-values are uniform on {1/200, …, 1}: mean 0.5025, variance 1/12.
        Assert.Equal(0.5025, sum / trials, Tolerances.FailureSigmas * Math.Sqrt(1 / 12.0 / trials));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_mean_shift_of_0_3_is_detected_at_500_points(ulong seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed);
        var prior = new GaussianPrior(2);
        var shifted = prior.Sample(500, generator, dtype: float64);
        shifted.select(1, 0).add_(0.3);
        var result = PermutationTest.Run(shifted, prior.Sample(500, generator, dtype: float64), [Kernel], generator: generator);
        Assert.True(result.PValue <= 0.05, $"p = {result.PValue}");
        Assert.True(result.Statistic > 2 * result.NullStandardDeviation);
        Assert.Equal(PermutationTest.DefaultPermutations, result.Permutations);
    }

    [Fact]
    public void Null_standard_deviation_is_that_of_fresh_samples()
    {
        // Relabelling imitates drawing anew: both standard deviations estimate the same number, here to about 10 %.
        const int trials = 100;
        using var generator = new Generator(5);
        var fresh = new List<double>();
        double relabelled = 0;
        for (var t = 0; t < trials; t++)
        {
            using var scope = NewDisposeScope();
            var result = PermutationTest.Run(randn([50, 2], dtype: float64, generator: generator), randn([50, 2], dtype: float64, generator: generator), [Kernel], 49, generator);
            fresh.Add(result.Statistic);
            relabelled += result.NullStandardDeviation / trials;
        }

        var mean = fresh.Average();
        var deviation = Math.Sqrt(fresh.Sum(v => (v - mean) * (v - mean)) / (trials - 1));
        Assert.InRange(relabelled / deviation, 0.5, 2);
        Assert.Equal(0, mean, Tolerances.FailureSigmas * deviation / Math.Sqrt(trials));
    }

    [Fact]
    public void Several_kernels_together_keep_the_level()
    {
        // Kernels that are scaled to the pooled points; 400 trials of equal distributions at 5 %, unequal sizes.
        const int trials = 400;
        var rejected = 0;
        using var generator = new Generator(3);
        for (var t = 0; t < trials; t++)
        {
            using var scope = NewDisposeScope();
            rejected += PermutationTest.Run(randn([40, 3], dtype: float64, generator: generator), randn([30, 3], dtype: float64, generator: generator), null, 99, generator).PValue <= 0.05 ? 1 : 0;
        }

        var (lower, upper) = BinomialBounds(trials, 0.05, Tolerances.FailureRate);
        Assert.InRange(rejected, lower, upper);
    }

    /// <summary>Codes of which an eighth lie in a small ball: a wide kernel hardly sees it, a narrow one does, and so do all together.</summary>
    [Fact]
    public void Several_kernels_see_what_one_wide_kernel_misses()
    {
        const int trials = 20;
        var (wide, several) = (0, 0);
        for (ulong seed = 0; seed < trials; seed++)
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(seed);
            var x = randn([200, 2], dtype: float64, generator: generator);
            x.slice(0, 0, 25, 1).mul_(0.1);
            var y = randn([200, 2], dtype: float64, generator: generator);
            wide += PermutationTest.Run(x, y, [new RbfKernel(20)], 99, generator).PValue <= 0.05 ? 1 : 0;
            several += PermutationTest.Run(x, y, null, 99, generator).PValue <= 0.05 ? 1 : 0;
        }

        Assert.True(several >= wide + trials / 4, $"{several} against {wide} of {trials}");
    }

    [Fact]
    public void The_linear_kernel_of_the_defaults_sees_the_difference_of_the_means()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var x = randn([7, 3], dtype: float64, generator: generator) + 1000;
        var y = randn([5, 3], dtype: float64, generator: generator) + 1001;
        var kernel = PermutationTest.DefaultKernels(x, y)[1];
        var biased = kernel.Gram(x, x).mean() + kernel.Gram(y, y).mean() - kernel.Gram(x, y).mean() * 2;
        var ratio = biased / (x.mean([0L]) - y.mean([0L])).square().sum();
        var pooled = cat([x, y], 0);
        var typical = 2 * (pooled - pooled.sort(0).Values[6]).square().sum(1).median().ToDouble();
        Assert.Equal(1 / typical, ratio.ToDouble(), Tolerances.Float64);
    }

    /// <summary>Both against the scatter over samples drawn anew, whose standard deviation 300 trials tell to about 4 %.</summary>
    [Fact]
    public void Standard_error_and_power_are_those_of_fresh_samples()
    {
        const int trials = 300;
        using var generator = new Generator(6);
        var statistics = new List<double>();
        double error = 0, power = 0;
        var rejected = 0;
        for (var t = 0; t < trials; t++)
        {
            using var scope = NewDisposeScope();
            var x = randn([60, 2], dtype: float64, generator: generator) + 0.6;
            var result = PermutationTest.Run(x, randn([80, 2], dtype: float64, generator: generator), [Kernel], 99, generator).Kernels[0];
            statistics.Add(result.Statistic);
            error += result.StandardError / trials;
            power += result.Power / trials;
            rejected += result.PValue <= 0.05 ? 1 : 0;
        }

        var mean = statistics.Average();
        var deviation = Math.Sqrt(statistics.Sum(v => (v - mean) * (v - mean)) / (trials - 1));
        Assert.Equal(1, error / deviation, 0.2);
        Assert.InRange(rejected, trials * 9 / 10, trials);
        Assert.InRange(power, 0.85, 1);
    }

    [Fact]
    public void Extreme_samples_have_the_extreme_p_values()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var x = randn([50, 2], dtype: float64, generator: generator);
        Assert.Equal(1.0 / 400, PermutationTest.Run(x, x + 100, [Kernel], generator: generator).PValue);

        // All relabellings of equal points are ties, whatever the rounding.
        Assert.Equal(1, PermutationTest.Run(x, x.slice(0, 0, 1, 1).expand(50, 2), [new Constant()], 99, generator).PValue);
        var line = tensor(new[] { 0.1, 0.7 }).reshape(2, 1);
        var (left, right) = (line.expand(2, 2), line.expand(2, 2) + 3);
        Assert.True(PermutationTest.Run(left, right, [Kernel], 199, generator).PValue > 0.2, "a third of all splits of 2 + 2 points is the observed one");
    }

    [Fact]
    public void A_seed_fixes_the_result_and_float32_agrees()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(9);
        var x = randn([30, 2], generator: generator);
        var y = randn([30, 2], generator: generator);
        PermutationTest Run(Tensor a, Tensor b)
        {
            using var seeded = new Generator(10);
            return PermutationTest.Run(a, b, [Kernel], 99, seeded);
        }

        Assert.Equal(Run(x, y).Kernels, Run(x, y).Kernels);
        Assert.Equal(Run(x, y).PValue, Run(x.to(float64), y.to(float64)).PValue);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>("y", () => PermutationTest.Run(zeros(4, 2), zeros(4, 3), [Kernel]));
        Assert.Throws<ArgumentException>("x", () => PermutationTest.Run(zeros(1, 2), zeros(4, 2), [Kernel]));
        Assert.Throws<ArgumentException>("y", () => PermutationTest.Run(zeros(4, 2), full([4, 2], float.NaN), [Kernel]));
        Assert.Throws<ArgumentException>("kernel", () => PermutationTest.Run(zeros(4, 2), zeros(4, 2), [new Broken()]));
        Assert.Throws<ArgumentException>("kernels", () => PermutationTest.Run(zeros(4, 2), zeros(4, 2), [new Constant(double.NaN)]));
        Assert.Throws<ArgumentException>("kernels", () => PermutationTest.Run(zeros(4, 2), zeros(4, 2), [null!]));
        Assert.Throws<ArgumentException>("kernels", () => PermutationTest.Run(zeros(4, 2), zeros(4, 2), []));
        Assert.Throws<ArgumentOutOfRangeException>("permutations", () => PermutationTest.Run(zeros(4, 2), zeros(4, 2), [Kernel], 18));
    }

    internal static (int Lower, int Upper) BinomialBounds(int trials, double p, double failureRate)
    {
        double Log(int k) => SpecialFunctions.LogGamma(trials + 1) - SpecialFunctions.LogGamma(k + 1) - SpecialFunctions.LogGamma(trials - k + 1) + k * Math.Log(p) + (trials - k) * Math.Log(1 - p);
        int lower = 0, upper = trials;
        for (double tail = Math.Exp(Log(0)); tail <= failureRate / 2; tail += Math.Exp(Log(++lower))) { }

        for (double tail = Math.Exp(Log(trials)); tail <= failureRate / 2; tail += Math.Exp(Log(--upper))) { }

        return (lower, upper);
    }

    private static double Mean(Tensor gram, bool same)
    {
        var values = TensorData.ToArray(gram);
        var m = (int)gram.shape[1];
        return values.Where((_, i) => !same || i / m != i % m).Average();
    }

    private sealed class Constant(double value = 1) : IKernel
    {
        public Tensor Gram(Tensor x, Tensor y) => full([x.shape[0], y.shape[0]], value, dtype: x.dtype);
    }

    private sealed class Broken : IKernel
    {
        public Tensor Gram(Tensor x, Tensor y) => zeros([x.shape[0]], dtype: x.dtype);
    }
}
