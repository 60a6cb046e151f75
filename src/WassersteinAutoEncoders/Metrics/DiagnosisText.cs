using System.Globalization;
using System.Text;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>The readable form of a diagnosis.</summary>
internal static class DiagnosisText
{
    public static string Of(LatentDiagnosis d)
    {
        var text = new StringBuilder();
        var (test, moments, spectrum) = (d.TwoSampleTest, d.Moments, d.Spectrum);
        var worst = Enumerable.Range(0, d.Marginals.Count).MaxBy(j => d.Marginals[j].Statistic);
        Line(text, $"Do the codes follow the prior? {d.Count} codes of {d.Dimension} dimensions: {(d.Matches ? "no difference found" : "no")}");
        Line(text, $"  two-sample test  MMD² = {test.Statistic:G3}, {test.Statistic / test.NullStandardDeviation:F1} null deviations; {DiagnosisFindings.P(test.PValue)} ({test.Count} codes, {test.Permutations} permutations)");
        Line(text, $"  mean             error {moments.MeanError:F3} (noise {moments.MeanErrorExpected:F3}); {DiagnosisFindings.P(moments.MeanPValue)}");
        Line(text, $"  covariance       error {moments.CovarianceError:F3} (noise {moments.CovarianceErrorExpected:F3}); variance {moments.VarianceRatio:F2} of the prior's");
        Line(text, $"  marginals        largest gap D = {d.Marginals[worst].Statistic:F3} in dimension {worst}; {DiagnosisFindings.P(d.MarginalPValue)} for all {d.Marginals.Count} together");
        Line(text, $"  effective rank   {spectrum.EffectiveRank:F2} (prior {spectrum.PriorEffectiveRank:F2}); collapsed: {Collapsed(spectrum)}");
        if (d.Normality is { } codes)
        {
            var prior = d.PriorNormality is { } p ? string.Create(CultureInfo.InvariantCulture, $"; prior sample: {p.Skewness:G3} and {p.Kurtosis:G4}") : "";
            Line(text, $"  normality        skewness {codes.Skewness:G3} (normal {codes.SkewnessReference:G3}), {DiagnosisFindings.P(codes.SkewnessPValue)}; kurtosis {codes.Kurtosis:G4} (normal {codes.KurtosisReference:G4}), z = {codes.KurtosisZScore:F1}{prior}");
        }

        foreach (var finding in d.Findings)
        {
            Line(text, $"{finding}");
        }

        return text.ToString().TrimEnd();
    }

    private static string Collapsed(LatentSpectrum spectrum)
    {
        if (spectrum.CollapsedDirections == 0)
        {
            return "none";
        }

        var named = spectrum.CollapsedDimensions.Count == 0 ? "no single dimension" : $"dimension {DiagnosisFindings.List(spectrum.CollapsedDimensions)}";
        return $"{named}, {spectrum.CollapsedDirections} direction{(spectrum.CollapsedDirections == 1 ? "" : "s")} in all";
    }

    private static void Line(StringBuilder text, FormattableString line)
        => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
