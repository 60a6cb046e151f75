using System.Globalization;
using DistributedWorker;
using WassersteinAutoEncoders.Training.Checkpoints;

namespace WassersteinAutoEncoders.Distributed.Tests;

/// <summary>Real processes, started by mpirun.</summary>
public sealed class SeveralProcessesTests : IDisposable
{
    /// <summary>float64 after fifty steps, sums in another order at each; as in the core's tests.</summary>
    private const double Tolerance = 1e-10;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wae-mpi-");

    public void Dispose()
    {
        // A process that was killed may be a while about its end, and leave a file behind the first look.
        for (var tries = 0; ; tries++)
        {
            try
            {
                _folder.Delete(recursive: true);
                return;
            }
            catch (IOException) when (tries < 100)
            {
                Thread.Sleep(100);
            }
        }
    }

    [MpiFact]
    public void Sums_gatherings_and_broadcasts_are_exact()
    {
        var ended = Mpi.Run(3, "exchange");

        Assert.True(ended.Status == 0, ended.Output);
    }

    [MpiFact]
    public void Losses_and_weights_are_those_of_one_process_and_the_same_bits_each_time()
    {
        // Four processes on fewer cores wait for each other: of them, as of the second run, the first divergences only.
        var (alone, two, again, four) = (Output("alone"), Output("two"), Output("again"), Output("four"));
        Work.Compare(null, alone, int.MaxValue);
        foreach (var (processes, path, count) in ((int, string, string)[])[(2, two, "7"), (2, again, "2"), (4, four, "2")])
        {
            var ended = Mpi.Run(processes, "compare", path, count);
            Assert.True(ended.Status == 0, ended.Output);
        }

        Close(alone, two);
        Close(alone, four);
        Assert.Equal(File.ReadLines(two).Take(2), File.ReadLines(again));
    }

    [MpiTheory]
    [InlineData("before", "process 1 has no data")]
    [InlineData("unheard", "process 1 has no data")]
    [InlineData("throw", "process 1 gives up")]
    [InlineData("thread", "a thread of process 1 fails")]
    [InlineData("kill", "KILLED BY SIGNAL: 9")]
    public void The_end_of_one_process_is_the_end_of_all(string where, string message)
    {
        var ended = Mpi.Run(2, "fail", where, Output("checkpoints"));

        Assert.NotEqual(0, ended.Status);
        Assert.Contains(message, ended.Output.Replace("Killed (signal 9)", "KILLED BY SIGNAL: 9", StringComparison.Ordinal), StringComparison.Ordinal);
        if (where is not ("before" or "unheard"))
        {
            Assert.NotNull(CheckpointFolder.FindNewest(Output("checkpoints")));
        }
    }

    private string Output(string name) => Path.Combine(_folder.FullName, name);

    private static void Close(string expected, string actual)
    {
        foreach (var (one, other) in File.ReadLines(expected).Zip(File.ReadLines(actual)))
        {
            var (name, a, b) = (one.Split('\t')[0], Numbers(one), Numbers(other));
            Assert.Equal(a.Length, b.Length);
            Assert.All(a.Zip(b), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= Tolerance * Math.Max(1, Math.Abs(pair.First)), $"{name}: {pair.First:R} and {pair.Second:R}"));
        }
    }

    private static double[] Numbers(string line) => [.. line.Split('\t')[1].Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
}
