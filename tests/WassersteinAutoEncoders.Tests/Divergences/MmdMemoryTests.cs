using System.Diagnostics;
using WassersteinAutoEncoders.Divergences;
using WassersteinAutoEncoders.Kernels;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Divergences;

[Collection(LiveTensors.Name)]
public class MmdMemoryTests
{
    /// <summary>One matrix of all pairs alone would take 67 MB.</summary>
    [Fact]
    public void Four_thousand_codes_need_no_matrix_of_all_pairs()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (randn(4096, 8).requires_grad_(), randn(4096, 8));
        using var process = Process.GetCurrentProcess();
        var before = process.PeakWorkingSet64;
        new MmdDivergence(new ImqKernel(16)).Evaluate(x, y).backward();
        process.Refresh();
        // The system counts resident pages a little late, so that nothing at all may come out below 0.
        Assert.InRange(process.PeakWorkingSet64 - before, long.MinValue, 48L << 20);
    }
}
