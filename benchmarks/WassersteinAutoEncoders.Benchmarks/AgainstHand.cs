using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Optimizers;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>The library against the same work by hand over TorchSharp, and against the floor, the networks alone.</summary>
internal static class AgainstHand
{
    private const int Z = 8;
    private const double StepTarget = 1.3;

    private static readonly (int N, int D, double? Target)[] Sizes = [(128, 8, 18), (1024, 8, null), (1024, 64, 8), (4096, 8, 200), (4096, 64, 60)];

    /// <summary>Everything, as Markdown; the second result says whether every target was reached.</summary>
    public static (string Text, bool Reached) Tables(string command, TimeSpan budget)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Against TorchSharp by hand, and the floor\n\nWritten by `{command}` on {DateTime.UtcNow:yyyy-MM-dd}.\n");
        text.Append(CultureInfo.InvariantCulture, $"Machine: {Report.Processor()}, {Environment.ProcessorCount} logical processors; {RuntimeInformation.OSDescription.Trim()}; .NET {Environment.Version}; libtorch {__version__} on both sides, in one process; {Load()}.\n\n");
        text.Append("Medians; the rows of a table take turns in one run. Times depend on the machine, ratios less so.\n\n");
        var reached = true;
        foreach (var threads in (int[])[1, 2])
        {
            set_num_threads(threads);
            // The step first: what has allocated large blocks before changes how fast the allocator is.
            reached &= Steps(text, threads, budget);
            reached &= Mmds(text, threads, budget);
        }

        return (text.ToString(), reached);
    }

    private static bool Steps(StringBuilder text, int threads, TimeSpan budget)
    {
        var batch = rand(128, 784);
        List<(string Name, Action Work)> rows =
        [
            ("networks alone, forward and backward", TorchSharpPeer.Networks(batch, null)),
            ("networks and `torch.optim.Adam`", TorchSharpPeer.Networks(batch, p => { var adam = optim.Adam(p); return () => adam.step(); })),
            ("networks and `OptimizerFactory.Adam`", TorchSharpPeer.Networks(batch, p => OptimizerFactory.Adam().Create([.. p.Select((q, i) => ($"{i}", q))]).Step)),
            ("step with `WaeTrainer`", Trainer(batch, OptimizerFactory.Adam())),
            ("step with `WaeTrainer`, `OptimizerFactory.Of` with `torch.optim.Adam`", Trainer(batch, OptimizerFactory.Of(p => optim.Adam(p)))),
            ("step by hand", TorchSharpPeer.Step(batch, Z)),
        ];
        var medians = Turns.Medians([.. rows.Select(r => r.Work)], budget * rows.Count);
        var table = Turns.Table($"MLP 784-200-200-200-8 and back, batch 128, {Threads(threads)}", [.. rows.Select(r => r.Name)], medians);
        var (floor, hand) = (medians[3] / medians[0], medians[^1] / medians[3]);
        var reached = threads > 1 || floor <= StepTarget;
        text.Append(table).Append(CultureInfo.InvariantCulture, $"\n`WaeTrainer`'s step takes {floor:0.00} times the networks alone{(threads > 1 ? "" : $" (target: at most {StepTarget}, {(reached ? "reached" : "not reached")})")}; by hand takes {hand:0.00} times `WaeTrainer`'s step.\n\n");
        Console.WriteLine(table);
        return reached;
    }

    private static bool Mmds(StringBuilder text, int threads, TimeSpan budget)
    {
        const string head = "| MMD, IMQ mixture of 7, value and gradient, {0} | by hand, ms | ours, ms | ratio | target |\n| --- | ---: | ---: | ---: | --- |\n";
        text.AppendFormat(CultureInfo.InvariantCulture, head, Threads(threads));
        var reached = true;
        foreach (var (n, d, target) in Sizes)
        {
            var (q, p) = (randn(n, d, requires_grad: true), randn(n, d));
            var divergence = new MmdDivergence(ImqKernel.ForPrior(new GaussianPrior(d)), MmdEstimator.Unbiased);
            var prior = new PriorSamples(p, new GaussianPrior(d));
            var medians = Turns.Medians(
                [() => TorchSharpPeer.MmdValueAndGradient(q, p, 2.0 * d), () => ValueAndGradient(divergence, q, prior)], budget);
            var ratio = medians[0] / medians[1];
            var judged = threads == 1 ? target : null;
            reached &= !(ratio < judged);
            var row = string.Create(CultureInfo.InvariantCulture, $"| n = {n}, d = {d} | {medians[0] * 1e3:0.000} | {medians[1] * 1e3:0.000} | {ratio:0.0} | {(judged is { } t ? $"≥ {t:0.##} {(ratio >= t ? "✓" : "✗ not reached")}" : "")} |\n");
            text.Append(row);
            Console.Write(row);
        }

        text.Append('\n');
        return reached;
    }

    private static void ValueAndGradient(ILatentDivergence divergence, Tensor q, PriorSamples prior)
    {
        using var scope = NewDisposeScope();
        q.grad = null;
        divergence.Evaluate(q, prior).backward();
    }

    private static Action Trainer(Tensor batch, IOptimizerFactory optimizer)
    {
        var (encoder, decoder) = Networks.Mlp(Z);
        var prior = new GaussianPrior(Z);
        var options = new WaeTrainerOptions { Cost = new SquaredErrorCost(factor: 0.05), Lambda = 10, Optimizer = optimizer };
        var trainer = new WaeTrainer(encoder, decoder, prior, new MmdDivergence(ImqKernel.ForPrior(prior), MmdEstimator.Unbiased), options);
        return () =>
        {
            using var scope = NewDisposeScope();
            trainer.Step(batch);
        };
    }

    /// <summary>What else the machine does decides most of the times on two threads: OpenMP's threads wait for each other, by default without giving up the processor.</summary>
    private static string Load()
    {
        const string file = "/proc/loadavg";
        var load = File.Exists(file) ? $"load of the machine at the start {File.ReadAllText(file).Split(' ')[0]}" : "load of the machine unknown";
        return $"{load}; OMP_WAIT_POLICY {Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? "not set"}";
    }

    private static string Threads(int count) => count == 1 ? "one thread" : $"{count} threads";
}
