using System.Runtime.Versioning;

namespace Build.Tests;

/// <summary>How `build.sh test` ends: its last line is what a person, or a program, reads first.</summary>
[UnsupportedOSPlatform("windows")]
public class TotalsTests
{
    private const string First = "Passed!  - Failed:     0, Passed:    11, Skipped:     0, Total:    11, Duration: 8 s - Package.Tests.dll (net10.0)\n";
    private const string Second = "Passed!  - Failed:     0, Passed:   110, Skipped:     2, Total:   112, Duration: 26 s - Reporting.Tests.dll (net10.0)\n";
    private const string Third = "Failed!  - Failed:     3, Passed:    40, Skipped:     0, Total:    43, Duration: 1 s - Samples.Tests.dll (net10.0)\n";

    [Fact]
    public void The_projects_are_added_up() => Check(First + First, 0, expectedExit: 0, "22 passed, 0 failed");

    [Fact]
    public void Skipped_tests_have_a_line_of_their_own_before_the_last()
    {
        var output = Check(First + Second, 0, expectedExit: 0, "121 passed, 0 failed");
        Assert.StartsWith("2 skipped", output[^2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_is_counted_and_fails_the_verb() => Check(First + Third, 1, expectedExit: 1, "51 passed, 3 failed");

    [Fact]
    public void A_test_host_that_died_is_a_failure() => Check(First + "The active test run was aborted.\n", 1, expectedExit: 1, "11 passed, 1 failed");

    [Fact]
    public void A_run_without_any_test_is_a_failure() => Check("", 0, expectedExit: 1, "0 passed, 1 failed");

    private static string[] Check(string says, int testExit, int expectedExit, string lastLine)
    {
        using var workshop = new Workshop();
        workshop.SourcesAnswer(found: true);
        workshop.TestsAnswer(says, testExit);
        var (exitCode, _) = workshop.Run("test", libtorch: null);
        Assert.Equal((expectedExit, lastLine), (exitCode, workshop.Output[^1]));
        return workshop.Output;
    }
}
