namespace WassersteinAutoEncoders.Divergences;

/// <summary>The grid on which two empirical quantile functions, of n and of m equal steps, are both constant.</summary>
internal static class QuantileGrid
{
    /// <summary>For each interval between neighbours of {i/n} ∪ {j/m}: the step of each function that holds there, and the interval's width.</summary>
    /// <remarks>At most n + m − 1 intervals; the widths sum to 1. Boundaries are compared as the integers i·m and j·n, so none is lost to rounding.</remarks>
    public static (long[] First, long[] Second, double[] Widths) CommonRefinement(long n, long m)
    {
        var first = new List<long>((int)(n + m));
        var second = new List<long>((int)(n + m));
        var widths = new List<double>((int)(n + m));
        long i = 0, j = 0, position = 0;
        while (i < n)
        {
            // The last interval ends both, at n·m.
            long endOfFirst = (i + 1) * m, endOfSecond = (j + 1) * n, end = Math.Min(endOfFirst, endOfSecond);
            first.Add(i);
            second.Add(j);
            widths.Add((double)(end - position) / (n * m));
            position = end;
            i += end == endOfFirst ? 1 : 0;
            j += end == endOfSecond ? 1 : 0;
        }

        return ([.. first], [.. second], [.. widths]);
    }
}
