using Fuzz;
using Xunit.Abstractions;

namespace Package.Tests;

/// <summary>The short form of the fuzz test; the long one is a command (docs/contributing.md).</summary>
public class FuzzTests(ITestOutputHelper output)
{
    private const string Members = "Kernels.,Priors.,Costs.,Encoders.,Metrics.,Sampling.";

    [Fact]
    public void No_call_of_a_public_member_crashes_hangs_leaks_or_fails_in_an_undocumented_way()
    {
        var summary = Supervisor.Run(calls: 1000, seed: 1, only: Members, report: output.WriteLine);
        output.WriteLine(summary.Text());
        Assert.True(summary.Faults.Count == 0, summary.Text());
        Assert.True(summary.Outcomes["success"] > summary.Calls / 2, "Bad values must not hide what lies behind the checks.");
    }
}
