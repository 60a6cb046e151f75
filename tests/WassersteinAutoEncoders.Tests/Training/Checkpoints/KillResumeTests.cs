using KillResume;
using Xunit.Abstractions;

namespace WassersteinAutoEncoders.Tests.Training.Checkpoints;

/// <summary>The short form of tests/kill-resume.sh.</summary>
public sealed class KillResumeTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_process_killed_five_times_and_resumed_ends_with_the_weights_of_one_that_was_left_alone()
        => Proof.Run(_folder.Path, kills: 5, epochs: 10, seed: 7, output.WriteLine);
}
