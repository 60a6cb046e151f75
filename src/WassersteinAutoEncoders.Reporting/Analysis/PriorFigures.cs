using System.Runtime.CompilerServices;
using WassersteinAutoEncoders.Metrics;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>What is the same of a prior in every epoch, computed once for each set of samples.</summary>
internal sealed class PriorFigures
{
    private static readonly ConditionalWeakTable<LatentCodes, PriorFigures> Known = [];

    private readonly ConditionalWeakTable<LatentCodes, DimensionFigures[]> _compared = [];
    private readonly Dictionary<(int X, int Y), IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>>> _regions = [];
    private (double Low, double High) _regionsRange;

    private PriorFigures(LatentCodes samples)
    {
        Samples = samples;
        Sorted = [.. Enumerable.Range(0, samples.Dimension).Select(d => EmpiricalDistance.Sort(samples.Column(d)))];
        Means = [.. Sorted.Select(column => column.Average())];
        Deviations = [.. Sorted.Select(Moments.Deviation)];
        Quantiles = LatentRange.Quantiles(samples);
    }

    public LatentCodes Samples { get; }

    public double[][] Sorted { get; }

    public double[] Means { get; }

    public double[] Deviations { get; }

    /// <summary>Between which values nearly all coordinates lie.</summary>
    public (double Low, double High) Quantiles { get; }

    public static PriorFigures Of(LatentCodes samples) => Known.GetValue(samples, static s => new PriorFigures(s));

    /// <summary>Each dimension of the codes beside the prior's; worked out once for each set of codes.</summary>
    public DimensionFigures[] Compare(LatentCodes codes) => _compared.GetValue(codes, Work);

    /// <summary>The regions of highest density of two dimensions; kept, as the range seldom changes.</summary>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> Regions(int x, int y, (double Low, double High) range)
    {
        lock (_regions)
        {
            if (range != _regionsRange)
            {
                _regions.Clear();
                _regionsRange = range;
            }
            if (!_regions.TryGetValue((x, y), out var found))
            {
                _regions.Add((x, y), found = DensityRegions.Of(Samples.Column(x), Samples.Column(y), range));
            }

            return found;
        }
    }

    private DimensionFigures[] Work(LatentCodes codes)
    {
        var figures = new DimensionFigures[codes.Dimension];
        for (var d = 0; d < figures.Length; d++)
        {
            var column = codes.Column(d);
            figures[d] = new DimensionFigures(d, column.Average(), Moments.Deviation(column), Means[d], Deviations[d],
                KolmogorovSmirnov.Statistic(EmpiricalDistance.Sort(column), Sorted[d]));
        }
        return figures;
    }
}

/// <summary>One latent dimension of the codes beside the prior's.</summary>
internal sealed record DimensionFigures(int Dimension, double Mean, double Deviation, double PriorMean, double PriorDeviation, double Distance)
{
    private static readonly double CollapseThreshold = new LatentDiagnosisOptions().CollapseThreshold;

    /// <summary>A dimension that carries next to nothing: its spread is below a tenth of the prior's.</summary>
    public bool Collapsed => Deviation * Deviation < CollapseThreshold * PriorDeviation * PriorDeviation;

    /// <summary>How the distance is to be taken.</summary>
    public Health Health => DifferenceSize.OfGap(Distance).Health();
}

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

/// <summary>What the Kolmogorov–Smirnov distance of samples needs beside <see cref="KolmogorovSmirnov"/>.</summary>
internal static class EmpiricalDistance
{
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
