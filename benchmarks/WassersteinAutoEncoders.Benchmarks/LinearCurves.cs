using System.Diagnostics;
using System.Globalization;
using System.Text;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>Time and memory of divergences against the number of codes, value and gradient on one thread.</summary>
internal static class LinearCurves
{
    private const long Dimension = 8;
    private const int ComparedAt = 32_768;
    private const double Target = 40;

    private static readonly (string Name, int Most, Func<ILatentDivergence> Make)[] Rows =
    [
        ("MMD, IMQ mixture of 7, all pairs", ComparedAt, () => new MmdDivergence(ImqKernel.ForPrior(new GaussianPrior(Dimension)), MmdEstimator.Unbiased)),
        ("sliced energy, 50 directions", 1_048_576, () => new SlicedEnergyDivergence(SliceDirections.Random(50, 1))),
        ("sliced Epps–Pulley, 50 directions", 1_048_576, () => new SlicedEppsPulleyDivergence(SliceDirections.Random(50, 1))),
        ("sliced Wasserstein, 50 directions", 1_048_576, () => new SlicedWassersteinDivergence(SliceDirections.Random(50, 1))),
        ("Bures against N(0, I)", 1_048_576, () => new BuresDivergence()),
    ];

    /// <summary>The tables, and whether the target is reached.</summary>
    public static (string Text, bool Reached) Tables(string command, TimeSpan budget)
    {
        set_num_threads(1);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Divergences against the number of codes\n\nWritten by `{command}` on {DateTime.UtcNow:yyyy-MM-dd}.\nMachine: {Report.Processor()}, {Environment.ProcessorCount} logical processors; .NET {Environment.Version}; libtorch {torch.__version__}. float32, d = {Dimension}, as many prior samples as codes, one thread, value and gradient. The machine was shared: times are medians of turns.\n\n");
        var ratios = Compared(text, budget);
        Curves(text, budget);
        return (text.ToString(), ratios.All(ratio => ratio >= Target));
    }

    /// <summary>All of them in turns at one size.</summary>
    private static double[] Compared(StringBuilder text, TimeSpan budget)
    {
        var medians = Turns.Medians([.. Rows.Select(row => Work(row.Make(), ComparedAt))], budget * 4);
        text.Append(CultureInfo.InvariantCulture, $"| n = {ComparedAt:N0}, in turns | ms | times as fast as the first | target |\n| --- | ---: | ---: | --- |\n");
        for (var i = 0; i < Rows.Length; i++)
        {
            var ratio = medians[0] / medians[i];
            var verdict = i is 1 or 2 ? $"≥ {Target} {(ratio >= Target ? "✓" : "✗ not reached")}" : "";
            text.Append(CultureInfo.InvariantCulture, $"| {Rows[i].Name} | {medians[i] * 1e3:0.0} | {ratio:0.0} | {verdict} |\n");
            Console.WriteLine($"{Rows[i].Name}: {medians[i] * 1e3:0.0} ms, {ratio:0.0} {verdict}");
        }

        return [medians[0] / medians[1], medians[0] / medians[2]];
    }

    private static void Curves(StringBuilder text, TimeSpan budget)
    {
        text.Append("\nMilliseconds; in parentheses what the process holds more at its peak than before, in MiB, sampled every millisecond. Slope: of log time over log n from 16,384 codes on (for the MMD from 4,096).\n\n| n |");
        text.Append(string.Concat(Rows.Select(row => $" {row.Name} |"))).Append("\n| ---: |").Append(string.Concat(Rows.Select(_ => " ---: |"))).Append('\n');
        var times = Rows.Select(_ => new List<(double N, double Seconds)>()).ToArray();
        for (var n = 64; n <= 1_048_576; n *= 4)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {n:N0} |");
            for (var i = 0; i < Rows.Length; i++)
            {
                if (n > Rows[i].Most)
                {
                    text.Append(" – |");
                    continue;
                }

                var work = Work(Rows[i].Make(), n);
                var mebibytes = Peak(work);
                var seconds = Turns.Medians([work], budget);
                times[i].Add((n, seconds[0]));
                text.Append(CultureInfo.InvariantCulture, $" {seconds[0] * 1e3:0.000} ({mebibytes:0}) |");
                Console.WriteLine($"{n} {Rows[i].Name}: {seconds[0] * 1e3:0.000} ms");
            }

            text.Append('\n');
        }

        text.Append("| slope |").Append(string.Concat(times.Select((row, i) => string.Create(CultureInfo.InvariantCulture, $" {Slope([.. row.Where(p => p.N >= (i == 0 ? 4096 : 16_384))]):0.00} |")))).Append('\n');
    }

    /// <summary>Least squares of log time on log n.</summary>
    private static double Slope((double N, double Seconds)[] points)
    {
        var (x, y) = (points.Average(p => Math.Log(p.N)), points.Average(p => Math.Log(p.Seconds)));
        return points.Sum(p => (Math.Log(p.N) - x) * (Math.Log(p.Seconds) - y)) / points.Sum(p => Math.Pow(Math.Log(p.N) - x, 2));
    }

    private static double Peak(Action work)
    {
        using var process = Process.GetCurrentProcess();
        work();
        GC.Collect();
        process.Refresh();
        var (before, most) = (process.WorkingSet64, process.WorkingSet64);
        using var stop = new ManualResetEventSlim();
        var watch = new Thread(() =>
        {
            using var self = Process.GetCurrentProcess();
            while (!stop.Wait(1))
            {
                self.Refresh();
                most = Math.Max(most, self.WorkingSet64);
            }
        });
        watch.Start();
        work();
        stop.Set();
        watch.Join();
        return (most - before) / 1048576.0;
    }

    private static Action Work(ILatentDivergence divergence, long n)
    {
        var encoded = randn(n, Dimension, requires_grad: true);
        var prior = new PriorSamples(randn(n, Dimension), new GaussianPrior(Dimension));
        return () =>
        {
            using var scope = NewDisposeScope();
            encoded.grad = null;
            divergence.Evaluate(encoded, prior).backward();
        };
    }
}
