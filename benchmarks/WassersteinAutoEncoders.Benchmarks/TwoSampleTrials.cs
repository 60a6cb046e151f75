using System.Globalization;
using System.Text;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>How often the two-sample test rejects: its level where both samples come from the prior, its power where they do not, over all kernels and over one.</summary>
internal static class TwoSampleTrials
{
    private const int Dimension = 8;
    private const long Codes = 500;
    private const int Permutations = 199;
    private const double Level = 0.05;

    private static readonly (string Name, int Part, Func<Tensor, Tensor> Change)[] Rows =
    [
        ("none: the level", 1, x => x),
        ("a shift of 0.2 in one coordinate", 1, x => Moved(x, column => column.add_(0.2))),
        ("one coordinate 1.25 times as wide", 4, x => Moved(x, column => column.mul_(1.25))),
        ("an eighth of the codes drawn to 0.3 of their norm", 4, x =>
        {
            x.slice(0, 0, x.shape[0] / 8, 1).mul_(0.3);
            return x;
        }),
    ];

    /// <summary>The table.</summary>
    public static string Table(string command, int trials)
    {
        set_num_threads(1);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Level and power of the two-sample test\n\nWritten by `{command}` on {DateTime.UtcNow:yyyy-MM-dd}. {Codes} codes of {Dimension} dimensions against N(0, I), {Permutations} relabellings, level 5 %; seed 1. The same samples and relabellings for the first two columns of rates; a quarter as many trials for the last. In parentheses the standard error.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| difference | trials | rejected by the IMQ mixture alone, {Codes} prior samples | by all default kernels, {Codes} prior samples | by all, {3 * Codes} prior samples, as the diagnosis takes |\n| --- | ---: | ---: | ---: | ---: |\n");
        foreach (var (name, part, change) in Rows)
        {
            var count = Math.Max(1, trials / part);
            var row = $"| {name} | {count} | {string.Join(" | ", Rates(change, count))} |";
            Console.WriteLine(row);
            text.Append(row).Append('\n');
        }

        return text.ToString();
    }

    private static string[] Rates(Func<Tensor, Tensor> change, int trials)
    {
        var prior = new GaussianPrior(Dimension);
        var first = ImqKernel.ForPrior(prior);
        using var generator = new Generator(1);
        var (one, several, more, fewer) = (0, 0, 0, Math.Max(1, trials / 4));
        for (var t = 0; t < trials; t++)
        {
            using var scope = NewDisposeScope();
            var codes = change(prior.Sample(Codes, generator, dtype: float64));
            var samples = prior.Sample(Codes, generator, dtype: float64);
            var result = PermutationTest.Run(codes, samples, PermutationTest.DefaultKernels(codes, samples, first), Permutations, generator);
            one += result.Kernels[0].PValue <= Level ? 1 : 0;
            several += result.PValue <= Level ? 1 : 0;
            if (t < fewer)
            {
                samples = cat([samples, prior.Sample(2 * Codes, generator, dtype: float64)], 0);
                more += PermutationTest.Run(codes, samples, PermutationTest.DefaultKernels(codes, samples, first), Permutations, generator).PValue <= Level ? 1 : 0;
            }
        }

        return [Rate(one, trials), Rate(several, trials), Rate(more, fewer)];
    }

    private static string Rate(int rejected, int trials)
    {
        var rate = (double)rejected / trials;
        return string.Create(CultureInfo.InvariantCulture, $"{rate:0.000} ({Math.Sqrt(rate * (1 - rate) / trials):0.000})");
    }

    private static Tensor Moved(Tensor x, Action<Tensor> change)
    {
        change(x.select(1, 0));
        return x;
    }
}
