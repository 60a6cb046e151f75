using System.Diagnostics;
using System.Text;

namespace WassersteinAutoEncoders.Samples.Tests.Running;

/// <summary>A sample as a user starts it: a process of its own.</summary>
internal sealed class SampleProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    public SampleProcess(string sample, params string[] arguments)
        : this(Dotnet([Path.Combine(AppContext.BaseDirectory, sample + ".dll"), .. arguments]))
    {
    }

    private SampleProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The process' number.</summary>
    public int Id => _process.Id;

    /// <summary>What it has written so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Runs a sample to its end.</summary>
    public static (int Code, string Output) Run(string sample, params string[] arguments)
    {
        using var process = new SampleProcess(sample, arguments);
        return (process.WaitForExit(), process.Output);
    }

    /// <summary>Runs several processes of a sample, as mpirun starts them, to their end.</summary>
    public static (int Code, string Output) RunMpi(string sample, int processes, params string[] arguments)
    {
        var start = Dotnet([Path.Combine(AppContext.BaseDirectory, sample + ".dll"), .. arguments]);
        foreach (var argument in (string[])[start.FileName, $"{processes}", "-n"])
        {
            start.ArgumentList.Insert(0, argument);
        }

        start.FileName = "mpirun";
        using var process = new SampleProcess(start);
        return (process.WaitForExit(), process.Output);
    }

    /// <summary>Runs a program of one file to its end, as `dotnet run` does, over the projects as they were built with these tests.</summary>
    /// <param name="file">The file, from the folder of the samples.</param>
    /// <param name="folder">Where the file's own build output goes.</param>
    /// <param name="arguments">The program's own arguments.</param>
    public static (int Code, string Output) RunFile(string file, TemporaryFolder folder, params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = Dotnet(["run", "-c", configuration, "-p:BuildProjectReferences=false", Path.Combine(ProjectRoot.Path, "samples", file), "--", .. arguments]);
        // dotnet builds such a file in the user's folder for data, and nothing of it in the source tree.
        start.Environment["XDG_DATA_HOME"] = folder.Path;
        // No build process is to wait for a next build in a folder that is gone by then.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = new SampleProcess(start);
        return (process.WaitForExit(), process.Output);
    }

    /// <summary>Waits until a text has been written.</summary>
    public void WaitFor(string text)
    {
        for (var watch = Stopwatch.StartNew(); !Output.Contains(text, StringComparison.Ordinal); Thread.Sleep(20))
        {
            Assert.True(watch.Elapsed < Patience && !_process.HasExited, $"'{text}' never came:\n{Output}");
        }
    }

    /// <summary>Waits for the end.</summary>
    public int WaitForExit()
    {
        Assert.True(_process.WaitForExit(Patience), $"it never ended:\n{Output}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static ProcessStartInfo Dotnet(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Remove("WAE_DATA_DIR");
        return start;
    }

    private void Note(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
