using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Fuzz;

/// <summary>Has the calls made by processes that may die or hang, and starts another after the call that did it.</summary>
public static class Supervisor
{
    /// <summary>The address space of a child, in KiB: what asks for more than this is refused by the system.</summary>
    private const long AddressSpace = 12L << 20;

    /// <summary>The managed heap of a child, in bytes.</summary>
    private const long ManagedHeap = 1L << 30;

    /// <summary>How many times the memory a call gets that is repeated.</summary>
    private const int MoreMemory = 4;

    private const int CallsPerProcess = 2_500;

    /// <summary>Of the processor's time: on a busy machine a call waits long for its turn.</summary>
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(30);

    /// <summary>Of the clock's, for a call that waits for something and uses no processor.</summary>
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Makes so many calls, member after member in an order of the seed.</summary>
    /// <param name="calls">How many.</param>
    /// <param name="seed">Decides every value of every call.</param>
    /// <param name="only">Part of the names of the members that are called; empty for all.</param>
    /// <param name="report">Takes a line at a fault's first appearance.</param>
    public static Summary Run(int calls, int seed, string only, Action<string> report)
    {
        var folder = Directory.CreateTempSubdirectory("fuzz-").FullName;
        try
        {
            var summary = new Summary();
            var starved = new List<int>();
            for (var next = 0; next < calls;)
            {
                next = RunProcess(seed, next, Math.Min(calls, next + CallsPerProcess), only, folder, summary, report, starved);
            }

            foreach (var index in starved)
            {
                RunProcess(seed, index, index + 1, only, folder, summary, report, starved: null);
                summary.Repeated++;
            }

            return summary;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One process; returns the call to go on with.</summary>
    /// <param name="seed">Decides every value of every call.</param>
    /// <param name="first">The first call.</param>
    /// <param name="last">The call after the last.</param>
    /// <param name="only">Part of the names of the members that are called.</param>
    /// <param name="folder">Where the calls may write.</param>
    /// <param name="summary">Takes the outcomes.</param>
    /// <param name="report">Takes a line at a fault's first appearance.</param>
    /// <param name="starved">Takes the calls to repeat: the runtime's compiler says that a program is invalid where it finds no memory below the limit. With more memory the outcome counts, and nothing is repeated: <see langword="null"/>.</param>
    private static int RunProcess(int seed, int first, int last, string only, string folder, Summary summary, Action<string> report, List<int>? starved)
    {
        using var process = Start(starved is null ? MoreMemory : 1, [typeof(Supervisor).Assembly.Location, "child", Text(seed), Text(first), Text(last), only, folder]);
        using var lines = new BlockingCollection<string?>();
        var errors = new ConcurrentQueue<string>();
        process.OutputDataReceived += (_, e) => lines.Add(e.Data);
        process.ErrorDataReceived += (_, e) => errors.Enqueue(e.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var (index, member, open) = (first, "(start)", false);
        var (began, used) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
        while (true)
        {
            var came = lines.TryTake(out var line, Look);
            if (!came && Stopwatch.GetElapsedTime(began) < WaitLimit && (!open || Used(process) - used < CallLimit))
            {
                continue;
            }

            began = Stopwatch.GetTimestamp();
            if (came && line is not null)
            {
                var parts = line.Split('\t');
                if (parts[0] == "B")
                {
                    (index, member, open) = (int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2], true);
                    used = Used(process);
                }
                else
                {
                    open = false;
                    if (starved is not null && parts[2] == nameof(InvalidProgramException))
                    {
                        starved.Add(index);
                    }
                    else
                    {
                        Add(new(parts[2], bool.Parse(parts[3]), parts[4]));
                    }
                }

                continue;
            }

            if (!came)
            {
                process.Kill();
            }

            process.WaitForExit();
            if (open || !came)
            {
                Add(came
                    ? new("process ended", true, $"code {process.ExitCode}: {string.Join(" ", errors.Where(error => error.Length > 0).Take(12))}")
                    : new("hang", true, $"no answer in {CallLimit.TotalSeconds:0} s"));
                return index + 1;
            }

            // A child that ends between two calls has failed as well, unless it is done.
            return process.ExitCode == 0 ? last : throw new InvalidOperationException($"The child ended with {process.ExitCode}: {string.Join(" ", errors)}");
        }

        void Add(Outcome outcome)
        {
            var known = summary.Faults.Count;
            summary.Add(index, member, outcome);
            if (summary.Faults.Count > known)
            {
                report($"call {index}, {member}: {outcome.Kind} {outcome.Detail}");
            }
        }
    }

    /// <summary>The processor's time so far; none of a process that has ended, whose last lines are still to come.</summary>
    private static TimeSpan Used(Process process)
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return TimeSpan.Zero;
        }
    }

    private static Process Start(int memory, string[] arguments)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = OperatingSystem.IsLinux()
            ? new ProcessStartInfo("/bin/sh", ["-c", $"ulimit -v {Text(memory * AddressSpace)}; exec \"$0\" \"$@\"", host, .. arguments])
            : new ProcessStartInfo(host, arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        // The managed heap reserves many times its limit in addresses; one thread is enough for calls of this size.
        start.Environment["DOTNET_GCHeapHardLimit"] = $"0x{memory * ManagedHeap:x}";
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["MKL_NUM_THREADS"] = "1";
        start.Environment["MALLOC_ARENA_MAX"] = "2";
        return Process.Start(start)!;
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
