using System.Diagnostics;
using System.Globalization;

namespace WassersteinAutoEncoders.Distributed.Tests;

/// <summary>A test that starts several processes; skipped, and reported so, where there is no mpirun of MPICH's kind.</summary>
internal sealed class MpiFactAttribute : FactAttribute
{
    public MpiFactAttribute() => Skip = Mpi.Missing;
}

/// <inheritdoc cref="MpiFactAttribute"/>
internal sealed class MpiTheoryAttribute : TheoryAttribute
{
    public MpiTheoryAttribute() => Skip = Mpi.Missing;
}

/// <summary>What a program did.</summary>
internal sealed record Ended(int Status, string Output, TimeSpan Elapsed);

/// <summary>Starts the worker, several times over or alone.</summary>
internal static class Mpi
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Why there are no tests of several processes here, or nothing.</summary>
    public static string? Missing { get; } = Find();

    public static Ended Run(int processes, params string[] arguments)
        => Start("mpirun", ["-n", processes.ToString(CultureInfo.InvariantCulture), "dotnet", Worker, .. arguments]);

    public static Ended RunAlone(IReadOnlyDictionary<string, string> environment, params string[] arguments) => Start("dotnet", [Worker, .. arguments], environment);

    private static string Worker => typeof(DistributedWorker.Work).Assembly.Location;

    private static string? Find()
    {
        const string Advice = "install MPICH (on Debian and Ubuntu the package mpich) to have several processes tested.";
        try
        {
            return Start("mpirun", ["--version"]).Output.Contains("HYDRA", StringComparison.OrdinalIgnoreCase) ? null : "The mpirun here is not MPICH's: " + Advice;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "There is no mpirun: " + Advice;
        }
    }

    private static Ended Start(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("PMI", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Patience}.");
        }

        return new Ended(process.ExitCode, output.Result + error.Result, clock.Elapsed);
    }
}
