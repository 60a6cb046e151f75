using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using WassersteinAutoEncoders.Costs;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Numerics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Samples.Data;
using WassersteinAutoEncoders.Tool.CommandLine;
using WassersteinAutoEncoders.Tool.Composition;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tool.Running;

/// <summary>Whether this machine is ready to train.</summary>
internal static class MachineCheck
{
    private const int BatchSize = 128, Warming = 10, Turns = 5, MostStepsATurn = 20;
    private const double MillisecondsATurn = 250;
    private const double SlowStep = 3, SlowThreads = 1.25;

    /// <summary>Looks and tells.</summary>
    /// <returns>The exit code: a failure where TorchSharp does not load.</returns>
    public static int Run(int? threads, ToolConsole console, CancellationToken cancellationToken)
    {
        console.Verdict(true, $"wae {Version(typeof(MachineCheck))}, {RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}");
        try
        {
            Torch(threads, console);
        }
        catch (Exception failure) when (failure is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or NotSupportedException or FileNotFoundException)
        {
            console.Verdict(false, $"TorchSharp does not load: {(failure.InnerException ?? failure).Message.Split('\n')[0].Trim()}");
            console.Say("        Linux: TorchSharp needs glibc 2.34 and libstdc++ of GCC 12 or later; docs/older-linux.md. Windows: the Visual C++ redistributable of 2015 to 2022.");
            return ExitCode.Failure;
        }

        Data(console);
        Speed(CPU, console, cancellationToken);
        if (cuda.is_available())
        {
            Speed(CUDA, console, cancellationToken);
        }

        return ExitCode.Success;
    }

    private static void Torch(int? threads, ToolConsole console)
    {
        using var one = ones(1);
        console.Verdict(Scalars.Read(one) == 1, $"TorchSharp {Version(typeof(torch))} loads, over libtorch {torch.__version__}");
        if (threads is { } asked)
        {
            set_num_threads(asked);
        }

        var width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        console.Verdict(true, FormattableString.Invariant($"libtorch uses {get_num_threads()} of {Environment.ProcessorCount} processors, vectors of {width} bits, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30):0.#} GiB of memory"));
        if (cuda.is_available())
        {
            console.Verdict(true, $"{cuda.device_count()} CUDA devices: --device cuda trains there");
        }
        else
        {
            console.Say("-   no CUDA device, or a libtorch without CUDA: training runs on the CPU");
        }
    }

    private static void Data(ToolConsole console)
    {
        try
        {
            console.Say($"-   data sets are looked for in {string.Join(", ", DataLocations.Folders(null))}");
        }
        catch (DirectoryNotFoundException missing)
        {
            console.Verdict(false, missing.Message);
        }
    }

    /// <summary>The step of the demonstration's networks beside the networks alone (both forward, the cost, and back), in turns, so that what else the machine does falls on both. Some five seconds a device.</summary>
    private static void Speed(Device device, ToolConsole console, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        GlobalRandom.Seed(1);
        var settings = new TrainingSettings();
        var (encoder, decoder) = Composer.Networks(settings, new(1, 28, 28));
        encoder.to(device);
        decoder.to(device);
        using var trainer = new WaeTrainer(encoder, decoder, new GaussianPrior(settings.LatentDimension), new MmdDivergence(), TrainerFactory.Options(settings));
        var batch = rand(BatchSize, 1, 28, 28).to(device);
        void Step() => trainer.Step(batch);
        void Networks()
        {
            using var inner = NewDisposeScope();
            encoder.zero_grad();
            decoder.zero_grad();
            ReconstructionCosts.OfficialSquared.Evaluate(batch, decoder.call(encoder.call(batch))).backward();
        }

        double Milliseconds(Action action, int times)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < times; i++)
            {
                action();
            }

            if (device.type == DeviceType.CUDA)
            {
                cuda.synchronize();
            }

            return watch.Elapsed.TotalMilliseconds / times;
        }

        Milliseconds(Networks, Warming);
        var steps = Math.Clamp((int)(MillisecondsATurn / Milliseconds(Step, Warming)), 1, MostStepsATurn);
        var turns = Enumerable.Range(0, Turns).Select(_ => (Step: Milliseconds(Step, steps), Networks: Milliseconds(Networks, steps))).ToArray();
        // The quickest turns: what else the machine does only adds.
        var (step, floor) = (turns.Min(turn => turn.Step), turns.Min(turn => turn.Networks));
        var ratio = step / floor;
        console.Verdict(ratio < SlowStep, string.Create(CultureInfo.InvariantCulture,
            $"{device}: a step of the demonstration takes {step:0.00} ms ({1000 * BatchSize / step:N0} pictures/s)"));
        console.Say(string.Create(CultureInfo.InvariantCulture,
            $"        the floor, its networks forward and back and nothing else, is {floor:0.00} ms: {ratio:0.00} times; the gap, {step - floor:0.00} ms, is the penalty, the checks and the optimizer"));
        if (ratio >= SlowStep)
        {
            console.Say("        less than 2 is usual: other programs may use the processors; try again");
        }

        var threads = get_num_threads();
        if (device.type == DeviceType.CPU && threads > 1)
        {
            set_num_threads(1);
            var single = Enumerable.Range(0, Turns).Min(_ => Milliseconds(Step, steps));
            set_num_threads(threads);
            console.Verdict(step < SlowThreads * single, string.Create(CultureInfo.InvariantCulture, $"with one thread it takes {single:0.00} ms"));
            if (step >= SlowThreads * single)
            {
                console.Say("        threads that wait for processors in use slow each other down: --threads 1, or OMP_WAIT_POLICY=passive in the environment");
            }
        }
    }

    private static string Version(Type type)
        => (type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? type.Assembly.GetName().Version?.ToString() ?? "").Split('+')[0];
}
