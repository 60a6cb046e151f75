using System.Diagnostics;
using System.Globalization;
using WassersteinAutoEncoders.Distributed;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Checkpoints;
using WassersteinAutoEncoders.Training.Data;
using WassersteinAutoEncoders.Training.Observers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistributedWorker;

/// <summary>What a process does, with others or alone.</summary>
internal static class Work
{
    private const int Width = 6, Dimension = 2;

    /// <summary>What is compared; the second with batch normalization over all processes.</summary>
    private static readonly (string Name, Func<ILatentDivergence> Make)[] Divergences =
    [
        ("MMD", () => new MmdDivergence()),
        ("sliced energy, normalized", () => new SlicedEnergyDivergence()),
        ("adversarial", () => new AdversarialDivergence(Filled(Critics.Mlp(Dimension, units: 6, hiddenLayers: 2, dtype: ScalarType.Float64), 7))),
        ("sliced", () => new SlicedWassersteinDivergence(SliceDirections.Random(10, 3))),
        ("Sinkhorn", () => new SinkhornDivergence()),
        ("Cramér–Wold", () => new CramerWoldDivergence()),
        ("Bures", () => new BuresDivergence()),
    ];

    /// <summary>Trains 50 steps with each of the first divergences; process 0 writes losses and weights, a line each.</summary>
    public static void Compare(MpiProcesses? processes, string output, int count)
    {
        var lines = new List<string>();
        foreach (var (name, make) in Divergences.Take(count))
        {
            var values = Trained(processes, make(), 10, normalized: name.EndsWith("normalized", StringComparison.Ordinal));
            lines.Add($"{name}\t{string.Join(' ', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}");
        }

        if (processes is null or { Rank: 0 })
        {
            File.WriteAllLines(output, lines);
        }
    }

    /// <summary>Every exchange against what it should give, for many lengths.</summary>
    public static void Exchange(MpiProcesses processes)
    {
        var (rank, p) = (processes.Rank, processes.Size);
        foreach (var length in (int[])[0, 1, 2, p - 1, p, p + 1, 16 * p, 16 * p + 1, 1000, 1001, 65_537])
        {
            static double Value(int rank, int i) => Math.Sin(1 + rank * 31 + i * 0.7);
            var doubles = Enumerable.Range(0, length).Select(i => Value(rank, i)).ToArray();
            processes.Sum(doubles.AsSpan());
            var floats = Enumerable.Range(0, length).Select(i => (float)Value(rank, i)).ToArray();
            processes.Sum(floats.AsSpan());
            int[] counts = [.. Enumerable.Range(0, p).Select(r => length * (r + 1) % 7)];
            var all = new int[counts.Sum()];
            processes.Gather<int>([.. Enumerable.Range(0, counts[rank]).Select(i => rank * 1000 + i)], counts, all);
            long[] broadcast = [.. Enumerable.Range(0, length).Select(i => rank == 0 ? i : -1L)];
            processes.Broadcast(broadcast.AsSpan());
            for (var i = 0; i < length; i++)
            {
                var (sum, single) = (0.0, 0f);
                for (var r = 0; r < p; r++)
                {
                    (sum, single) = (sum + Value(r, i), single + (float)Value(r, i));
                }

                Require(doubles[i] == sum && floats[i] == single && broadcast[i] == i, $"length {length}, element {i}");
            }

            Require(all.SequenceEqual(Enumerable.Range(0, p).SelectMany(r => Enumerable.Range(0, counts[r]).Select(i => r * 1000 + i))), $"gathering of {all.Length}");
        }

        var wrong = false;
        try
        {
            processes.Gather<int>([1], [.. Enumerable.Repeat(2, p)], new int[2 * p]);
        }
        catch (ArgumentException)
        {
            wrong = true;
        }

        Require(wrong, "a wrong count is refused");
    }

    /// <summary>Trains with checkpoints after each step, from the newest on; process 0 writes the weights at the end.</summary>
    public static void Train(MpiProcesses processes, string folder, string output, int epochs, int pause)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{processes.Rank}.pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        var values = Trained(processes, new MmdDivergence(), epochs, folder, pause);
        if (processes.Rank == 0)
        {
            File.WriteAllText(output, string.Join(' ', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture))));
        }
    }

    /// <summary>Process 1 fails in one of several places.</summary>
    public static void Fail(MpiProcesses processes, string where, string folder)
    {
        var guilty = processes.Rank == 1;
        if (where == "unheard" && guilty)
        {
            HoldManager();
        }

        if (where is "before" or "unheard" && guilty)
        {
            throw new InvalidOperationException("process 1 has no data");
        }

        Trained(processes, new MmdDivergence(), 1000, folder, 0, [new Failing(guilty ? where : "")]);
    }

    /// <summary>Stops the process manager, which started this process, for a second and a half, as a loaded machine may.</summary>
    private static void HoldManager()
    {
        var parent = File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ')[1];
        using var shell = Process.Start("sh", ["-c", $"kill -STOP {parent}; sleep 1.5; kill -CONT {parent}"])!;
        while (!File.ReadAllText($"/proc/{parent}/stat").Contains(") T ", StringComparison.Ordinal))
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>Time, calls and bytes a step, after a warm-up; of several processes each with its rows of the same batch.</summary>
    public static int Measure(MpiProcesses? processes, string batchText, string unitsText, string stepsText)
    {
        var (batch, units, steps) = (int.Parse(batchText, CultureInfo.InvariantCulture), int.Parse(unitsText, CultureInfo.InvariantCulture), int.Parse(stepsText, CultureInfo.InvariantCulture));
        if (Environment.GetEnvironmentVariable("WAE_THREADS") is { } threads)
        {
            set_num_threads(int.Parse(threads, CultureInfo.InvariantCulture));
        }

        using var generator = new Generator(1);
        using var encoder = Sequential(Linear(784, units), ReLU(), Linear(units, units), ReLU(), Linear(units, 8));
        using var decoder = Sequential(Linear(8, units), ReLU(), Linear(units, units), ReLU(), Linear(units, 784));
        using var data = rand(2 * batch, 784, generator: generator);
        using var trainer = new WaeTrainer(encoder, decoder, new GaussianPrior(8), new MmdDivergence(), new WaeTrainerOptions { Processes = processes });
        var batches = new TensorBatcher(data, batch, processes: processes).ToList();
        for (var i = 0; i < 10; i++)
        {
            trainer.Step(batches[i % 2]);
        }

        var (calls, bytes) = (processes?.Calls ?? 0, processes?.BytesSent ?? 0);
        var times = new double[steps];
        var busy = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < steps; i++)
        {
            var start = Stopwatch.GetTimestamp();
            trainer.Step(batches[i % 2]);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        busy = Environment.CpuUsage.TotalTime - busy;

        Array.Sort(times);
        if (processes is null or { Rank: 0 })
        {
            var parameters = encoder.parameters().Concat(decoder.parameters()).Sum(p => p.numel());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"p={processes?.Size ?? 0} threads={get_num_threads()} batch={batch} parameters={parameters} median={times[steps / 2]:F3} ms quartiles={times[steps / 4]:F3}..{times[3 * steps / 4]:F3} least={times[0]:F3} processor={busy.TotalMilliseconds / steps:F3} calls={((processes?.Calls ?? 0) - calls) / (double)steps:F1} bytes={((processes?.BytesSent ?? 0) - bytes) / (double)steps:F0}"));
        }

        return 0;
    }

    /// <summary>Processor time of steps with a group of one process against none, in turns, with a confidence interval of the difference.</summary>
    public static void Seam(MpiProcesses processes)
    {
        const int Rounds = 60, Steps = 10, WarmUp = 3;
        using var data = rand(256, 784);
        using var without = Wide(null, out var first);
        using var with = Wide(processes, out var second);
        var differences = new List<double>();
        var total = TimeSpan.Zero;
        for (var round = 0; round < WarmUp + Rounds; round++)
        {
            // Whoever begins changes from round to round, so that a drift is no difference.
            var busy = new TimeSpan[2];
            for (var turn = 0; turn < 2; turn++)
            {
                var which = (turn + round) & 1;
                var start = Environment.CpuUsage.TotalTime;
                for (var i = 0; i < Steps; i++)
                {
                    (which == 0 ? without : with).Step(data);
                }

                busy[which] = Environment.CpuUsage.TotalTime - start;
            }

            if (round >= WarmUp)
            {
                differences.Add(100 * (busy[1] / busy[0] - 1));
                total += busy[0];
            }
        }

        var mean = differences.Average();
        var error = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (Rounds - 1) / Rounds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"processor time of a step without a group {total.TotalMilliseconds / Rounds / Steps:F3} ms; in a group of one {mean:+0.00;-0.00} % ± {2 * error:F2} % (two standard errors of {Rounds} pairs)"));
        first.ForEach(m => m.Dispose());
        second.ForEach(m => m.Dispose());
    }

    private static WaeTrainer Wide(MpiProcesses? processes, out List<Module> modules)
    {
        var encoder = Sequential(Linear(784, 256), ReLU(), Linear(256, 256), ReLU(), Linear(256, 8));
        var decoder = Sequential(Linear(8, 256), ReLU(), Linear(256, 256), ReLU(), Linear(256, 784));
        modules = [encoder, decoder];
        return new WaeTrainer(encoder, decoder, new GaussianPrior(8), new MmdDivergence(), new WaeTrainerOptions { Processes = processes });
    }

    /// <summary>The time of a sum by its length.</summary>
    public static void Network(MpiProcesses processes, int largest)
    {
        var together = new double[1];
        for (var length = 1; length <= largest / sizeof(float); length *= 4)
        {
            var values = new float[length];
            var times = new double[length > 100_000 ? 20 : 200];
            for (var i = 0; i < times.Length; i++)
            {
                processes.Sum(together.AsSpan());
                var start = Stopwatch.GetTimestamp();
                processes.Sum(values.AsSpan());
                times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }

            Array.Sort(times);
            if (processes.Rank == 0)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{length * sizeof(float)} bytes: median {times[times.Length / 2]:F1} µs, least {times[0]:F1} µs"));
            }
        }
    }

    /// <summary>The losses of each step, then the weights.</summary>
    private static List<double> Trained(MpiProcesses? processes, ILatentDivergence divergence, int epochs, string? folder = null, int pause = 0, ITrainingObserver[]? others = null, bool normalized = false)
    {
        using var generator = new Generator(1);
        Module<Tensor, Tensor> Norm() => normalized ? BatchNorm1d(8, dtype: ScalarType.Float64) : Identity();
        using var encoder = Filled(Sequential(("hidden", Linear(Width, 8, hasBias: !normalized, dtype: ScalarType.Float64)), ("norm", Norm()), ("relu", ReLU()), ("code", Linear(8, Dimension, dtype: ScalarType.Float64))), 1);
        using var decoder = Filled(Sequential(("hidden", Linear(Dimension, 8, hasBias: !normalized, dtype: ScalarType.Float64)), ("norm", Norm()), ("relu", ReLU()), ("output", Linear(8, Width, dtype: ScalarType.Float64))), 2);
        using var data = randn(50, Width, dtype: ScalarType.Float64, generator: generator);
        using var trainer = new WaeTrainer(encoder, decoder, new GaussianPrior(Dimension), divergence, new WaeTrainerOptions { Processes = processes, LearningRate = 1e-2, SynchronizeBatchNormalization = normalized });
        var losses = new Losses(pause);
        List<ITrainingObserver> observers = [losses, .. others ?? []];
        if (folder is not null)
        {
            CheckpointFolder.Resume(trainer, folder);
            observers.Add(new CheckpointObserver(folder, new CheckpointOptions { EverySteps = 1 }));
        }

        trainer.Fit(new TensorBatcher(data, 10, seed: 2, processes: processes), epochs, new FitOptions { Observers = observers, ObserverErrors = ErrorPolicy.Stop });
        var weights = encoder.state_dict().Values.Concat(decoder.state_dict().Values).SelectMany(p => p.data<double>().ToArray());
        return folder is null ? [.. losses.Values, .. weights] : [.. weights];
    }

    private static T Filled<T>(T module, ulong seed)
        where T : Module
    {
        using var generator = new Generator(seed);
        using var noGrad = no_grad();
        foreach (var parameter in module.parameters())
        {
            parameter.copy_(randn(parameter.shape, dtype: parameter.dtype, generator: generator) * 0.3);
        }

        return module;
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Not as it should be: {what}");
        }
    }

    private sealed class Losses(int pause) : ITrainingObserver
    {
        public List<double> Values { get; } = [];

        public void Observe(TrainingEvent trainingEvent)
        {
            if (trainingEvent is StepCompleted { Result: var result })
            {
                Values.AddRange([result.Total, result.Reconstruction, result.Penalty]);
                Thread.Sleep(pause);
            }
        }
    }

    private sealed class Failing(string where) : ITrainingObserver
    {
        public void Observe(TrainingEvent trainingEvent)
        {
            if (trainingEvent is not StepCompleted { Step: 5 })
            {
                return;
            }

            switch (where)
            {
                case "throw":
                    throw new InvalidOperationException("process 1 gives up");
                case "exit":
                    Environment.Exit(3);
                    break;
                case "kill":
                    Process.GetCurrentProcess().Kill();
                    break;
                case "thread":
                    new Thread(() => throw new InvalidOperationException("a thread of process 1 fails")).Start();
                    break;
            }
        }
    }
}
