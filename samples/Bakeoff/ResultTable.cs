using System.Globalization;

namespace WassersteinAutoEncoders.Samples.Bakeoff;

/// <summary>The results as rows of text, with the best of each column known.</summary>
internal sealed class ResultTable
{
    /// <summary>Makes the table.</summary>
    public ResultTable(IReadOnlyList<Measurement> results, (double Sharpness, double Frechet) reference)
    {
        var divergences = results[0].Divergences.Select(divergence => divergence.Name).ToArray();
        Heads = ["divergence", "prior", "λ", "reconstruction", .. divergences, "p-value", "sharpness", "Fréchet", "ms/step", "MiB"];
        Rows = [.. results.Select(result => (IReadOnlyList<string>)
        [
            result.Contestant.Name, result.Prior, Text(result.Contestant.Lambda, "0.##"), Text(result.Reconstruction, "0.000"),
            .. result.Divergences.Select(divergence => Text(divergence.Value, "0.0000")),
            Text(result.PValue, "0.000"), Text(result.Sharpness, "0.0000"), Text(result.Frechet, "0.00"), Text(result.MillisecondsPerStep, "0.0"), Text(result.Mebibytes, "0"),
        ])];
        var values = results.Select(result => (double[])
        [
            double.NaN, double.NaN, double.NaN, result.Reconstruction, .. result.Divergences.Select(divergence => divergence.Value),
            -result.PValue, Math.Abs(result.Sharpness - reference.Sharpness), result.Frechet, result.MillisecondsPerStep, result.Mebibytes,
        ]).ToArray();
        Best = [.. Enumerable.Range(0, Heads.Count).Select(column => BestRow(values, column))];
    }

    /// <summary>The heads of the columns.</summary>
    public IReadOnlyList<string> Heads { get; }

    /// <summary>One row a contestant and prior.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; }

    /// <summary>The row that is best in each column; −1 where none is: smallest, except for the p-value, and for the sharpness, which should be the data's.</summary>
    public IReadOnlyList<int> Best { get; }

    /// <summary>What the columns mean, one line each.</summary>
    public static IReadOnlyList<string> Legend((double Sharpness, double Frechet) reference, double accuracy) =>
    [
        "λ: the weight each divergence is trained with; their scales differ.",
        "reconstruction: 0.05·Σ(x−x̂)² per test image.",
        "MMD² … JS: each divergence between the same 1,000 validation codes and the same prior samples; the unbiased MMD² may be negative. JS: what a fresh critic finds, nats.",
        "p-value: permutation test (399 permutations, IMQ kernel) that 500 codes follow the prior; small means they do not.",
        $"sharpness: variance of the Laplacian of decoded prior samples; {Text(reference.Sharpness, "0.0000")} for the test pictures.",
        $"Fréchet: between 64 features of decoded prior samples and of test pictures; {Text(reference.Frechet, "0.00")} between two halves of the test pictures. The classifier was trained here (accuracy {Text(100 * accuracy, "0.0")} %): not comparable with published FID.",
        "ms/step: training; MiB: the most the whole process held while it trained, data included.",
        "The best of each column is in bold.",
    ];

    /// <summary>The row of the smallest value; none where all are the same.</summary>
    private static int BestRow(double[][] values, int column)
    {
        if (values.All(row => row[column] == values[0][column]) && values.Length > 1)
        {
            return -1;
        }

        var best = -1;
        for (var row = 0; row < values.Length; row++)
        {
            if (double.IsFinite(values[row][column]) && (best < 0 || values[row][column] < values[best][column]))
            {
                best = row;
            }
        }

        return best;
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
