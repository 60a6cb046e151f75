using System.Diagnostics;

namespace Build.Tests;

/// <summary>How the continuous integration ends: its last line is what a person, or a program, reads first.</summary>
public class TotalsTests
{
    private const string First = "Passed!  - Failed:     0, Passed:    11, Skipped:     0, Total:    11, Duration: 8 s - Package.Tests.dll (net10.0)\n";
    private const string Second = "Passed!  - Failed:     0, Passed:   110, Skipped:     2, Total:   112, Duration: 26 s - Reporting.Tests.dll (net10.0)\n";
    private const string Third = "Failed!  - Failed:     3, Passed:    40, Skipped:     0, Total:    43, Duration: 1 s - Samples.Tests.dll (net10.0)\n";
    private const string Died = "The active test run was aborted. Reason: Test host process crashed\n";

    [ShellFact]
    public void The_projects_are_added_up() => Check(First + First, 0, "22 passed, 0 failed");

    [ShellFact]
    public void Skipped_tests_stand_last() => Check(First + Second, 0, "121 passed, 0 failed, 2 skipped");

    [ShellFact]
    public void A_failure_is_counted() => Check(First + Third, 1, "51 passed, 3 failed");

    [ShellFact]
    public void A_test_host_that_died_is_a_failure() => Check(First + Died, 1, "11 passed, 1 failed");

    [ShellFact]
    public void A_test_host_that_died_adds_to_the_failures_of_others() => Check(First + Third + Died, 1, "51 passed, 4 failed");

    [ShellFact]
    public void A_build_that_failed_is_a_failure() => Check(First + "error CS1002: ; expected\n", 1, "11 passed, 1 failed");

    [ShellFact]
    public void A_run_without_any_test_is_a_failure() => Check("", 0, "0 passed, 1 failed");

    private static void Check(string output, int testExit, string expected)
    {
        var script = Path.Combine(Root(), ".ci", "totals.sh");
        using var process = Process.Start(new ProcessStartInfo("sh", [script, $"{testExit}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        process.StandardInput.Write(output);
        process.StandardInput.Close();
        Assert.Equal(expected + "\n", process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(expected.Contains(" 0 failed", StringComparison.Ordinal) ? 0 : 1, process.ExitCode);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "WassersteinAutoEncoders.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    private sealed class ShellFactAttribute : FactAttribute
    {
        public ShellFactAttribute() => Skip = OperatingSystem.IsWindows() ? "The script needs a POSIX shell." : null;
    }
}
