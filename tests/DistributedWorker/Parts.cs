using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistributedWorker;

/// <summary>What one of p processes computes for a divergence, by their number: the others are made up, with the same rows, so that nothing waits and nothing is sent.</summary>
internal static class Parts
{
    private static readonly (string Name, Func<ILatentDivergence> Make)[] Divergences =
    [
        ("MMD", () => new MmdDivergence()),
        ("Cramér–Wold", () => new CramerWoldDivergence()),
        ("Stein", () => new SteinDivergence()),
        ("sliced Wasserstein", () => new SlicedWassersteinDivergence()),
        ("sliced Wasserstein, prior integrated out", () => new IntegratedSlicedWassersteinDivergence()),
        ("sliced energy", () => new SlicedEnergyDivergence()),
        ("sliced Epps–Pulley", () => new SlicedEppsPulleyDivergence()),
        ("max-sliced", () => new MaxSlicedWassersteinDivergence()),
        ("Bures", () => new BuresDivergence()),
        ("Bures, spectrum", () => new BuresSpectrumDivergence()),
        ("Sinkhorn", () => new SinkhornDivergence()),
    ];

    /// <summary>A row a divergence: processor time of a step of one process with all rows and of one of 2, 4 and 8 with its part, encoder and decoder a matrix each.</summary>
    public static void Table(int batch, int dimension, double seconds)
    {
        int[] sizes = [1, 2, 4, 8];
        Console.WriteLine($"n = {batch}, d = {dimension}, one thread\n| divergence | {string.Join(" | ", sizes.Select(p => $"p = {p}"))} |\n| --- |{string.Concat(sizes.Select(_ => " --- |"))}");
        foreach (var (name, make) in Divergences)
        {
            var times = sizes.Select(p => Step(make(), batch, dimension, p, seconds)).ToList();
            var cells = times.Select((t, i) => i == 0 ? Text(t) + " ms" : $"{Text(t)} ms, {(times[0] / t).ToString("F1", CultureInfo.InvariantCulture)}");
            Console.WriteLine($"| {name} | {string.Join(" | ", cells)} |");
        }
    }

    private static string Text(double milliseconds) => milliseconds.ToString("F2", CultureInfo.InvariantCulture);

    private static double Step(ILatentDivergence divergence, int batch, int dimension, int size, double seconds)
    {
        using var generator = new Generator(1);
        using var encoder = Linear(dimension, dimension);
        using var decoder = Linear(dimension, dimension);
        using var data = randn(batch / size, dimension, generator: generator);
        using var trainer = new WaeTrainer(encoder, decoder, new GaussianPrior(dimension), divergence, new WaeTrainerOptions { Processes = new Alike(size) });
        for (var i = 0; i < 3; i++)
        {
            trainer.Step(data);
        }

        // Processor time, which other programs do not change much.
        var (steps, busy) = (0, Environment.CpuUsage.TotalTime);
        for (var clock = Stopwatch.StartNew(); steps < 5 || clock.Elapsed.TotalSeconds < seconds; steps++)
        {
            trainer.Step(data);
        }

        return (Environment.CpuUsage.TotalTime - busy).TotalMilliseconds / steps;
    }

    /// <summary>Processes that all have what this one has.</summary>
    private sealed class Alike(int size) : IProcessGroup
    {
        public int Rank => 0;

        public int Size => size;

        public void Sum<T>(Span<T> values)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var factor = T.CreateTruncating(size);
            foreach (ref var value in values)
            {
                value *= factor;
            }
        }

        public void Gather<T>(ReadOnlySpan<T> own, ReadOnlySpan<int> counts, Span<T> all)
            where T : unmanaged
        {
            for (var place = 0; place < all.Length; place += own.Length)
            {
                own.CopyTo(all[place..]);
            }
        }

        public void Broadcast<T>(Span<T> values)
            where T : unmanaged
        {
        }
    }
}
