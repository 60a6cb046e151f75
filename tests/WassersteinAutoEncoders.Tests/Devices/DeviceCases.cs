using System.Diagnostics;
using TorchSharp;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Devices;

/// <summary>What has to hold on every device, each by comparison with the CPU; run by the tests and, where there is no .NET, by the benchmarks' command <c>device</c>.</summary>
internal static class DeviceCases
{
    private const int Dimension = Trained.Dimension;

    /// <summary>float32 on two devices: sums in another order, a few thousand roundings of 6e-8.</summary>
    private const double Single = 2e-4;

    private const double Double = 1e-8;

    /// <summary>Passes in bfloat16, whose rounding is 2⁻⁸, through four layers and in another order.</summary>
    private const double Half = 0.05;

    private static readonly Dictionary<string, Func<ILatentDivergence>> Divergences = new()
    {
        ["mmd, imq"] = () => new MmdDivergence(),
        ["mmd, imq, biased"] = () => new MmdDivergence(MmdEstimator.Biased),
        ["mmd, imq, paired"] = () => new MmdDivergence(MmdEstimator.UnbiasedPaired),
        ["mmd, imq, linear"] = () => new MmdDivergence(MmdEstimator.LinearTime),
        ["mmd, rbf"] = () => new MmdDivergence(prior => RbfKernel.ForPrior(prior)),
        ["mmd, rbf, scales"] = () => new MmdDivergence(prior => RbfKernel.ForPrior(prior, [0.5, 1, 2])),
        ["mmd, laplacian"] = () => new MmdDivergence(new LaplacianKernel(2)),
        ["mmd, rational quadratic"] = () => new MmdDivergence(new RationalQuadraticKernel(2, 0.7)),
        ["mmd, energy"] = () => new MmdDivergence(new EnergyKernel()),
        ["mmd, sum"] = () => new MmdDivergence(SumKernel.Of((0.5, new ImqKernel(6)), (2, new EnergyKernel()))),
        ["mmd, of any derivative"] = () => new MmdDivergence { HigherDerivatives = true },
        ["mmd, integrated imq"] = () => new IntegratedMmdDivergence(new ImqKernel(6)),
        ["mmd, integrated rbf"] = () => new IntegratedMmdDivergence(new RbfKernel(3)),
        ["cramer-wold"] = () => new CramerWoldDivergence(),
        ["cramer-wold, asymptotic"] = () => new CramerWoldDivergence(CramerWoldForm.Asymptotic),
        ["cramer-wold, two samples"] = () => new TwoSampleCramerWoldDivergence(),
        ["sliced wasserstein"] = () => new SlicedWassersteinDivergence(SliceDirections.Random(seed: 1)),
        ["sliced wasserstein, integrated"] = () => new IntegratedSlicedWassersteinDivergence(),
        ["sliced wasserstein, largest"] = () => new MaxSlicedWassersteinDivergence(),
        ["sliced energy"] = () => new SlicedEnergyDivergence(),
        ["sliced epps-pulley"] = () => new SlicedEppsPulleyDivergence(),
        ["bures"] = () => new BuresDivergence(),
        ["bures, spectrum"] = () => new BuresSpectrumDivergence(),
        ["sinkhorn"] = () => new SinkhornDivergence(),
        ["stein"] = () => new SteinDivergence(),
    };

    private static readonly Dictionary<string, Action<Device>> Others = new()
    {
        ["the step"] = device => Training(device, new WaeTrainerOptions(), steps: 6),
        ["clipping"] = device => Training(device, new WaeTrainerOptions { MaximumGradientNorm = 0.1 }, steps: 4),
        ["accumulation"] = device => Training(device, new WaeTrainerOptions { AccumulationSteps = 3 }, steps: 6),
        ["averaged weights"] = device => Training(device, new WaeTrainerOptions { EmaDecay = 0.9 }, steps: 4),
        ["bfloat16"] = device => Training(device, new WaeTrainerOptions { Precision = ComputePrecision.BFloat16 }, steps: 4, tolerance: Half),
        ["noise on inputs"] = device => Training(device, new WaeTrainerOptions { EncoderNoise = new TruncatedGaussianNoise(0.1) }, steps: 4),
        ["adversarial step"] = device => Training(device, new WaeTrainerOptions(), steps: 4, withCritic: true),
        ["checkpoint to the cpu"] = device => Checkpoint(device, CPU),
        ["checkpoint from the cpu"] = device => Checkpoint(CPU, device),
        ["checkpoint on the device"] = device => Checkpoint(device, device),
        ["a loss that is not finite"] = NonFinite,
        ["prefetch"] = Prefetching,
        ["sampling"] = Sampling,
        ["diagnosis"] = Diagnosis,
        ["many codes in blocks"] = device => Compare(() => new MmdDivergence(), device, ScalarType.Float32, 2100, Single),
        ["sliced wasserstein, on the sphere"] = OnTheSphere,
        ["mmd, per class"] = PerClass,
        ["a batch on another device"] = AnotherDevice,
    };

    /// <summary>The names of all cases.</summary>
    public static IEnumerable<string> Names => Divergences.Keys.Concat(Others.Keys);

    /// <summary>Runs one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="device">The device that is compared with the CPU; the CPU itself to prove that the case runs.</param>
    public static void Run(string name, Device device)
    {
        using var scope = NewDisposeScope();
        if (Others.TryGetValue(name, out var other))
        {
            other(device);
            return;
        }

        Compare(Divergences[name], device, ScalarType.Float32, 61, Single);
        Compare(Divergences[name], device, ScalarType.Float64, 61, Double);
    }

    /// <summary>How long a step takes to come back while the device has work for much longer, and how long that work takes; for devices that work beside the processor.</summary>
    /// <param name="device">The device.</param>
    public static (TimeSpan Returned, TimeSpan Finished) WhileBusy(Device device)
    {
        using var scope = NewDisposeScope();
        using var run = new Trained(device, new WaeTrainerOptions());
        for (var i = 0; i < 5; i++)
        {
            run.Trainer.Step(run.Data);
        }

        var matrix = randn([8192, 8192], device: device);
        cuda.synchronize();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
        {
            matrix.mm(matrix).Dispose();
        }

        run.Trainer.Step(run.Data);
        var returned = watch.Elapsed;
        cuda.synchronize();
        return (returned, watch.Elapsed);
    }

    private static void OnTheSphere(Device device)
    {
        foreach (var (type, tolerance) in new[] { (ScalarType.Float32, Single), (ScalarType.Float64, Double) })
        {
            Compare(() => new SphericalSlicedWassersteinDivergence(), device, type, 61, tolerance, new SpherePrior(Dimension));
        }
    }

    private static void PerClass(Device device)
    {
        using var generator = new Generator(9);
        var labels = randint(0, 3, [61], ScalarType.Int64, generator: generator);
        Compare(() => new PerClassDivergence(new MmdDivergence()), device, ScalarType.Float32, 61, Single, labels: labels);
    }

    /// <summary>What is elsewhere than the weights is refused by name. Where the device is the CPU, elsewhere is the device of shapes alone.</summary>
    private static void AnotherDevice(Device device)
    {
        using var run = new Trained(device, new WaeTrainerOptions());
        try
        {
            run.Trainer.Step(run.Data.to(device.type == DeviceType.CPU ? META : CPU));
        }
        catch (ArgumentException)
        {
            return;
        }

        throw new InvalidOperationException("Expected a batch on another device than the weights to be refused, but the step took it.");
    }

    private static void Compare(Func<ILatentDivergence> make, Device device, ScalarType type, int count, double tolerance, IPrior? of = null, Tensor? labels = null)
    {
        var prior = of ?? new GaussianPrior(Dimension);
        using var generator = new Generator(7);
        var codes = randn([count, Dimension], dtype: type, generator: generator).mul(1.2).add(0.1);
        var samples = prior.Sample(count, generator, CPU, type);
        var (expected, slope) = Evaluate(CPU);
        var (actual, other) = Evaluate(device);
        Near(expected, actual, tolerance, "value");
        Near(slope, other, tolerance, "gradient");

        (Tensor Value, Tensor Gradient) Evaluate(Device on)
        {
            var leaf = codes.to(on, copy: true).requires_grad_();
            var value = make().Evaluate(leaf, new PriorSamples(samples.to(on), prior) { Labels = labels?.to(on) });
            value.backward();
            return (value.detach().cpu().to(ScalarType.Float64).reshape(1), leaf.grad!.cpu().to(ScalarType.Float64));
        }
    }

    private static void Training(Device device, WaeTrainerOptions options, int steps, bool withCritic = false, double tolerance = Single)
    {
        using var reference = new Trained(CPU, options, withCritic);
        using var run = new Trained(device, options, withCritic);
        for (var i = 0; i < steps; i++)
        {
            using (NewDisposeScope())
            {
                Near(reference.Step(i), run.Step(i), tolerance, $"loss of step {i + 1}");
            }
        }

        Near(reference.Weights(), run.Weights(), 10 * tolerance, "weights");
    }

    private static void Checkpoint(Device from, Device to)
    {
        var folder = Directory.CreateTempSubdirectory("wae-device");
        try
        {
            var path = Path.Combine(folder.FullName, "checkpoint.safetensors");
            var options = new WaeTrainerOptions { EmaDecay = 0.9 };
            using var saved = new Trained(from, options);
            saved.Step(0);
            saved.Step(1);
            saved.Trainer.SaveCheckpoint(path);
            using var resumed = new Trained(to, options, seed: 5);
            resumed.Trainer.LoadCheckpoint(path);
            Near(saved.Weights(), resumed.Weights(), 0, "weights read");
            for (var i = 2; i < 5; i++)
            {
                Near(saved.Step(i), resumed.Step(i), Single, $"loss of step {i + 1}");
            }

            Near(saved.Weights(), resumed.Weights(), 10 * Single, "weights after more steps");
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private static void NonFinite(Device device)
    {
        using var run = new Trained(device, new WaeTrainerOptions());
        var bad = run.Data.clone();
        bad[0, 0] = double.NaN;
        try
        {
            run.Trainer.Fit(Enumerable.Repeat(bad, 120), 1);
        }
        catch (NonFiniteException)
        {
            return;
        }

        throw new InvalidOperationException("Expected training on NaN to stop, but it went on.");
    }

    private static void Prefetching(Device device)
    {
        using var run = new Trained(device, new WaeTrainerOptions());
        var source = new TensorBatcher(run.Data, 7, shuffle: true, seed: 3);
        var (plain, ahead) = (source.Epoch(1).Select(b => b.cpu()).ToList(), Prefetch.Of(source).Epoch(1).Select(b => b.cpu()).ToList());
        if (plain.Count != ahead.Count)
        {
            throw new InvalidOperationException($"Expected {plain.Count} batches ahead, but got {ahead.Count}.");
        }

        foreach (var (one, two) in plain.Zip(ahead))
        {
            Near(one.to(ScalarType.Float64), two.to(ScalarType.Float64), 0, "batch");
        }
    }

    private static void Sampling(Device device)
    {
        using var reference = new Trained(CPU, new WaeTrainerOptions());
        using var run = new Trained(device, new WaeTrainerOptions());
        Near(reference.Trainer.Model.Reconstruct(reference.Data).to(ScalarType.Float64), run.Trainer.Model.Reconstruct(run.Data).cpu().to(ScalarType.Float64), Single, "reconstructions");
        Near(Samples(reference), Samples(run), Single, "samples");

        static Tensor Samples(Trained of)
        {
            using var generator = new Generator(4);
            return of.Trainer.Model.Sample(9, generator).cpu().to(ScalarType.Float64);
        }
    }

    private static void Diagnosis(Device device)
    {
        using var generator = new Generator(2);
        var codes = randn([300, Dimension], generator: generator);
        var options = new LatentDiagnosisOptions { Permutations = 99 };
        var (expected, actual) = (LatentDiagnosis.Run(codes, new GaussianPrior(Dimension), options), LatentDiagnosis.Run(codes.to(device), new GaussianPrior(Dimension), options));
        if (expected.ToString() != actual.ToString())
        {
            throw new InvalidOperationException($"Expected the diagnosis\n{expected}\nbut got\n{actual}");
        }
    }

    private static void Near(Tensor expected, Tensor actual, double tolerance, string what)
    {
        var scale = Math.Max(1e-2, expected.abs().max().ToDouble());
        var worst = (expected - actual).abs().max().ToDouble();
        if (!(worst <= tolerance * scale))
        {
            throw new InvalidOperationException(FormattableString.Invariant($"Expected the {what} of the CPU within {tolerance * scale:G3}, but it is off by {worst:G3}."));
        }
    }
}
