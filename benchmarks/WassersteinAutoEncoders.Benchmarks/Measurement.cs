using System.Diagnostics;
using System.Text.Json.Nodes;
using TorchSharp;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>Medians of both sides, from rounds taken in turns.</summary>
/// <param name="Comparison">What was measured.</param>
/// <param name="Ours">Our median, in seconds.</param>
/// <param name="Theirs">The other side's median, in seconds, or <see langword="null"/>.</param>
/// <param name="AllocatedBytes">Managed bytes allocated a round.</param>
internal sealed record Measurement(Comparison Comparison, double Ours, double? Theirs, long AllocatedBytes)
{
    public double? Ratio => Theirs / Ours;

    /// <summary>Alternates between a few rounds of ours and a few of theirs until the time is used up.</summary>
    public static Measurement Take(Comparison comparison, PyTorchPeer? peer, string device, TimeSpan budget)
    {
        torch.set_num_threads(comparison.Threads);
        var step = comparison.Ours();
        WarmUp(step, budget / 4);
        var other = Rounds(comparison, peer, device, budget / 4);

        List<double> ours = [], theirs = [];
        var allocated = long.MaxValue;
        var clock = Stopwatch.StartNew();
        while (ours.Count < 3 || clock.Elapsed < budget && ours.Count < 400)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            step();
            var first = Stopwatch.GetElapsedTime(start);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            ours.Add(first.TotalSeconds);
            // As many more on either side as fit into 50 ms, so that short work is not measured from a cold cache alone.
            var more = (int)Math.Min(20, 0.05 / first.TotalSeconds);
            for (var i = 0; i < more; i++)
            {
                ours.Add(Seconds(step));
            }

            if (other is not null)
            {
                theirs.AddRange(other(1 + more));
            }
        }

        return new Measurement(comparison, Median(ours), theirs.Count == 0 ? null : Median(theirs), allocated);
    }

    /// <summary>Tiered compilation replaces methods after 30 calls, in the background and not before a tenth of a second without new ones: by calls alone short work would be measured before it.</summary>
    public static void WarmUp(Action step, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        do
        {
            step();
        }
        while (clock.Elapsed < time);
    }

    /// <summary>GFlop/s of a product of 512 × 512 matrices on one thread, as the peer measures its own.</summary>
    public static double ProductSpeed()
    {
        using var scope = torch.NewDisposeScope();
        torch.set_num_threads(1);
        var x = torch.randn(512, 512);
        return 2 * Math.Pow(512, 3) / Enumerable.Range(0, 10).Min(_ => Seconds(() => x.mm(x).Dispose())) / 1e9;
    }

    /// <summary>Takes so many rounds of the other side, or is <see langword="null"/> where there is none.</summary>
    private static Func<int, IEnumerable<double>>? Rounds(Comparison comparison, PyTorchPeer? peer, string device, TimeSpan warmUp)
    {
        switch (comparison.Other)
        {
            case ByHand byHand:
                var step = byHand.Make();
                WarmUp(step, warmUp);
                return count => Enumerable.Range(0, count).Select(_ => Seconds(step));
            case InPyTorch inPyTorch when peer is not null:
                var request = (JsonObject)inPyTorch.Request.DeepClone();
                request.Add("threads", comparison.Threads);
                request.Add("device", device);
                request.Add("warm_up", warmUp.TotalSeconds);
                return count => peer.Measure(request, count);
            default:
                return null;
        }
    }

    public static double Seconds(Action step)
    {
        var start = Stopwatch.GetTimestamp();
        step();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
