namespace WassersteinAutoEncoders.Reporting.Analysis;

/// <summary>Moments of samples.</summary>
internal static class Moments
{
    /// <summary>The standard deviation, with n − 1; 0 of a single value.</summary>
    public static double Deviation(IReadOnlyList<double> values)
    {
        if (values.Count < 2)
        {
            return 0;
        }

        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }
}
