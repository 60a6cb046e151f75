using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>Several pieces of work that take turns in one run, and their medians.</summary>
internal static class Turns
{
    private const int FewestTurns = 3;

    /// <summary>The median of each, in seconds.</summary>
    /// <param name="work">What is measured; each is warmed up first.</param>
    /// <param name="budget">The time for all together.</param>
    public static double[] Medians(IReadOnlyList<Action> work, TimeSpan budget)
    {
        foreach (var step in work)
        {
            Measurement.WarmUp(step, budget / (4 * work.Count));
        }

        var seconds = work.Select(_ => new List<double>()).ToArray();
        var clock = Stopwatch.StartNew();
        for (var turn = 0; turn < FewestTurns || clock.Elapsed < budget; turn++)
        {
            for (var i = 0; i < work.Count; i++)
            {
                var first = Measurement.Seconds(work[i]);
                seconds[i].Add(first);
                // As many more as fit into 50 ms, so that short work is not measured from a cold cache alone.
                for (var more = (int)Math.Min(20, 0.05 / first); more > 0; more--)
                {
                    seconds[i].Add(Measurement.Seconds(work[i]));
                }
            }
        }

        return [.. seconds.Select(Measurement.Median)];
    }

    /// <summary>A table of times and of multiples of the first row.</summary>
    public static string Table(string work, IReadOnlyList<string> names, double[] medians)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"| {work} | ms | times the first row |\n| --- | ---: | ---: |\n");
        for (var i = 0; i < medians.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {names[i]} | {medians[i] * 1e3:0.000} | {medians[i] / medians[0]:0.00} |\n");
        }

        return text.ToString();
    }
}
