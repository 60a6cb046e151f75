using System.Diagnostics;

namespace WassersteinAutoEncoders.Tests;

/// <summary>A test that runs Python; skipped, and reported so, where there is no python3 with the modules it needs.</summary>
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute(params string[] modules)
    {
        var import = "import sys" + string.Concat(modules.Select(m => ", " + m));
        if (Python.Run(import).ExitCode != 0)
        {
            Skip = modules.Length == 0 ? "There is no python3." : $"There is no python3 with {string.Join(" and ", modules)}.";
        }
    }
}

/// <summary>Runs python3.</summary>
internal static class Python
{
    public static (int ExitCode, string Output, string Errors) Run(string script, string? folder = null)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("python3", ["-c", script])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder ?? "",
            })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "", "");
        }
    }
}
