using System.Globalization;
using System.Text;
using static System.FormattableString;

namespace WassersteinAutoEncoders.Metrics;

/// <summary>Turns the figures of a diagnosis into sentences. A p-value below the level makes a warning; the size of the difference makes it a problem.</summary>
internal static class DiagnosisFindings
{
    public static IReadOnlyList<Finding> Of(LatentDiagnosis diagnosis, double level)
    {
        var findings = new List<Finding>();
        Collapse(diagnosis, findings);
        Mean(diagnosis, level, findings);
        Covariance(diagnosis, findings);
        Marginals(diagnosis, level, findings);
        Normality(diagnosis, level, findings);
        TwoSample(diagnosis, level, findings);
        Sample(diagnosis, findings);
        return [.. findings.OrderByDescending(f => f.Severity)];
    }

    private static FindingSeverity AtLeastWarning(FindingSeverity size) => size == FindingSeverity.Problem ? size : FindingSeverity.Warning;

    private static void Collapse(LatentDiagnosis d, List<Finding> findings)
    {
        var spectrum = d.Spectrum;
        if (spectrum.CollapsedDimensions.Count > 0)
        {
            findings.Add(new(FindingSeverity.Problem, Invariant($"Collapsed dimensions (from 0): {List(spectrum.CollapsedDimensions)}. The codes hardly vary there, so the decoder was never trained on what the prior samples: add a BuresSpectrumDivergence to the penalty, or use fewer latent dimensions.")));
        }

        var hidden = spectrum.CollapsedDirections - spectrum.CollapsedDimensions.Count;
        if (hidden > 0)
        {
            findings.Add(new(FindingSeverity.Problem, Invariant($"The codes are collapsed in {hidden} direction{(hidden == 1 ? "" : "s")} across coordinates (effective rank {spectrum.EffectiveRank:F1} of {spectrum.PriorEffectiveRank:F1}): dimensions repeat one another. Add a BuresSpectrumDivergence to the penalty, or use fewer latent dimensions.")));
        }
    }

    private static void Mean(LatentDiagnosis d, double level, List<Finding> findings)
    {
        var moments = d.Moments;
        if (moments.MeanPValue <= level)
        {
            findings.Add(new(AtLeastWarning(DifferenceSize.OfOffset(moments.MeanError)),
                Invariant($"The mean of the codes is off by {moments.MeanError:G2} of the prior's spread ({moments.MeanErrorExpected:G2} is sampling noise, {P(moments.MeanPValue)}).")));
        }
    }

    private static void Covariance(LatentDiagnosis d, List<Finding> findings)
    {
        var moments = d.Moments;
        if (moments.CovarianceError <= DifferenceSize.CovarianceFactor * moments.CovarianceErrorExpected)
        {
            return;
        }

        var width = moments.VarianceRatio switch
        {
            < 0.8 => Invariant($"the codes are too narrow, with {moments.VarianceRatio:G2} of the prior's variance: prior samples fall where the decoder was not trained"),
            > 1.25 => Invariant($"the codes are too wide, with {moments.VarianceRatio:G2} times the prior's variance: prior samples leave most of what was learnt unused"),
            _ => Invariant($"the total variance is right ({moments.VarianceRatio:G2} of the prior's) but wrongly shared or correlated"),
        };
        findings.Add(new(AtLeastWarning(DifferenceSize.OfCovariance(moments.CovarianceError, moments.CovarianceErrorExpected)),
            Invariant($"The covariance of the codes is off by {moments.CovarianceError:P0} ({moments.CovarianceErrorExpected:P1} is sampling noise); {width}.")));
    }

    private static void Marginals(LatentDiagnosis d, double level, List<Finding> findings)
    {
        var rejected = Enumerable.Range(0, d.Marginals.Count).Where(j => d.Marginals[j].PValue * d.Marginals.Count <= level).OrderByDescending(j => d.Marginals[j].Statistic).ToList();
        if (rejected.Count == 0)
        {
            return;
        }

        var worst = d.Marginals[rejected[0]];
        findings.Add(new(AtLeastWarning(DifferenceSize.OfGap(worst.Statistic)),
            Invariant($"{rejected.Count} of {d.Marginals.Count} marginals differ from the prior's (from 0, worst first: {List(rejected)}); dimension {rejected[0]} by D = {worst.Statistic:F2}, {P(worst.PValue)} times {d.Marginals.Count}.")));
    }

    private static void Normality(LatentDiagnosis d, double level, List<Finding> findings)
    {
        // Only where the prior's own sample passes: against another prior normality is nothing to ask for.
        if (d.Normality is not { } codes || d.PriorNormality is not { SkewnessPValue: > 0.001, KurtosisPValue: > 0.001 })
        {
            return;
        }

        if (codes.SkewnessPValue <= level)
        {
            findings.Add(new(FindingSeverity.Warning, Invariant($"The codes are skewed as no Gaussian is (Mardia's skewness {codes.Skewness:G3} against {codes.SkewnessReference:G3}, {P(codes.SkewnessPValue)}).")));
        }

        if (codes.KurtosisPValue <= level)
        {
            var tails = codes.KurtosisZScore > 0 ? "heavier tails or outliers" : "lighter tails";
            findings.Add(new(FindingSeverity.Warning, Invariant($"The codes have {tails} than a Gaussian (Mardia's kurtosis {codes.Kurtosis:G4} against {codes.KurtosisReference:G4}, z = {codes.KurtosisZScore:F1}, {P(codes.KurtosisPValue)}).")));
        }
    }

    private static void TwoSample(LatentDiagnosis d, double level, List<Finding> findings)
    {
        var test = d.TwoSampleTest;
        if (test.PValue <= level)
        {
            var elsewhere = findings.Count > 0 ? "see the other findings for where" : "moments and marginals agree, so look at the joint shape: clusters, or dimensions that depend on one another";
            findings.Add(new(FindingSeverity.Warning, Invariant($"The two-sample test tells the codes from the prior (MMD² = {test.Statistic:G3}, {test.Statistic / test.NullStandardDeviation:F1} standard deviations, {P(test.PValue)}); {elsewhere}.")));
        }
        else if (test.Statistic < 0)
        {
            findings.Add(new(FindingSeverity.Note, Invariant($"The unbiased MMD² is negative ({test.Statistic:G3}), as it is in about half of all samples of equal distributions.")));
        }
    }

    private static void Sample(LatentDiagnosis d, List<Finding> findings)
    {
        if (findings.All(f => f.Severity == FindingSeverity.Note))
        {
            findings.Insert(0, new(FindingSeverity.Note, Invariant($"No test tells the {d.Count} codes from the prior.")));
        }

        if (d.Count < 20 * d.Dimension)
        {
            findings.Add(new(FindingSeverity.Note, Invariant($"{d.Count} codes are few for {d.Dimension} dimensions: small differences go unseen, and asymptotic p-values are rough. Use {Math.Max(20 * d.Dimension, 500)} or more.")));
        }
    }

    /// <summary>A p-value as text; one below the smallest number is not 0.</summary>
    public static string P(double value) => value > 0 ? Invariant($"p = {value:G2}") : "p < 1E-300";

    /// <summary>Coordinates as text; the first 16 of many.</summary>
    public static string List(IEnumerable<int> dimensions)
    {
        var all = dimensions.ToList();
        return string.Join(", ", all.Take(16)) + (all.Count > 16 ? $" and {all.Count - 16} more" : "");
    }
}

/// <summary>What a difference means by its size, whatever its significance: a warning is worth a look, a problem is seen in decoded samples. The one judge of findings and reports.</summary>
internal static class DifferenceSize
{
    /// <summary>Covariance errors beyond this many times their expectation are significant: 3.5 is exceeded with probability 5e-4 in one dimension, where it is likeliest.</summary>
    public const double CovarianceFactor = 3.5;

    /// <summary>An offset of the mean, in units of the prior's spread.</summary>
    public static FindingSeverity OfOffset(double error) => Grade(error, 0.1, 0.25);

    /// <summary>A relative error of the covariance; what sampling noise alone gives is no difference.</summary>
    public static FindingSeverity OfCovariance(double error, double expected) => Grade(error, Math.Max(0.25, CovarianceFactor * expected), Math.Max(0.5, 5 * expected));

    /// <summary>A Kolmogorov–Smirnov distance of a marginal: 0.1 is about a shift of a normal dimension by a quarter of its standard deviation, 0.2 by half.</summary>
    public static FindingSeverity OfGap(double distance) => Grade(distance, 0.1, 0.2);

    /// <summary>The effective rank of the codes beside the prior's.</summary>
    public static FindingSeverity OfRank(double rank, double expected) => Grade(1 - rank / expected, 0.1, 0.4);

    /// <summary>Dimensions that the codes vary in, of all.</summary>
    public static FindingSeverity OfDimensions(int used, int all) => used == all ? FindingSeverity.Note : 2 * used >= all ? FindingSeverity.Warning : FindingSeverity.Problem;

    private static FindingSeverity Grade(double value, double warning, double problem)
        => value <= warning ? FindingSeverity.Note : value <= problem ? FindingSeverity.Warning : FindingSeverity.Problem;
}

/// <summary>One sentence of a diagnosis.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Text">What was found, with the figures, and what to do about it.</param>
public sealed record Finding(FindingSeverity Severity, string Text)
{
    /// <summary>The severity and the text, in one line.</summary>
    public override string ToString() => $"[{Severity.ToString().ToLowerInvariant()}] {Text}";
}

/// <summary>How much a <see cref="Finding"/> matters.</summary>
public enum FindingSeverity
{
    /// <summary>Good to know; nothing is wrong.</summary>
    Note,

    /// <summary>A difference that sampling noise does not explain, but a small one.</summary>
    Warning,

    /// <summary>A difference that shows in samples: look at it before trusting the model.</summary>
    Problem,
}

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
