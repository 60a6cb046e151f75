using System.Globalization;
using TorchSharp;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Priors;

namespace WassersteinAutoEncoders.Reporting;

/// <summary>Whether the codes follow the prior: the rows of the diagnosis table, and their sum.</summary>
/// <remarks>
/// The figures are those of <see cref="LatentDiagnosis"/>. Their health goes by the size of a difference and not by its
/// significance: with enough codes any trained model differs significantly from its prior.
/// </remarks>
internal sealed record CodeDiagnosis(IReadOnlyList<DiagnosisRow> Rows, CodeMatch? Match)
{
    private const int Permutations = 999;

    public static CodeDiagnosis None { get; } = new([], null);

    public static CodeDiagnosis Of(LatentCodes codes, IPrior prior, LatentCodes samples, long seed, int tested, int priorSamples)
    {
        var bad = codes.Values.Count(value => !float.IsFinite(value));
        if (bad > 0)
        {
            return new([new DiagnosisRow("Finite codes", $"{Text(bad)} of {Text(codes.Values.Length)} coordinates are not", "all are", Health.Bad, "A code that is not finite has no place in the latent space: training has broken down.")], null);
        }

        using var scope = torch.NewDisposeScope();
        var diagnosis = LatentDiagnosis.Run(
            torch.tensor(codes.Values).reshape(codes.Count, codes.Dimension),
            prior,
            new LatentDiagnosisOptions { Permutations = Permutations, MaximumTestCodes = tested, PriorSamples = priorSamples, Seed = (ulong)seed });
        DiagnosisRow[] sizes = [Marginals(PriorFigures.Of(samples).Compare(codes), codes.Count, samples.Count), Centre(diagnosis), Covariance(diagnosis), Rank(diagnosis), Collapse(diagnosis)];
        var worst = sizes.MaxBy(row => row.Health)!;
        return new([TwoSample(diagnosis), .. sizes, .. Normality(diagnosis)], new CodeMatch(worst.Health, $"{Lower(worst.Name)} {worst.Value}", diagnosis.TwoSampleTest.PValue, diagnosis.TwoSampleTest.Count) { CollapsedDirections = diagnosis.Spectrum.CollapsedDirections });
    }

    private static DiagnosisRow TwoSample(LatentDiagnosis diagnosis) => new(
        "Two-sample test",
        $"{RunDoctor.PValueText(diagnosis.TwoSampleTest.PValue)} (MMD² {Markup.Number(diagnosis.TwoSampleTest.Statistic, 2)})",
        "p above 0.05",
        diagnosis.TwoSampleTest.PValue >= 0.05 ? Health.Good : Health.Neutral,
        $"How often {Text(diagnosis.TwoSampleTest.Count)} codes would lie as far from as many prior samples, by the maximum mean discrepancy, if both had one distribution. A small p says that there is a difference, not that it is large. MMD² may be negative.");

    /// <summary>From the same samples as every other figure of single dimensions on the page, so that one figure has one value.</summary>
    private static DiagnosisRow Marginals(DimensionFigures[] dimensions, int codes, int samples)
    {
        var worst = dimensions.MaxBy(figure => figure.Distance)!;
        return new DiagnosisRow(
            "Largest marginal distance",
            $"{Markup.Number(worst.Distance, 2)} (z{Text(worst.Dimension)})",
            $"≈ {Markup.Number(EmpiricalDistance.Critical(codes, samples), 1)} or less",
            worst.Health,
            "Kolmogorov–Smirnov distance of the worst single dimension: the largest gap between the shares of codes and of prior samples below any value; 0 is equal, 1 is disjoint.");
    }

    private static DiagnosisRow Centre(LatentDiagnosis diagnosis)
    {
        var moments = diagnosis.Moments;
        return new DiagnosisRow(
            "Mean error",
            $"{Markup.Number(moments.MeanError, 2)} of the prior's spread",
            $"≈ {Markup.Number(moments.MeanErrorExpected, 1)}",
            DifferenceSize.OfOffset(moments.MeanError).Health(),
            "How far the codes' mean lies from the prior's, in units of the prior's standard deviation over all dimensions.");
    }

    private static DiagnosisRow Covariance(LatentDiagnosis diagnosis)
    {
        var moments = diagnosis.Moments;
        return new DiagnosisRow(
            "Covariance error",
            $"{RunDoctor.Percent(moments.CovarianceError)} (variance {Markup.Number(moments.VarianceRatio, 2)} times the prior's)",
            $"≈ {RunDoctor.Percent(moments.CovarianceErrorExpected)}",
            DifferenceSize.OfCovariance(moments.CovarianceError, moments.CovarianceErrorExpected).Health(),
            "Wrong spread, or dimensions that move together although the prior's do not. Too narrow: samples fall where the decoder was not trained. Too wide: they leave what was learnt unused.");
    }

    private static DiagnosisRow Rank(LatentDiagnosis diagnosis)
    {
        var spectrum = diagnosis.Spectrum;
        return new DiagnosisRow(
            "Effective rank",
            Markup.Number(spectrum.EffectiveRank, 3),
            $"≈ {Markup.Number(spectrum.PriorEffectiveRank, 3)}",
            DifferenceSize.OfRank(spectrum.EffectiveRank, spectrum.PriorEffectiveRank).Health(),
            "Over how many directions the codes' variance is really spread.");
    }

    private static DiagnosisRow Collapse(LatentDiagnosis diagnosis)
    {
        var use = new DimensionUse((int)diagnosis.Dimension, diagnosis.Spectrum.CollapsedDimensions, diagnosis.Spectrum.CollapsedDirections);
        return new DiagnosisRow(
            "Dimensions in use",
            use.Share + (use.Used < use.All ? $"; {use.Detail}" : ""),
            Text(use.All),
            use.Health,
            "A dimension whose spread is below a tenth of the prior's carries next to nothing: samples vary it, the decoder has never seen it vary. So does one that others determine.");
    }

    /// <summary>Mardia's statistics, beside those of a sample of the prior.</summary>
    private static IEnumerable<DiagnosisRow> Normality(LatentDiagnosis diagnosis)
    {
        if (diagnosis.Normality is not { } codes || diagnosis.PriorNormality is not { } prior)
        {
            yield break;
        }

        yield return new DiagnosisRow("Skewness (Mardia)", Markup.Number(codes.Skewness, 3), $"≈ {Markup.Number(prior.Skewness, 3)}", Health.Neutral, "Multivariate skewness: 0 for a symmetric cloud, above 0 in finite samples; expected is that of as many prior samples.");
        yield return new DiagnosisRow("Kurtosis (Mardia)", Markup.Number(codes.Kurtosis, 3), $"≈ {Markup.Number(prior.Kurtosis, 3)}", Health.Neutral, "Multivariate kurtosis, the weight of the tails: more than expected means outliers, less a cloud that is too flat; expected is that of as many prior samples.");
    }

    private static string Lower(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
