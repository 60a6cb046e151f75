using System.CommandLine;
using BenchmarkDotNet.Running;
using WassersteinAutoEncoders.Benchmarks;
using WassersteinAutoEncoders.Devices;

var curves = new Option<bool>("--curves") { Description = "measure the scaling of the MMD with n, d and threads instead of the table" };
var libraries = new Option<bool>("--libraries") { Description = "measure against pythae, geomloss and POT, which --python must be able to import" };
var gpu = new Option<bool>("--gpu") { Description = "the rows for a GPU: the MMD against PyTorch eager and compiled, the convolutional step in float32, TF32 and bfloat16" };
var seconds = new Option<double>("--seconds") { Description = "time for each row, in seconds", DefaultValueFactory = _ => 6 };
var filter = new Option<string>("--filter") { Description = "only rows whose name contains this; they are printed, and written only where --out names a folder", DefaultValueFactory = _ => "" };
var python = new Option<string>("--python") { Description = "a Python with PyTorch", DefaultValueFactory = _ => "/usr/bin/python3" };
var device = new Option<string>("--device") { Description = "cpu or cuda", DefaultValueFactory = _ => "cpu" };
device.AcceptOnlyFromAmong("cpu", "cuda");
var output = new Option<DirectoryInfo>("--out") { Description = "folder for the results", DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("benchmarks", "results")) };

var detailed = new Command("detailed", "BenchmarkDotNet's own measurements; its options follow") { TreatUnmatchedTokensAsErrors = false };
detailed.SetAction(parsed => { BenchmarkSwitcher.FromAssembly(typeof(Comparison).Assembly).Run([.. parsed.UnmatchedTokens]); });

var steps = new Option<int>("--steps") { Description = "how many", DefaultValueFactory = _ => 10_000 };
var memory = new Command("memory", "what the process holds over many training steps") { steps, output };
memory.SetAction(parsed =>
{
    var table = MemoryOverSteps.Table(Math.Max(1, parsed.GetValue(steps)));
    Console.Write(table);
    Write(parsed.GetValue(output)!, "memory", table);
});

var byHand = new Command("by-hand", "the library against the same work by hand over TorchSharp, and against the networks alone; on the CPU") { seconds, output };
byHand.SetAction(parsed =>
{
    var (text, reached) = AgainstHand.Tables(CommandLine(args), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
    Write(parsed.GetValue(output)!, "by-hand", text);
    return reached ? 0 : 3;
});

var linear = new Command("linear", "time and memory of divergences against the number of codes, 64 to a million, on one thread") { seconds, output };
linear.SetAction(parsed =>
{
    var (text, reached) = LinearCurves.Tables(CommandLine(args), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
    Write(parsed.GetValue(output)!, "linear", text);
    return reached ? 0 : 3;
});

var trials = new Option<int>("--trials") { Description = "how many", DefaultValueFactory = _ => 400 };
var twoSample = new Command("two-sample", "level and power of the two-sample test, over all kernels and over one") { trials, output };
twoSample.SetAction(parsed =>
{
    Write(parsed.GetValue(output)!, "two-sample", TwoSampleTrials.Table(CommandLine(args), Math.Max(1, parsed.GetValue(trials))));
});

var data = new Option<string?>("--data") { Description = "a folder with MNIST; looked for and downloaded when left out" };
var epochs = new Option<int>("--epochs") { Description = "passes through the pictures", DefaultValueFactory = _ => 10 };
var sampling = new Command("sampling", "samples of the prior, of a mixture and of a flow fitted to the codes, through one decoder, on MNIST") { data, epochs, output };
sampling.SetAction(parsed =>
{
    var passes = Math.Max(1, parsed.GetValue(epochs));
    var (text, reached) = SamplingAfterwards.Table(CommandLine(["sampling", "--epochs", $"{passes}"]), parsed.GetValue(data), passes);
    Write(parsed.GetValue(output)!, "sampling", text);
    return reached ? 0 : 3;
});

var cases = new Command("device", "what has to hold on a device, by comparison with the CPU: divergences, steps, checkpoints, prefetch, sampling, diagnosis") { device };
cases.SetAction(parsed =>
{
    var on = TorchSharp.torch.device(parsed.GetValue(device)!);
    var failed = 0;
    foreach (var name in DeviceCases.Names)
    {
        try
        {
            DeviceCases.Run(name, on);
            Console.WriteLine($"ok      {name}");
        }
        catch (Exception e)
        {
            failed++;
            Console.WriteLine($"FAILED  {name}: {e.Message.Split('\n')[0]}");
        }
    }

    if (on.type == TorchSharp.DeviceType.CUDA)
    {
        var (returned, finished) = DeviceCases.WhileBusy(on);
        var waits = returned > finished / 2;
        failed += waits ? 1 : 0;
        Console.WriteLine(FormattableString.Invariant($"{(waits ? "FAILED" : "ok    ")}  a step came back after {returned.TotalMilliseconds:F1} ms, while the device had work for {finished.TotalMilliseconds:F1} ms"));
    }

    Console.WriteLine($"{DeviceCases.Names.Count() - Math.Min(failed, DeviceCases.Names.Count())} of {DeviceCases.Names.Count()} cases hold on {on}.");
    return failed == 0 ? 0 : 3;
});

var root = new RootCommand("Compares the library with PyTorch, both sides taking turns in one run.") { curves, libraries, gpu, seconds, filter, python, device, output, detailed, memory, byHand, linear, twoSample, sampling, cases };
root.SetAction(parsed =>
{
    var name = parsed.GetValue(device)!;
    if (name == "cuda" && !TorchSharp.torch.cuda.is_available())
    {
        Console.Error.WriteLine("No CUDA device is available to this libtorch: run with --device cpu, or choose a CUDA backend with TorchBackend.");
        return 1;
    }

    var comparisons = new Comparisons(TorchSharp.torch.device(name));
    var (kind, title, script, wanted) = (parsed.GetValue(curves), parsed.GetValue(libraries)) switch
    {
        _ when parsed.GetValue(gpu) => ("gpu", "On a GPU, against PyTorch", "peer.py", comparisons.OnGpu()),
        (true, _) => ("curves", "Scaling of the MMD", "peer.py", comparisons.Curves()),
        (_, true) => ("libraries", "Against other libraries", "libraries.py", comparisons.Libraries()),
        _ => ("ratios", "Against PyTorch", "peer.py", comparisons.Table()),
    };
    wanted = [.. wanted.Where(c => c.Name.Contains(parsed.GetValue(filter)!, StringComparison.OrdinalIgnoreCase))];
    if (!wanted.Any())
    {
        Console.Error.WriteLine($"No row's name contains '{parsed.GetValue(filter)}'. Leave --filter out to see them all.");
        return 2;
    }

    string? other = null;
    var measurements = new List<Measurement>();
    foreach (var comparison in wanted)
    {
        // A process for each row: what one has allocated before changes how fast its allocator is.
        using var peer = PyTorchPeer.TryStart(parsed.GetValue(python)!, script);
        if (other is null && peer is not null)
        {
            other = Report.OtherSide(peer.Version, Measurement.ProductSpeed(), peer.ProductSpeed);
            Console.WriteLine(other);
        }

        if (comparison.Name.EndsWith(", compiled", StringComparison.Ordinal) && peer is not { Compiles: true })
        {
            Console.WriteLine($"Left out, for there is no torch.compile: {comparison.Name}");
            continue;
        }

        if (peer is null && measurements.Count == 0)
        {
            Console.Error.WriteLine($"{parsed.GetValue(python)} has no PyTorch: only our side is measured. --python names another.");
        }

        measurements.Add(Measurement.Take(comparison, peer, name, TimeSpan.FromSeconds(parsed.GetValue(seconds))));
        Console.WriteLine(Report.Row(measurements[^1]));
    }

    kind += name == "cpu" ? "" : "-" + name;
    // Some rows are not to take the place of all.
    if (parsed.GetValue(filter)!.Length == 0 || parsed.GetResult(output) is { Implicit: false })
    {
        Write(parsed.GetValue(output)!, kind, Report.Markdown(title, CommandLine(args), other, measurements));
    }

    return measurements.Any(m => m.Ratio < m.Comparison.Target) ? 3 : 0;
});
return root.Parse(args).Invoke();

static string CommandLine(string[] args) => string.Join(' ', ["dotnet run --project benchmarks/WassersteinAutoEncoders.Benchmarks -c Release", .. args.Length > 0 ? ["--", .. args] : args]);

static void Write(DirectoryInfo folder, string name, string text)
{
    folder.Create();
    var file = Path.Combine(folder.FullName, name + ".md");
    File.WriteAllText(file, text);
    Console.WriteLine($"\nWritten to {Path.GetRelativePath(Environment.CurrentDirectory, file)}");
}
