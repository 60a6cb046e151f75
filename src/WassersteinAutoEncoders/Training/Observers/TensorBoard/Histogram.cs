namespace WassersteinAutoEncoders.Training.Observers.TensorBoard;

/// <summary>Counts in bins of equal width, and the moments TensorBoard keeps beside them.</summary>
internal sealed record Histogram(double Minimum, double Maximum, double Count, double Sum, double SumOfSquares, double[] UpperLimits, double[] Counts)
{
    private const int Bins = 30;

    /// <summary>The histogram of the finite values, or null when there is none.</summary>
    public static Histogram? Of(ReadOnlySpan<double> values)
    {
        double minimum = double.PositiveInfinity, maximum = double.NegativeInfinity, sum = 0, squares = 0;
        long count = 0;
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
            {
                continue;
            }

            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
            sum += value;
            squares += value * value;
            count++;
        }
        if (count == 0)
        {
            return null;
        }
        // Equal values, or values closer than their own precision, have no bins between them.
        var width = maximum / Bins - minimum / Bins;
        if (width <= 0 || minimum + width <= minimum)
        {
            return new Histogram(minimum, maximum, count, sum, squares, [maximum], [count]);
        }

        var limits = new double[Bins];
        for (var i = 0; i < Bins; i++)
        {
            limits[i] = i == Bins - 1 ? maximum : minimum + (i + 1) * width;
        }

        var counts = new double[Bins];
        foreach (var value in values)
        {
            if (double.IsFinite(value))
            {
                counts[(int)Math.Clamp(value / width - minimum / width, 0, Bins - 1)]++;
            }
        }

        return new Histogram(minimum, maximum, count, sum, squares, limits, counts);
    }
}
