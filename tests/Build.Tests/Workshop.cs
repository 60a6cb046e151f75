using System.Diagnostics;
using System.Runtime.Versioning;

namespace Build.Tests;

/// <summary>
/// A folder with build.sh, stand-ins for the programs it calls and an empty feed, to see what build.sh decides.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Workshop : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("wae-build-").FullName;
    private readonly string _programs;

    public Workshop()
    {
        _programs = Directory.CreateDirectory(Path.Combine(_root, "programs")).FullName;
        Directory.CreateDirectory(Path.Combine(_root, "eng", "feed"));
        File.Copy(Path.Combine(ProjectRoot(), "build.sh"), Path.Combine(_root, "build.sh"));
        Write("eng/bridge.sh", "touch eng/feed/TorchSharp.0.106.0-system.nupkg eng/feed/bridge-was-built\n");
        Program("id", "echo ${WORKSHOP_UID:-1000}");
        Program("g++", "true");
        Program("dpkg-query", "exit 1");
        Program("apt-get", "echo \"$@\" >>installed");
        Program("dotnet", """
            case "$1 $2" in
                "--version "*) echo 10.0.100 ;;
                "nuget list") cat sources 2>/dev/null || echo "E none" ;;
                "test "*) cat test-says; exit $(cat test-exits) ;;
                "restore "*) echo asked >>questions; cat restore-says; exit $(cat restore-exits) ;;
            esac
            """);
        SourcesAnswer(found: false);
    }

    public int Questions => File.Exists(At("questions")) ? File.ReadAllLines(At("questions")).Length : 0;

    public bool BridgeWasBuilt => File.Exists(At("eng/feed/bridge-was-built"));

    public string At(string name) => Path.Combine(_root, name);

    public void Write(string name, string text) => File.WriteAllText(At(name), text);

    public void SourcesAnswer(bool found, string says = "error NU1102: Unable to find package")
    {
        Write("restore-says", found ? "" : says + "\n");
        Write("restore-exits", found ? "0" : "1");
    }

    /// <summary>What the test run prints, and its exit code.</summary>
    public void TestsAnswer(string says, int exitCode)
    {
        Write("test-says", says);
        Write("test-exits", $"{exitCode}");
    }

    /// <summary>Makes a folder that looks like a libtorch.</summary>
    public string Libtorch()
    {
        Directory.CreateDirectory(At("libtorch/include"));
        Directory.CreateDirectory(At("libtorch/lib"));
        Write("libtorch/lib/libtorch.so", "");
        return At("libtorch");
    }

    /// <summary>What the last run wrote to its standard output, line by line.</summary>
    public string[] Output { get; private set; } = [];

    public string Installed => File.Exists(At("installed")) ? File.ReadAllText(At("installed")) : "";

    public (int ExitCode, string Errors) Run(string verb, string? libtorch, bool asRoot = false)
    {
        var start = new ProcessStartInfo("bash") { WorkingDirectory = _root, RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("build.sh");
        start.ArgumentList.Add(verb);
        start.Environment["PATH"] = _programs + ":/usr/bin:/bin";
        start.Environment.Remove("LIBTORCH");
        start.Environment.Remove("TorchBackend");
        start.Environment["WAE_SYSTEM_ROOT"] = At("bare-system");
        start.Environment["WORKSHOP_UID"] = asRoot ? "0" : "1000";
        if (libtorch is not null) start.Environment["LIBTORCH"] = libtorch;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Output = output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (process.ExitCode, errors);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Program(string name, string body)
    {
        var path = Path.Combine(_programs, name);
        File.WriteAllText(path, "#!/bin/bash\n" + body + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static string ProjectRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "WassersteinAutoEncoders.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
