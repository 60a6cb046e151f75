namespace WassersteinAutoEncoders.Reporting.Analysis;

/// <summary>The two-sample Kolmogorov–Smirnov statistic of samples that are sorted already, as the prior is in every epoch.</summary>
internal static class EmpiricalDistance
{
    /// <summary>sup |F₁ − F₂| of the empirical distribution functions. NaN among the values counts as +∞.</summary>
    public static double Distance(double[] sorted1, double[] sorted2)
    {
        var (i, j, distance) = (0, 0, 0.0);
        while (i < sorted1.Length && j < sorted2.Length)
        {
            // All values equal to the smallest are passed in both before the two are compared, or ties would count as a difference.
            var value = Math.Min(sorted1[i], sorted2[j]);
            while (i < sorted1.Length && sorted1[i] <= value)
            {
                i++;
            }

            while (j < sorted2.Length && sorted2[j] <= value)
            {
                j++;
            }

            distance = Math.Max(distance, Math.Abs((double)i / sorted1.Length - (double)j / sorted2.Length));
        }
        return distance;
    }

    /// <summary>A sorted copy with NaN as +∞.</summary>
    public static double[] Sort(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Select(value => double.IsNaN(value) ? double.PositiveInfinity : value)];
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>What the statistic of equal distributions exceeds once in twenty times (asymptotic, Smirnov 1948).</summary>
    public static double Critical(int count1, int count2) => 1.358 * Math.Sqrt(((double)count1 + count2) / ((double)count1 * count2));
}
